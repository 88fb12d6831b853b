import { css } from "lit";

/** The dialogue in which a contact is passed on. */
export const passOnStyles = css`
  dialog {
    position: fixed; inset: 0; margin: auto; width: min(600px, 94vw); height: fit-content; max-height: 94vh;
    overflow: auto; padding: 22px 24px; border: 0; border-radius: 18px; background: var(--hf-surface);
    color: var(--hf-ink); box-shadow: var(--hf-shadow);
  }
  dialog::backdrop { background: #0b151a8c; }
  form { display: grid; gap: 13px; }
  h2 { font-size: 20px; overflow-wrap: anywhere; }
  .loading { padding: 12px 4px; }
  ul { max-height: min(232px, 30vh); overflow-y: auto; border: 1px solid var(--hf-line); border-radius: 12px; }
  li {
    display: grid; grid-template-columns: 24px minmax(90px, auto) 1fr; align-items: center; gap: 8px; min-height: 44px;
    padding-block: 4px; padding-inline: 12px 14px; cursor: pointer;
  }
  li + li { border-block-start: 1px solid var(--hf-line); }
  li i { color: var(--hf-ink-3); }
  li i.free { color: var(--hf-good); }
  li span { text-align: end; font-size: 13.5px; color: var(--hf-ink-2); }
  li b { font-weight: 600; overflow-wrap: anywhere; }
  li:hover:not([aria-disabled="true"]) { background: var(--hf-sunken); }
  li[aria-selected="true"] { background: var(--hf-accent-wash); box-shadow: inset 3px 0 var(--hf-accent); }
  li[aria-selected="true"]:dir(rtl) { box-shadow: inset -3px 0 var(--hf-accent); }
  li[aria-disabled="true"] { cursor: not-allowed; }
  li[aria-disabled="true"] b { color: var(--hf-ink-3); font-weight: 500; }
  .modes { display: grid; gap: 6px; }
  .mode {
    display: flex; align-items: baseline; gap: 9px; padding: 9px 12px; border: 1px solid var(--hf-line-strong); border-radius: 12px;
    cursor: pointer;
  }
  .mode:has(:checked) { border-color: var(--hf-accent); background: var(--hf-accent-wash); }
  .mode:has(:focus-visible) { outline: 2.5px solid var(--hf-accent-ink); outline-offset: 2px; }
  .mode input { flex: none; accent-color: var(--hf-accent); outline: none; translate: 0 2px; }
  .mode > span { display: grid; flex: 1; grid-template-columns: 146px minmax(0, 1fr); align-items: baseline; gap: 0 8px; }
  .mode b { font-weight: 600; }
  .mode small { font-size: 13px; color: var(--hf-ink-2); }
  textarea { field-sizing: content; max-height: 140px; }
  .notice { border-radius: 10px; }
  .buttons { display: flex; justify-content: flex-end; gap: 8px; }
  @media (max-width: 520px) { .mode > span { grid-template-columns: minmax(0, 1fr); } }
`;
