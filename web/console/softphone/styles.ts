import { css } from "lit";

export const softphoneStyles = css`
  section {
    display: grid; gap: 8px; padding: 8px 10px; border-radius: 14px; background: var(--hf-surface);
    box-shadow: var(--hf-shadow-small); font-size: 14px;
  }
  .line { display: flex; align-items: center; gap: 8px; min-height: 36px; }
  .line b { flex: 1; min-width: 0; font-weight: 600; overflow-wrap: anywhere; }
  .line > svg { color: var(--hf-ink-3); }
  [data-call="open"] .line > svg, .ready { color: var(--hf-good); }
  .reconnecting, .connecting { color: var(--hf-ink-2); }
  .gone { color: var(--hf-bad); }
  .icon-button { flex: none; width: 32px; height: 32px; }
  .take { background: var(--hf-good); color: var(--hf-surface); animation: ring 1.1s ease-in-out infinite; }
  .end { background: var(--hf-bad); color: var(--hf-on-bad); }
  .end svg { rotate: 135deg; }
  @keyframes ring { 0%, 60%, 100% { rotate: 0deg; } 10%, 30%, 50% { rotate: -12deg; } 20%, 40% { rotate: 12deg; } }
  @media (prefers-reduced-motion: reduce) { .take { animation: none; } }
  .trouble { font-size: 13.5px; color: var(--hf-ink-2); overflow-wrap: anywhere; }
  .keys { display: grid; grid-template-columns: repeat(3, 1fr); gap: 5px; }
  .key { min-height: 36px; border: 0; border-radius: 10px; background: var(--hf-sunken); font-size: 16px; cursor: pointer; }
  .key:hover { background: var(--hf-line); }
  .captions { display: grid; gap: 6px; max-height: 150px; overflow-y: auto; }
  .caption { overflow-wrap: anywhere; line-height: 1.35; }
  .caption q { quotes: none; }
  .caption.me { color: var(--hf-accent-ink); text-align: end; }
  .caption.line { display: block; min-height: 0; color: var(--hf-ink-2); }
  .say .input { min-height: 36px; padding-block: 5px; font-size: 14px; border-radius: 10px; }
  fieldset { display: grid; gap: 5px; }
  .choice { display: flex; align-items: baseline; gap: 8px; overflow-wrap: anywhere; cursor: pointer; }
  .choice input { accent-color: var(--hf-accent); }
  .field .input { min-height: 36px; padding-block: 5px; font-size: 14px; }
`;
