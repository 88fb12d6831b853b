import { css } from "lit";

/** What every shadow root starts from: box model, text, focus, and the handful of controls that all rooms share. */
export const controls = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { font: 15px/1.45 var(--hf-font); color: var(--hf-ink); -webkit-text-size-adjust: 100%; }
  [hidden] { display: none !important; }
  h1, h2, h3, p, ul, ol, dl, dd, figure, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
  ul, ol { list-style: none; }
  h1, h2, h3 { font-weight: 650; line-height: 1.2; letter-spacing: -0.012em; text-wrap: balance; }
  button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; }
  :focus-visible { outline: 2.5px solid var(--hf-accent-ink); outline-offset: 2px; }
  /* Words of people and of the service run in their own direction, and stand where the page's own text does. */
  :where([dir="auto"]:not(input, textarea)) { text-align: -webkit-match-parent; text-align: match-parent; }
  /* Nothing is written yet: what is asked for stands there, in the page's own words. */
  :is(input, textarea)[dir="auto"]:placeholder-shown { direction: inherit; unicode-bidi: isolate; }
  svg { display: block; flex: none; }
  .along:dir(rtl) { scale: -1 1; }
  /* The letters of this script join: spacing would tear words apart. */
  *:lang(ar) { letter-spacing: 0 !important; }
  .num { font-variant-numeric: tabular-nums; }
  .quiet { color: var(--hf-ink-3); }
  .unseen {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap;
  }

  .button {
    display: inline-flex; align-items: center; justify-content: center; gap: var(--hf-2); min-height: 40px;
    padding: 0 var(--hf-4);
    border: 1px solid var(--hf-line-strong); border-radius: var(--hf-radius-small); background: var(--hf-surface);
    color: var(--hf-ink);
    font-weight: 550; cursor: pointer; text-decoration: none; white-space: nowrap;
    transition: background var(--hf-quick), border-color var(--hf-quick), transform var(--hf-quick);
  }
  .button:hover { background: var(--hf-sunken); }
  .button:active { transform: translateY(1px); }
  .button.primary { background: var(--hf-accent); border-color: transparent; color: var(--hf-on-accent); }
  .button.primary:hover { background: var(--hf-accent-strong); }
  .button.danger { background: var(--hf-bad); border-color: transparent; color: var(--hf-on-bad); }
  .button.plain { background: transparent; border-color: transparent; color: var(--hf-ink-2); }
  .button.plain:hover { background: var(--hf-sunken); color: var(--hf-ink); }
  .button.small { min-height: 32px; padding: 0 var(--hf-3); font-size: 13.5px; }
  .button[disabled] { opacity: 0.5; cursor: not-allowed; transform: none; }
  .icon-button {
    display: inline-grid; place-items: center; width: 36px; height: 36px; padding: 0; border: 0;
    border-radius: var(--hf-radius-small);
    background: transparent; color: inherit; cursor: pointer; transition: background var(--hf-quick);
  }
  .icon-button:hover { background: color-mix(in srgb, currentColor 12%, transparent); }

  .field { display: grid; gap: 6px; }
  .field > span, .label { font-size: 13.5px; font-weight: 550; color: var(--hf-ink-2); }
  .input {
    width: 100%; min-height: 42px; padding: 9px 12px; border: 1px solid var(--hf-line-strong);
    border-radius: var(--hf-radius-small);
    background: var(--hf-surface); transition: border-color var(--hf-quick);
  }
  textarea.input { resize: vertical; }
  .input::placeholder { color: var(--hf-ink-3); opacity: 1; }
  .input:hover { border-color: var(--hf-ink-3); }
  .input:focus-visible { outline-offset: -1px; border-color: transparent; }

  .badge {
    display: inline-flex; align-items: center; gap: 5px; padding: 2px 9px; border-radius: 99px;
    background: var(--hf-sunken);
    color: var(--hf-ink-2); font-size: 13px; font-weight: 550; white-space: nowrap;
  }
  .badge.good { background: var(--hf-good-wash); color: var(--hf-good); }
  .badge.warn { background: var(--hf-warn-wash); color: var(--hf-warn); }
  .badge.bad { background: var(--hf-bad-wash); color: var(--hf-bad); }
  .badge.brass { background: var(--hf-brass-wash); color: var(--hf-brass); }
  .notice {
    display: flex; align-items: center; gap: var(--hf-2); padding: 9px 14px; font-size: 14px;
    background: var(--hf-brass-wash); color: var(--hf-brass);
  }
  .notice.bad { background: var(--hf-bad-wash); color: var(--hf-bad); }
`;
