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
  .erased { justify-self: start; border-radius: 12px; background: var(--hf-sunken); color: var(--hf-ink-2); }
  .said + h3 { padding-block-start: 22px; }
  .noted { padding-block-end: 4px; font-size: 14px; }
  .recordings li {
    display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 12px; padding-block: 10px;
  }
  .recordings li + li { border-block-start: 1px solid var(--hf-line); }
  .about { display: flex; flex: 1 1 150px; flex-wrap: wrap; gap: 0 12px; font-size: 14.5px; color: var(--hf-ink-2); }
  .about > * { unicode-bidi: isolate; overflow-wrap: anywhere; }
  .about time { flex-basis: 100%; color: var(--hf-ink); font-weight: 550; }
  .recordings audio { flex: 1 1 100%; width: 100%; height: 40px; border-radius: 99px; }
  .why { flex: 1 1 100%; font-size: 14px; color: var(--hf-ink-2); }
  .why { outline: 0; }
  .why:empty { margin-block-start: -6px; }
  .button[aria-disabled="true"] { opacity: 0.5; cursor: progress; }
  .end { display: flex; justify-content: flex-end; padding-block-start: 6px; }
  .erase { background: transparent; border-color: color-mix(in srgb, var(--hf-bad) 55%, transparent); color: var(--hf-bad); }
  .erase:hover { background: var(--hf-bad-wash); }
  @media print { .back, .end, .recordings audio, .recordings .button { display: none; } .columns { display: block; } .columns > div { padding: 8px 0; break-inside: auto; } }
`;
