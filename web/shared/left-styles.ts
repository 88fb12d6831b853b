import { css } from "lit";

/** Messages and callbacks. */
export const leftStyles = css`
  :host { display: block; min-height: 0; }
  section { display: grid; gap: 12px; }
  .tabs { display: flex; flex-wrap: wrap; gap: 4px; }
  .tabs button {
    min-height: 36px; padding: 0 14px; border: 0; border-radius: 99px; background: none; color: var(--hf-ink-2);
    font-weight: 550; cursor: pointer;
  }
  .tabs button:not([aria-selected="true"]):hover { background: var(--hf-sunken); }
  .tabs [aria-selected="true"] { background: var(--hf-ink); color: var(--hf-surface); }
  .none { padding: 28px 4px; text-align: center; }
  .note { padding-block-end: 8px; font-size: 14px; }
  .notice { border-radius: 10px; }
  ul { display: grid; gap: 10px; }
  li {
    display: grid; gap: 8px; padding: 14px 18px; border-radius: 14px; background: var(--hf-surface);
    box-shadow: var(--hf-shadow-small);
  }
  .meta { display: flex; flex-wrap: wrap; gap: 4px 6px; font-size: 13.5px; color: var(--hf-ink-2); }
  .words { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 16px; }
  .spoken { display: flex; align-items: center; gap: 6px; font-size: 14px; }
  audio { width: 100%; height: 40px; }
  .buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
  .buttons a { color: var(--hf-accent-ink); overflow-wrap: anywhere; }
  .gap { flex: 1; }
  #list:focus-visible { outline-offset: 6px; border-radius: 10px; }
`;
