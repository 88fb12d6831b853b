import { css } from "lit";

/** The question whether what was said is to be erased. */
export const eraseStyles = css`
  :host { display: contents; }
  dialog {
    position: fixed; inset: 0; margin: auto; width: min(520px, 94vw); height: fit-content; max-height: 94vh;
    overflow: auto; padding: 24px 26px; border: 0; border-radius: 18px; background: var(--hf-surface);
    color: var(--hf-ink); box-shadow: var(--hf-shadow);
  }
  dialog::backdrop { background: #0b151a8c; }
  h2 { font-size: 20px; outline: 0; overflow-wrap: anywhere; }
  h3 { padding-block: 16px 7px; font-size: 14px; color: var(--hf-ink-2); }
  .never { display: flex; align-items: center; gap: 8px; padding-block-start: 8px; color: var(--hf-bad); font-weight: 550; }
  ul { display: grid; gap: 6px; }
  li { display: flex; align-items: baseline; gap: 9px; }
  li svg { translate: 0 2px; }
  .goes svg { color: var(--hf-bad); }
  .stays svg { color: var(--hf-good); }
  .notice { margin-block-start: 16px; border-radius: 10px; }
  .buttons { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 8px; padding-block-start: 20px; }
  .buttons [role="status"] { flex: 1; font-size: 14px; }
`;
