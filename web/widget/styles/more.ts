import { css } from "lit";

/** What comes besides the talk: callback, another device, the end and what follows it, a closed line. */
export const more = css`
  .refusal { flex-basis: 100%; color: var(--hf-bad); font-size: 14px; font-weight: 550; }
  .ask .field { flex: 1 1 100%; }
  .called {
    display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 10px 16px 0; padding: 10px 14px;
    border-radius: 12px; background: var(--hf-good-wash); font-size: 14px;
  }
  .called > svg { color: var(--hf-good); }
  .called p { flex: 1 1 70%; }

  .stub-button {
    display: inline-grid; place-items: center; width: 30px; height: 30px; margin-block-start: 4px; padding: 0;
    border: 1px solid color-mix(in srgb, currentColor 45%, transparent); border-radius: 9px; background: none;
    color: inherit; cursor: pointer;
  }
  .stub-button:hover { background: #ffffff22; }
  .elsewhere { display: flex; align-items: center; gap: 14px; font-size: 14px; }
  .elsewhere > div { display: grid; gap: 5px; min-width: 0; }
  .qr { width: 148px; height: 148px; border-radius: 10px; }
  .row { display: flex; flex-wrap: wrap; gap: 6px; }

  .closed { max-height: 68cqh; overflow-y: auto; align-content: start; }
  .closed .row { justify-content: center; }
  .shut, .shut form { display: grid; gap: 13px; }
  .shut h3 { font-size: 20px; }
  .ways { display: flex; gap: 8px; }
  .ways .on { background: var(--hf-ink); border-color: transparent; color: var(--hf-surface); }
  .shut .notice { margin: 0; }
`;
