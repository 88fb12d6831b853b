import { css } from "lit";

export const styles = css`
  :host { display: block; min-height: 100vh; }
  main { display: grid; gap: 26px; width: min(1180px, 100% - 48px); margin-inline: auto; padding-block: 22px 48px; }
  main { grid-template-columns: minmax(0, 1fr); }
  header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
  nav { display: flex; flex-wrap: wrap; gap: 2px; margin-inline-start: 10px; }
  nav a {
    padding: 6px 13px; border-radius: 99px; color: var(--hf-ink-2); font-weight: 550; text-decoration: none;
  }
  nav a:hover { background: var(--hf-sunken); }
  nav a[aria-current="page"] { background: var(--hf-ink); color: var(--hf-surface); }
  header > svg { color: var(--hf-accent-ink); }
  header h1 { font-size: 20px; }
  .gap { flex: 1; }
  .notice { border-radius: 12px; }
  .lines { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(270px, 100%), 1fr)); gap: 16px; }
  article {
    display: grid; gap: 12px; padding: 20px 22px 18px; border-radius: 18px; background: var(--hf-surface);
    box-shadow: var(--hf-shadow-small);
  }
  article h2 { display: flex; align-items: center; gap: 6px; font-size: 16px; color: var(--hf-ink-2); }
  article.alarming { box-shadow: inset 0 0 0 2px var(--hf-bad), var(--hf-shadow-small); }
  .alarms { display: flex; flex-wrap: wrap; gap: 8px; }
  .alarms li {
    display: flex; align-items: center; gap: 8px; padding: 8px 14px; border-radius: 12px; background: var(--hf-bad-wash);
    color: var(--hf-bad); font-weight: 550;
  }
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
  .today { grid-template-columns: 1fr 1fr; padding-block-start: 12px; border-block-start: 1px solid var(--hf-line); }
  .today dd { font-size: 16px; }
  .table { min-width: 0; }
  .table h2, .people h2 {
    display: flex; align-items: baseline; gap: 12px; padding-block-end: 10px; border-block-end: 2px solid var(--hf-ink);
    font-size: 19px;
  }
  .scroll { overflow-x: auto; }
  table { width: 100%; border-collapse: collapse; }
  th, td { padding-block: 8px; padding-inline: 4px 14px; border-block-end: 1px solid var(--hf-line); text-align: start; }
  thead th { font-size: 13px; font-weight: 550; color: var(--hf-ink-3); }
  tbody th { font-weight: 600; }
  td:last-child { text-align: end; }
  th a { color: inherit; text-decoration-color: var(--hf-line-strong); text-underline-offset: 3px; }
  .with { display: flex; align-items: center; gap: 9px; }
  .with svg { color: var(--hf-ink-3); }
  .buttons { display: inline-flex; flex-wrap: wrap; justify-content: flex-end; gap: 5px; }
  .buttons [aria-pressed="true"] { background: var(--hf-brass-wash); border-color: var(--hf-brass); color: var(--hf-brass); }
  .none { padding: 16px 4px; }
  .moving form { display: flex; flex-wrap: wrap; align-items: end; gap: 8px; padding-block: 4px; text-align: start; }
  .moving label { display: grid; gap: 3px; font-size: 13.5px; color: var(--hf-ink-2); }
  .moving .reason { flex: 1 1 220px; }
  .moving .input { min-height: 36px; padding: 4px 10px; }
  .beside {
    display: grid; gap: 10px; padding: 16px 20px; border-radius: 18px; background: var(--hf-surface);
    box-shadow: inset 0 0 0 1.5px var(--hf-brass), var(--hf-shadow-small);
  }
  .beside h2 { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; font-size: 17px; }
  .beside hf-talk { height: 260px; }
  .beside form { display: flex; align-items: center; gap: 8px; }
  .table small, .people small { font-size: 14.5px; font-weight: 400; }
  .people li {
    display: grid; grid-template-columns: 14px minmax(110px, 1fr) minmax(0, 230px) 100px 96px; align-items: center; gap: 14px;
    min-height: 50px; padding-inline: 4px; border-block-end: 1px solid var(--hf-line);
  }
  .people li b { font-weight: 600; overflow-wrap: anywhere; }
  .people li > .badge { justify-self: start; }
  .people li > .num { text-align: end; }
  .people li > .button { justify-self: end; }
  .people i { width: 11px; height: 11px; border-radius: 50%; border: 2px solid var(--hf-line-strong); }
  .people .ready i { border-color: transparent; background: var(--hf-good); }
  .people .not_ready i { border-color: transparent; background: var(--hf-line-strong); }
  .people .signed_out b { color: var(--hf-ink-3); font-weight: 500; }
  .changing { grid-column: 2 / -1; display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 5px; padding-block-end: 9px; }
  @media (max-width: 640px) {
    main { width: calc(100% - 28px); }
    .people li { grid-template-columns: 14px minmax(0, 1fr) auto; padding-block: 8px; gap: 4px 12px; }
    .people li > span:not(.changing) { grid-column: 2; justify-self: start; }
    .people li > .num { text-align: start; }
    .people li > .button { grid-area: 1 / 3 / span 3; }
  }
  @media print {
    nav, .buttons, .button, hf-language, .icon-button { display: none; }
    main { width: 100%; padding: 0; gap: 14px; }
  }
`;
