import { css } from "lit";

/** What is said, and what is gathered from it. */
export const talk = css`
  .gathered { flex: none; margin: 10px 16px 0; border: 1px solid var(--hf-line); border-radius: 12px; font-size: 14px; }
  .gathered summary {
    display: flex; align-items: center; gap: 8px; padding-block: 8px; padding-inline: 12px 10px; border-radius: 12px; cursor: pointer;
    list-style: none; font-weight: 550; color: var(--hf-ink-2);
  }
  .gathered summary::-webkit-details-marker { display: none; }
  .gathered summary > span:first-of-type { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .gathered .badge { font-size: 12.5px; padding: 1px 8px; }
  .chevron { color: var(--hf-ink-3); transition: rotate var(--hf-quick); }
  [open] > summary .chevron { rotate: 180deg; }
  .gathered .none { padding: 0 14px 12px; }
  .gathered dl { max-height: 34cqh; overflow-y: auto; padding-block: 0 8px; padding-inline: 14px 6px; }
  .gathered dl > div {
    display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); align-items: center; min-height: 34px;
    border-block-start: 1px solid var(--hf-line);
  }
  .gathered dt { color: var(--hf-ink-3); padding-inline-end: 8px; }
  .gathered dd {
    display: flex; align-items: center; justify-content: space-between; overflow-wrap: anywhere; font-weight: 550;
  }
  .gathered .topic, .gathered .editing { grid-template-columns: minmax(0, 1fr); font-size: 15px; }
  .gathered .icon-button { width: 32px; height: 32px; color: var(--hf-ink-3); }
  .fact-form {
    display: flex; flex-wrap: wrap; gap: 6px; flex: 1; padding-block: 8px 10px; padding-inline: 0 8px; font-weight: 400; font-size: 14px;
  }
  .fact-form label { flex-basis: 100%; display: grid; gap: 4px; color: var(--hf-ink-3); }
  .fact-form .input { color: var(--hf-ink); min-height: 38px; padding-block: 6px; }

  .talk {
    flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px 16px 12px; display: flex;
    flex-direction: column; gap: 12px; mask: linear-gradient(#0000, #000 16px);
  }
  .talk:focus-visible { outline-offset: -3px; border-radius: 8px; }
  .talk > :first-child { margin-block-start: auto; }
  .message { display: grid; justify-items: start; gap: 3px; max-width: 86%; animation: arrive var(--hf-calm); }
  @keyframes arrive { from { opacity: 0; transform: translateY(6px); } }
  .message.follows { margin-block-start: -7px; }
  .message.caller { align-self: flex-end; justify-items: end; }
  .message.system { align-self: center; justify-items: center; text-align: center; max-width: 92%; }
  .who { font-size: 12.5px; font-weight: 600; color: var(--hf-ink-3); }
  .bubble {
    padding: 9px 14px; border-radius: 16px; border-start-start-radius: 4px; background: var(--hf-sunken); overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .bubble p { text-align: start; }
  .message.caller .bubble {
    border-radius: 16px; border-end-end-radius: 4px; background: var(--hf-accent); color: var(--hf-on-accent);
  }
  .message.agent .bubble {
    background: color-mix(in srgb, var(--hf-accent) 17%, var(--hf-surface));
    box-shadow: inset 0 0 0 1px color-mix(in srgb, var(--hf-accent) 26%, transparent);
  }
  .message.agent .who { color: var(--hf-accent-ink); }
  .message.system .bubble { padding: 2px 8px; background: none; font-size: 13.5px; color: var(--hf-ink-2); }
  .message.first { width: 100%; text-align: start; justify-items: stretch; }
  .message.first .bubble {
    padding: 9px 14px; border-radius: 12px; font-size: inherit; color: var(--hf-ink); background: var(--hf-warn-wash);
    border-inline-start: 3px solid var(--hf-warn);
  }
  .when { display: flex; align-items: center; gap: 4px; font-size: 12px; color: var(--hf-ink-3); }
  .message:not(:hover, :focus-within, .pending, .caller) .when { position: absolute; opacity: 0; pointer-events: none; }
  .message:has(+ .message.caller.follows) .when { display: none; }
  .delivery { color: var(--hf-good); }
  .message.pending .bubble { outline: 1px dashed currentColor; outline-offset: -4px; }
  .happening {
    align-self: center; max-width: 92%; font-size: 13.5px; color: var(--hf-ink-2); text-align: center;
    text-wrap: balance;
  }
  .happening.connected, .happening.returned {
    padding: 7px 14px; border-radius: 12px; background: var(--hf-good-wash); color: var(--hf-good);
  }
  .happening.returned { background: var(--hf-brass-wash); color: var(--hf-brass); }
  .choices { display: flex; flex-wrap: wrap; gap: 8px; }
  .choice {
    padding: 7px 14px; border: 1.5px solid var(--hf-accent-ink); border-radius: 99px; background: none;
    color: var(--hf-accent-ink); font-weight: 550; cursor: pointer; text-align: start;
    transition: background var(--hf-quick);
  }
  .choice:hover { background: var(--hf-accent-wash); }
  .dots { display: flex; gap: 5px; padding-block: 14px; }
  .dots i {
    width: 7px; height: 7px; border-radius: 50%; background: var(--hf-ink-3);
    animation: breathe 1.3s ease-in-out infinite;
  }
  .dots i:nth-child(2) { animation-delay: 0.16s; }
  .dots i:nth-child(3) { animation-delay: 0.32s; }
  @keyframes breathe { 0%, 60%, 100% { opacity: 0.35; } 30% { opacity: 1; } }
  @media (prefers-reduced-motion: reduce) { .dots i { animation: none; opacity: 0.8; } }
  .newer {
    position: absolute; inset-block-start: -46px; inset-inline-start: 50%; translate: -50% 0;
    box-shadow: var(--hf-shadow); border-radius: 99px;
  }
  :host([dir="rtl"]) .newer { translate: 50% 0; }
  .foot-holder { position: relative; flex: none; }

  /* A window at twice its size: the panel takes its whole height and scrolls, and the talk keeps room to be read. */
  @media (max-height: 480px) {
    :host([open]) { inset-block: 0; }
    .panel { height: 100dvh; border-radius: 0; overflow-y: auto; }
    .talk { flex: 1 0 150px; }
    .foot-holder { position: sticky; inset-block-end: 0; }
  }
  /* In a short window the words come before the decoration. */
  @container (max-height: 560px) {
    .track, .actions .button:not(.on) svg { display: none; }
    .position b { font-size: 34px; }
    .position .whole { padding-block: 3px; font-size: 24px; }
    .ticket { min-height: 112px; }
    .ticket-main { padding-block: 9px 10px; }
    .stub { gap: 2px; }
    .stub-button { margin-block-start: 2px; }
    .welcome h3 { margin-block-start: 16px; }
    .welcome ul { margin-block: 14px; gap: 10px; }
  }
`;
