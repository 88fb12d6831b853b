import { css } from "lit";

/** A contact's words as the agent reads them: the caller's plain, the assistant's quiet, one's own in colour. */
export const talkStyles = css`
  :host { position: relative; display: flex; min-height: 0; overflow: hidden; }
  .talk {
    overflow-anchor: none; /* which part stands on the page is seen to by the element itself */
    position: relative; flex: 1; display: flex; flex-direction: column; gap: 12px; min-height: 0; overflow-y: auto; padding: 16px 18px 12px;
  }
  .talk:focus-visible { outline-offset: -3px; }
  .talk > :first-child { margin-block-start: auto; }
  .message {
    display: grid; justify-items: start; gap: 3px; max-width: min(84%, 620px);
    flex: none;
  }
  .message.follows { margin-block-start: -8px; }
  .message.agent { align-self: flex-end; justify-items: end; }
  .message.system { align-self: center; text-align: center; }
  .who { display: flex; align-items: center; gap: 6px; font-size: 12.5px; font-weight: 600; color: var(--hf-ink-3); }
  .who time { font-weight: 400; }
  .bubble {
    padding: 8px 13px; border-radius: 14px; border-start-start-radius: 4px; background: var(--hf-sunken); overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .bubble p { text-align: start; }
  .assistant .bubble {
    padding-block: 2px; padding-inline: 12px 0; border-radius: 0; border-inline-start: 3px solid var(--hf-line);
    background: none; color: var(--hf-ink-2);
  }
  .agent .bubble { border-radius: 14px; border-end-end-radius: 4px; background: var(--hf-accent); color: var(--hf-on-accent); }
  .system .bubble { background: none; font-size: 13.5px; color: var(--hf-ink-2); }
  .arrival { font-size: 12px; color: var(--hf-ink-3); }
  .arrival.lost { color: var(--hf-bad); font-weight: 600; }
  .pending .bubble { outline: 1px dashed currentColor; outline-offset: -4px; }
  .guess .bubble { font-style: italic; }
  .failed .who { color: var(--hf-bad); }
  .link {
    padding: 2px; border: 0; background: none; color: var(--hf-accent-ink); font: inherit; text-decoration: underline;
    text-underline-offset: 3px; cursor: pointer;
  }
  .newest {
    position: absolute; inset-block-end: 12px; inset-inline-start: 50%; translate: -50% 0; border-radius: 99px;
    box-shadow: var(--hf-shadow);
  }
  .newest:dir(rtl) { translate: 50% 0; }
  .dots { display: flex; gap: 5px; padding-block: 14px; }
  .dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--hf-ink-3); animation: breathe 1.3s ease-in-out infinite; }
  .dots i:nth-child(2) { animation-delay: 0.16s; }
  .dots i:nth-child(3) { animation-delay: 0.32s; }
  @keyframes breathe { 0%, 60%, 100% { opacity: 0.35; } 30% { opacity: 1; } }
  @media (prefers-reduced-motion: reduce) { .dots i { animation: none; opacity: 0.8; } }
  .divider { display: flex; align-items: center; gap: 12px; font-size: 13px; font-weight: 550; color: var(--hf-good); }
  .divider::before, .divider::after {
    content: ""; flex: 1; border-block-start: 1px solid color-mix(in srgb, currentColor 40%, transparent);
  }
`;
