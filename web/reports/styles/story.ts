import { css } from "lit";

/** One contact's story: what was known, what happened, what was said, side by side where there is room. */
export const storyStyles = css`
  :host { display: block; }
  section { display: grid; gap: 14px; }
  .back { justify-self: start; display: inline-flex; align-items: center; gap: 6px; color: var(--hf-accent-ink); font-weight: 550; }
  .back svg:dir(rtl) { scale: -1 1; }
  h2 { font-size: 22px; outline: 0; overflow-wrap: anywhere; }
  h3 { padding-block: 6px 8px; font-size: 15px; color: var(--hf-ink-2); }
  .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 18px 28px; align-items: start; }
  .columns > div { padding: 14px 18px 18px; border-radius: 16px; background: var(--hf-surface); min-width: 0; }
  dl { display: grid; gap: 7px; }
  dl > div { display: grid; grid-template-columns: minmax(96px, 2fr) 3fr; gap: 10px; }
  dt { color: var(--hf-ink-2); font-size: 14px; }
  dd { font-weight: 550; overflow-wrap: anywhere; }
  .tried { padding-block-start: 8px; font-size: 14px; }
  .notes li { padding-block: 6px; border-block-end: 1px solid var(--hf-line); }
  .notes p, .said p { overflow-wrap: anywhere; white-space: pre-wrap; }
  .steps li { display: grid; grid-template-columns: 84px minmax(0, 1fr); gap: 10px; padding-block: 5px; }
  .steps time, .who time { font-size: 13px; }
  .said { display: grid; gap: 11px; }
  .who { font-size: 13px; font-weight: 600; color: var(--hf-ink-2); }
  .said .caller p { color: var(--hf-ink); font-weight: 550; }
  a { color: var(--hf-accent-ink); }
  @media print { .back { display: none; } .columns { display: block; } .columns > div { padding: 8px 0; break-inside: auto; } }
`;
