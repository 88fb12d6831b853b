import { css } from "lit";

export const styles = css`
  :host { display: block; min-height: 100vh; }
  main { display: grid; gap: 26px; width: min(1180px, 100% - 48px); margin-inline: auto; padding-block: 22px 48px; }
  header { display: flex; align-items: center; gap: 12px; }
  header > svg { color: var(--hf-accent-ink); }
  header h1 { font-size: 20px; }
  .gap { flex: 1; }
  .notice { border-radius: 12px; }
  .lines { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 16px; }
  article {
    display: grid; gap: 12px; padding: 20px 22px 18px; border-radius: 18px; background: var(--hf-surface);
    box-shadow: var(--hf-shadow-small);
  }
  article h2 { font-size: 16px; color: var(--hf-ink-2); }
  .waiting { display: flex; align-items: baseline; gap: 9px; }
  .waiting b { font-size: 58px; font-weight: 600; line-height: 1; letter-spacing: -0.045em; color: var(--hf-ink-3); }
  .waiting span { color: var(--hf-ink-2); }
  .busy .waiting b { color: var(--hf-ink); }
  .bar { height: 6px; border-radius: 6px; background: var(--hf-sunken); overflow: hidden; }
  .bar i {
    display: block; height: 100%; width: calc(var(--share) * 100%); border-radius: 6px; background: var(--hf-accent);
    transition: width var(--hf-calm);
  }
  dl { display: grid; grid-template-columns: repeat(3, auto); justify-content: space-between; gap: 8px; }
  dt { font-size: 13px; color: var(--hf-ink-3); }
  dd { font-size: 18px; font-weight: 600; letter-spacing: -0.01em; }
  .people h2 {
    display: flex; align-items: baseline; gap: 12px; padding-block-end: 10px; border-block-end: 2px solid var(--hf-ink);
    font-size: 19px;
  }
  .people small { font-size: 14.5px; font-weight: 400; }
  .people li {
    display: grid; grid-template-columns: 14px minmax(130px, 1fr) 230px 110px; align-items: center; gap: 14px;
    min-height: 50px; padding-inline: 4px; border-block-end: 1px solid var(--hf-line);
  }
  .people li b { font-weight: 600; overflow-wrap: anywhere; }
  .people li > .badge { justify-self: start; }
  .people li > .num { text-align: end; }
  .people i { width: 11px; height: 11px; border-radius: 50%; border: 2px solid var(--hf-line-strong); }
  .people .ready i { border-color: transparent; background: var(--hf-good); }
  .people .not_ready i { border-color: transparent; background: var(--hf-line-strong); }
  .people .signed_out b { color: var(--hf-ink-3); font-weight: 500; }
`;
