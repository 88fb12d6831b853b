import { css } from "lit";

/** Small buttons in a row, also above several telephones. */
export const addingStyles = css`
  .chip {
    min-height: 28px; padding: 0 11px; border: 1px solid var(--hf-line); border-radius: 99px; background: none;
    color: var(--hf-ink-2); font-size: 13px; cursor: pointer;
  }
  .chip:hover { background: var(--hf-sunken); }
  .adding { display: flex; flex-wrap: wrap; gap: 6px; }
`;

export const phoneStyles = css`
  :host { display: block; min-height: 100vh; }
  .page {
    display: grid; grid-template-columns: 372px minmax(0, 480px) minmax(0, 400px); justify-content: center; gap: 28px; height: 100vh;
    padding: 26px 24px;
  }
  .set {
    display: flex; flex-direction: column; gap: 13px; min-height: 0; padding: 22px 24px 20px; border-radius: 26px;
    background: var(--hf-surface); box-shadow: var(--hf-shadow); overflow-y: auto;
  }
  .display {
    display: grid; gap: 2px; padding: 13px 18px; border-radius: 16px; background: var(--hf-ink);
    color: var(--hf-surface); min-height: 76px; align-content: center;
  }
  .display b { font-size: 21px; font-weight: 600; letter-spacing: -0.01em; overflow-wrap: anywhere; }
  .display p { display: flex; align-items: center; justify-content: space-between; gap: 8px; font-size: 14.5px; }
  .display .bad { color: #ffb4ac; }
  @media (prefers-color-scheme: dark) { .display { background: var(--hf-sunken); color: var(--hf-ink); } .display .bad { color: var(--hf-bad); } }
  .display .icon-button { width: 30px; height: 30px; margin-block: -3px; }
  .field > span { font-size: 13px; }
  .field .input { min-height: 40px; font-size: 16.5px; }
  .presets { display: flex; gap: 6px; margin-block-start: -6px; }
  .chip[aria-pressed="true"] {
    background: var(--hf-accent-wash); border-color: var(--hf-accent-ink); color: var(--hf-accent-ink);
    font-weight: 600;
  }
  .keys { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
  .key {
    min-height: 56px; border: 0; border-radius: 14px; background: var(--hf-sunken); font-size: 22px; font-weight: 500;
    line-height: 1; cursor: pointer; transition: background var(--hf-quick), transform var(--hf-quick);
  }
  .key small {
    display: block; margin-block-start: 2px; font-size: 10.5px; font-weight: 500; color: var(--hf-ink-3);
    letter-spacing: 0.08em;
  }
  .key:hover { background: var(--hf-line); }
  .key:active { transform: scale(0.95); background: var(--hf-accent-wash); }
  .call-row { display: flex; gap: 8px; }
  .call-row .button { flex: 1; min-height: 52px; border-radius: 16px; font-size: 17px; }
  .go { background: var(--hf-good); border-color: transparent; color: var(--hf-surface); }
  .go:hover { background: color-mix(in srgb, var(--hf-good) 85%, var(--hf-ink)); }
  .button.danger:hover { background: color-mix(in srgb, var(--hf-bad) 85%, var(--hf-ink)); }
  .down svg { rotate: 135deg; }
  .ring { animation: ring 1.1s ease-in-out infinite; }
  @keyframes ring { 0%, 60%, 100% { rotate: 0deg; } 10%, 30%, 50% { rotate: -12deg; } 20%, 40% { rotate: 12deg; } }
  @media (prefers-reduced-motion: reduce) { .ring, .wave i { animation: none; } }

  .said { display: flex; flex-direction: column; min-height: 0; }
  .said header { display: flex; align-items: baseline; gap: 10px; padding: 10px 4px 14px; }
  .said header h1 { font-size: 25px; letter-spacing: -0.022em; }
  .said header a { margin-inline-start: auto; color: var(--hf-accent-ink); font-size: 14px; }
  .captions {
    flex: 1; display: flex; flex-direction: column; gap: 15px; min-height: 0; overflow-y: auto; padding: 4px;
  }
  .captions > :first-child { margin-block-start: auto; }
  .caption {
    display: grid; gap: 1px; max-width: 92%; font-size: 18px; line-height: 1.4; overflow-wrap: anywhere;
    animation: arrive var(--hf-calm);
  }
  @keyframes arrive { from { opacity: 0; transform: translateY(6px); } }
  .caption > span { font-size: 13px; font-weight: 600; color: var(--hf-ink-3); }
  .caption:has(> .unseen) { margin-block-start: -9px; }
  .caption.me { align-self: flex-end; text-align: end; color: var(--hf-accent-ink); }
  .caption.other > span { color: var(--hf-good); }
  .caption.event {
    align-self: center; padding: 4px 14px; border-radius: 99px; background: var(--hf-good-wash); color: var(--hf-good);
    font-size: 14px; font-weight: 550;
  }
  .caption.unheard q { color: var(--hf-ink-2); }
  .caption em { font-style: normal; font-size: 13px; color: var(--hf-bad); }
  .none { margin: auto; max-width: 22em; text-align: center; color: var(--hf-ink-3); font-size: 16px; }
  .hint {
    display: flex; align-items: center; gap: 9px; min-height: 30px; padding: 4px; font-size: 14px; font-weight: 550;
    color: var(--hf-accent-ink);
  }
  .wave { display: inline-flex; align-items: center; gap: 3px; height: 16px; }
  .wave i {
    width: 3px; height: 100%; border-radius: 3px; background: currentColor; animation: wave 1s ease-in-out infinite;
  }
  .wave i:nth-child(2) { animation-delay: 0.15s; } .wave i:nth-child(3) { animation-delay: 0.3s; }
  @keyframes wave { 0%, 100% { scale: 1 0.35; } 50% { scale: 1 1; } }
  .say { display: flex; gap: 8px; }
  .say .input { flex: 1; min-height: 48px; border-radius: 14px; font-size: 16px; }
  .say .button { min-height: 48px; border-radius: 14px; }
  .mic[aria-pressed="true"] { background: var(--hf-bad); border-color: transparent; color: var(--hf-on-bad); }
  .texts .caption { font-size: 16px; padding-block-end: 2px; }
  .texts .caption a { color: inherit; }
  .texts .by { flex: none; width: auto; padding-inline: 8px; }
  @media (max-width: 1180px) {
    .page { grid-template-columns: 372px minmax(0, 560px); height: auto; }
    .texts { grid-column: 2; min-height: 50vh; }
  }
  @media (max-width: 860px) {
    .page { grid-template-columns: 1fr; height: auto; }
    .said { min-height: 60vh; }
    .texts { grid-column: 1; }
  }

  .compact {
    display: flex; flex-direction: column; gap: 6px; height: 100vh; padding: 10px 12px; overflow: hidden;
    background: var(--hf-surface);
  }
  .compact .line { display: flex; align-items: center; gap: 8px; min-height: 36px; font-size: 14px; }
  .compact .line b { flex: 1; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .compact .line > svg { color: var(--hf-ink-3); }
  .compact.talking .line > svg { color: var(--hf-good); }
  .compact .captions { gap: 7px; padding: 0; }
  .compact .caption { font-size: 14px; line-height: 1.35; }
  .compact .caption > span { font-size: 12px; }
  .compact .caption.event { padding: 2px 10px; font-size: 13px; }
  .compact .none, .compact .hint { display: none; }
  .compact .say .input { min-height: 36px; padding-block: 5px; font-size: 14px; border-radius: 10px; }
  .compact .say .button { min-height: 36px; padding-inline: 10px; border-radius: 10px; }
  .compact .say .mic { display: none; }
  .compact .icon-button.end { background: var(--hf-bad); color: var(--hf-on-bad); }
  .compact .icon-button.take { background: var(--hf-good); color: var(--hf-surface); }
  .said header .adding { margin-inline-start: auto; }
  .slim { padding: 14px 16px 16px; overflow: visible; }
  .slim header { display: flex; align-items: center; justify-content: space-between; gap: 8px; margin-block-end: -6px; }
  .slim h2 { font-size: 16px; overflow-wrap: anywhere; }
  .slim .key { min-height: 42px; font-size: 18px; }
  .slim .key small { display: none; }
  .slim .captions { flex: none; height: 260px; gap: 10px; }
  .slim .caption { font-size: 15.5px; }
  .slim .say { flex-wrap: wrap; }
  .slim .say .input { flex: 1 1 140px; min-width: 0; }
  /* Among other components it is as tall as it has to be. */
  .shown.page { height: auto; padding: 0; }
  .shown.page .said { max-height: 560px; }
  .shown.compact { height: auto; max-width: 420px; max-height: 320px; border-radius: 14px; }
`;
