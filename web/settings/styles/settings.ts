import { css } from "lit";
import { formStyles } from "./form";

const frame = css`
  :host { display: block; min-height: 100vh; }
  main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 22px; width: min(1120px, 100% - 48px); margin-inline: auto; padding-block: 22px 64px; }
  header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
  header > svg { color: var(--hf-accent-ink); }
  header h1 { font-size: 20px; }
  .gap { flex: 1; }
  .pages { display: flex; flex-wrap: wrap; gap: 2px; margin-inline-start: 10px; }
  .pages a { padding: 6px 13px; border-radius: 99px; color: var(--hf-ink-2); font-weight: 550; text-decoration: none; }
  .pages a:hover { background: var(--hf-sunken); }
  .notice { flex-wrap: wrap; border-radius: 12px; overflow-wrap: anywhere; }
  .notice.good { background: var(--hf-good-wash); color: var(--hf-good); }
  .notice > span { min-width: 0; }

  .rooms { display: grid; grid-template-columns: 190px minmax(0, 1fr); align-items: start; gap: 32px; }
  .list { position: sticky; inset-block-start: 22px; display: grid; gap: 2px; }
  .list a {
    display: flex; align-items: center; gap: 7px; padding: 8px 13px; border-radius: 10px; color: var(--hf-ink-2);
    font-weight: 550; text-decoration: none;
  }
  .list a:hover { background: var(--hf-sunken); }
  .list a[aria-current="page"] { background: var(--hf-ink); color: var(--hf-surface); }
  .list a > span { margin-inline-start: auto; }
  .room { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; min-width: 0; }
  .room h2 { font-size: 25px; }
  .room h2:focus-visible { outline-offset: 5px; border-radius: 6px; }
  .lead { max-width: 64ch; margin-block-start: -8px; }
  .none { padding: 22px 4px; }
  .told:empty { display: none; }

  .rows { display: grid; gap: 8px; }
  .rows > li, .card, .room > form {
    padding: 12px 18px; border-radius: 14px; background: var(--hf-surface); box-shadow: var(--hf-shadow-small); min-width: 0;
  }
  .room > form { padding: 20px 22px; }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; }
  .row h3 { font-size: 16.5px; overflow-wrap: anywhere; }
  .row .button { margin-inline-start: auto; }
  .summary { flex: 1 1 220px; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .open .summary { white-space: normal; }
  .editor { margin-block-start: 14px; padding-block: 16px 4px; border-block-start: 1px solid var(--hf-line); }
  .room > .button { justify-self: start; }
  .begin { display: flex; flex-wrap: wrap; align-items: end; gap: 10px; }
  .begin .input { width: 220px; }

  .card > h3 { margin-block-end: 14px; font-size: 17px; }
  .start { padding: 12px 18px; border-radius: 14px; background: var(--hf-sunken); font-size: 14.5px; }
  .start summary { cursor: pointer; font-weight: 550; }
  .start ul { display: grid; gap: 4px; padding-block-start: 10px; color: var(--hf-ink-2); }
  .versions { display: grid; gap: 10px; }
  .versions .card { display: grid; gap: 8px; }
  .only { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; }
  .comment { padding-inline-start: 12px; border-inline-start: 3px solid var(--hf-line); color: var(--hf-ink-2); overflow-wrap: anywhere; }
  .differences { display: grid; gap: 6px; font-size: 14.5px; }
  .differences > div { display: grid; grid-template-columns: minmax(90px, 190px) minmax(0, 1fr); gap: 4px 14px; }
  .differences .whole { grid-template-columns: minmax(0, 1fr); }
  .differences dt { color: var(--hf-ink-3); overflow-wrap: anywhere; }
  .differences dd { display: flex; flex-wrap: wrap; align-items: baseline; gap: 3px 9px; min-width: 0; overflow-wrap: anywhere; }
  .differences :is(del, ins) { min-width: 0; padding: 1px 7px; border-radius: 6px; text-decoration: none; white-space: pre-wrap; }
  .differences del { background: var(--hf-bad-wash); color: var(--hf-bad); text-decoration: line-through; }
  .differences ins { background: var(--hf-good-wash); color: var(--hf-good); }

  @media (max-width: 820px) {
    main { width: calc(100% - 28px); }
    .rooms { grid-template-columns: minmax(0, 1fr); gap: 18px; }
    .list { position: static; display: flex; flex-wrap: wrap; }
    .list a { padding: 6px 12px; border-radius: 99px; }
    .differences > div { grid-template-columns: minmax(0, 1fr); }
  }
`;

/** The page of settings, and the forms in it. */
export const styles = [frame, formStyles];
