import { css } from "lit";

export const designStyles = css`
  :host { display: block; min-height: 100vh; }
  .page { display: grid; grid-template-columns: 190px minmax(0, 1fr); gap: 40px; width: min(1560px, 100% - 48px); margin-inline: auto; padding-block: 40px 80px; }
  header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; }
  header h1 { font-size: 34px; letter-spacing: -0.03em; }
  header p { flex-basis: 100%; font-size: 17px; color: var(--hf-ink-2); }
  header hf-language { margin-inline-start: auto; }
  nav { position: sticky; inset-block-start: 24px; display: grid; align-self: start; }
  nav a { padding: 7px 12px; border-radius: 9px; color: var(--hf-ink-2); font-weight: 550; text-decoration: none; }
  nav a:hover { background: var(--hf-sunken); color: var(--hf-ink); }
  main { display: grid; gap: 56px; min-width: 0; }
  section { display: grid; gap: 18px; scroll-margin-block-start: 24px; }
  h2 { padding-block-end: 10px; border-block-end: 1px solid var(--hf-line); font-size: 22px; }
  h3 { font-size: 14px; color: var(--hf-ink-2); }
  .specimens { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(404px, 100%), 1fr)); gap: 28px 24px; align-items: start; }
  .specimens.narrow { grid-template-columns: repeat(auto-fill, minmax(min(268px, 100%), 1fr)); }
  .specimens.wide { grid-template-columns: minmax(0, 1fr); }
  figure { display: grid; gap: 9px; min-width: 0; }
  figcaption { font: 13px var(--hf-mono); color: var(--hf-ink-3); }
  .swatches { display: grid; grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); gap: 12px; }
  .swatches i { display: block; height: 52px; border-radius: 10px; box-shadow: inset 0 0 0 1px var(--hf-line); }
  .swatches code, .spaces code { font: 12.5px var(--hf-mono); color: var(--hf-ink-2); }
  .types p { overflow-wrap: anywhere; }
  .types code { margin-inline-start: 10px; font: 12.5px var(--hf-mono); color: var(--hf-ink-3); }
  .spaces { display: flex; flex-wrap: wrap; align-items: end; gap: 18px; }
  .spaces i { display: block; background: var(--hf-accent); border-radius: 2px; aspect-ratio: 1; margin-block-end: 6px; }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; }
  .row .field { min-width: 220px; }
  .row .notice { border-radius: 10px; }
  hf-sign-in { min-height: 0; padding: 12px 0; }
  @media (max-width: 860px) { .page { grid-template-columns: minmax(0, 1fr); gap: 24px; } nav { position: static; display: flex; flex-wrap: wrap; } }
`;
