import { css } from "lit";

/** One contact: briefing beside conversation; stacked when its column is narrow. */
export const contactStyles = css`
  .contacts {
    display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); flex: 1; min-height: 0; gap: 10px;
    padding: 14px 18px 18px;
  }
  .contact {
    display: flex; flex-direction: column; min-width: 0; min-height: 0; border-radius: 16px;
    background: var(--hf-surface); box-shadow: var(--hf-shadow-small); overflow: hidden; container-type: inline-size;
  }
  .contact-head {
    display: flex; flex-wrap: wrap; align-items: center; gap: 8px 10px; min-height: 58px; padding-block: 8px;
    padding-inline: 20px 12px; border-block-end: 1px solid var(--hf-line);
  }
  /* A name is never cut: the buttons lose their words, and then go to a line of their own. */
  .whom { display: flex; flex: 1 1 auto; flex-wrap: wrap; align-items: center; gap: 4px 10px; min-width: 0; }
  .whom > svg { flex: none; color: var(--hf-ink-3); }
  .contact-head h1 { min-width: 0; max-width: calc(100% - 32px); font-size: 18px; overflow-wrap: anywhere; }
  .recorded i { width: 8px; height: 8px; border: 1.5px solid var(--hf-bad); border-radius: 50%; }
  .recorded[data-state="on"] i { background: var(--hf-bad); }
  .actions { display: flex; flex-wrap: wrap; gap: 6px; margin-inline-start: auto; }
  .hand-over, .whose { border-block-end: 1px solid var(--hf-line); }
  .whose { padding-inline: 20px; background: var(--hf-accent-wash); color: var(--hf-ink-2); }
  .whose b { margin-inline-end: 4px; }
  .whose b, .whose svg { color: var(--hf-accent-ink); }
  .composer.coaching textarea {
    background: var(--hf-accent-wash); border-color: color-mix(in srgb, var(--hf-accent) 55%, transparent);
  }
  .action[aria-pressed="true"] { background: var(--hf-brass-wash); border-color: var(--hf-brass); color: var(--hf-brass); }
  .ending { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: 8px; font-size: 14px; }
  .contact-body { display: grid; grid-template-columns: minmax(290px, 37%) minmax(0, 1fr); flex: 1; min-height: 0; }
  .briefing {
    overflow-y: auto; padding: 18px 20px 22px; border-inline-end: 1px solid var(--hf-line);
    background: color-mix(in srgb, var(--hf-ground) 60%, var(--hf-surface));
  }
  .briefing:focus-visible { outline-offset: -3px; }
  .briefing h2 { font-size: 20px; letter-spacing: -0.018em; overflow-wrap: anywhere; }
  .briefing h3 { margin-block: 18px 7px; font-size: 14px; letter-spacing: 0; color: var(--hf-ink-2); }
  .verification {
    display: flex; align-items: center; gap: 11px; margin-block: 13px 12px; padding: 9px 13px; border-radius: 11px;
    background: var(--hf-sunken); color: var(--hf-ink-2); line-height: 1.25;
  }
  .verification.good { background: var(--hf-good-wash); color: var(--hf-good); }
  .verification span { display: grid; }
  .verification small { font-size: 13px; }
  .asked {
    display: flex; align-items: center; gap: 9px; margin-block-end: 12px; font-size: 14px; color: var(--hf-ink-2);
  }
  .asked.bad { color: var(--hf-bad); }
  [data-testid="coaching"] { margin-block-end: 12px; }
  .note.coaching { background: var(--hf-accent-wash); }
  .note.coaching small { color: var(--hf-ink-2); }
  .transfer-note {
    display: grid; margin-block-end: 12px; padding: 9px 13px; border-radius: 11px; background: var(--hf-brass-wash);
    color: var(--hf-brass); overflow-wrap: anywhere;
  }
  .briefing dl > div {
    display: grid; grid-template-columns: minmax(84px, 34%) minmax(0, 1fr); align-items: center; min-height: 36px;
    border-block-end: 1px solid var(--hf-line);
  }
  .briefing dt { padding-inline-end: 8px; font-size: 14px; color: var(--hf-ink-3); }
  .briefing dd {
    display: flex; align-items: center; justify-content: space-between; gap: 6px; overflow-wrap: anywhere;
    font-weight: 550;
  }
  .copy {
    display: inline-flex; align-items: center; gap: 6px; flex: none; min-height: 30px; padding: 0 6px; border: 0;
    border-radius: 8px; background: none; color: var(--hf-ink-3); cursor: pointer;
  }
  .copy:hover { background: var(--hf-sunken); color: var(--hf-ink); }
  .copy kbd { border: 0; padding: 0; font-weight: 500; opacity: 1; }
  .circumstances { margin-block-start: 16px; }
  .briefing .circumstances > div { min-height: 31px; border: 0; font-size: 14px; }
  .circumstances dd { font-weight: 400; }
  .tried { display: grid; gap: 6px; }
  .tried li, .history li { display: flex; align-items: center; gap: 8px; }
  .tried .good svg, .tried .good small { color: var(--hf-good); }
  .tried .bad svg, .tried .bad small { color: var(--hf-bad); }
  .tried span, .history span { flex: 1; overflow-wrap: anywhere; }
  .tried small, .history small { font-size: 13px; }
  .history { display: grid; gap: 9px; font-size: 14px; }
  .history li { align-items: start; }
  .history b { display: block; font-weight: 550; }
  .history q { display: block; quotes: none; white-space: pre-wrap; color: var(--hf-ink-2); }
  .history small, .history svg { color: var(--hf-ink-3); }
  .note {
    display: grid; padding: 8px 12px; border-radius: 10px; background: var(--hf-brass-wash); overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .note + .note { margin-block-start: 6px; }
  .note small { font-size: 12.5px; color: var(--hf-brass); }

  .conversation { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
  hf-talk { flex: 1; min-height: 0; }
  .contact-foot { flex: none; padding: 12px 16px 16px; border-block-start: 1px solid var(--hf-line); }
  .hint { display: flex; align-items: center; gap: 9px; color: var(--hf-ink-2); font-size: 14px; }
  .on-phone { padding: 8px 16px 0; }
  .composer { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: end; gap: 6px 8px; }
  .composer textarea { min-height: 58px; max-height: 180px; field-sizing: content; resize: none; }
  .composer.noting textarea {
    background: var(--hf-brass-wash); border-color: color-mix(in srgb, var(--hf-brass) 55%, transparent);
  }
  .composer .primary { min-height: 44px; }
  .canned {
    grid-column: 1 / -1; max-height: 220px; overflow-y: auto; padding: 5px; border: 1px solid var(--hf-line);
    border-radius: 12px; background: var(--hf-raised); box-shadow: var(--hf-shadow-small);
  }
  .canned li {
    display: grid; grid-template-columns: minmax(76px, max-content) minmax(0, 1fr); gap: 10px; padding: 7px 9px;
    border-radius: 8px; font-size: 14px; cursor: pointer;
  }
  .canned li[aria-selected="true"] { background: var(--hf-accent-wash); }
  .canned b { font-weight: 600; }
  .canned span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--hf-ink-2); }
  .canned-hint { align-self: center; margin-inline-start: 6px; font-size: 13px; }
  .modes { grid-column: 1 / -1; display: flex; gap: 2px; }
  .modes .look-up { margin-inline-start: auto; }
  .modes button {
    display: inline-flex; align-items: center; gap: 7px; min-height: 30px; padding: 0 11px; border: 0;
    border-radius: 8px; background: none; color: var(--hf-ink-3); font-size: 14px; font-weight: 550; cursor: pointer;
  }
  .modes button[aria-pressed="true"] { background: var(--hf-sunken); color: var(--hf-ink); }
  .wrap-up { display: grid; gap: 11px; background: var(--hf-brass-wash); }
  .wrap-up h2 { display: flex; justify-content: space-between; align-items: baseline; font-size: 17px; }
  .wrap-up small { font-size: 13px; font-weight: 400; }
  .wrap-up fieldset { display: flex; flex-wrap: wrap; gap: 7px; }
  .pill span {
    display: inline-flex; align-items: center; min-height: 36px; padding: 0 14px;
    border: 1px solid var(--hf-line-strong); border-radius: 99px; background: var(--hf-surface); font-size: 14px;
    font-weight: 550; cursor: pointer;
  }
  .pill input { position: absolute; opacity: 0; }
  .pill input:checked + span { background: var(--hf-ink); border-color: transparent; color: var(--hf-surface); }
  .pill input:focus-visible + span { outline: 2.5px solid var(--hf-accent-ink); outline-offset: 2px; }
  .wrap-up .primary { justify-self: start; }

  @container (max-width: 640px) {
    .contact-body { grid-template-columns: 1fr; grid-template-rows: minmax(auto, 44%) minmax(0, 1fr); }
    .briefing { border-inline-end: 0; border-block-end: 1px solid var(--hf-line); padding: 14px 16px; }
    .briefing h2 { font-size: 17px; }
    .contact.wrapping .briefing { display: none; }
    .contact.wrapping .contact-body { grid-template-rows: minmax(0, 1fr); }
    .contact-head { padding-inline-start: 16px; }
    .contact-head .num { display: none; }
    .action span, .canned-hint { display: none; }
  }
  @container (max-width: 1120px) {
    .contact.voice .actions kbd { display: none; }
    .contact.voice .toggle span { display: none; }
  }
  @container (max-width: 900px) { .action kbd { display: none; } }
  @media (max-width: 860px) {
    .contacts { grid-auto-flow: row; }
    .contact { height: max(520px, 92vh); }
  }
`;
