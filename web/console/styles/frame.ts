import { css } from "lit";

/** The console's ground: rail, main, offers, empty states, the keyboard's list. */
export const frame = css`
  :host { display: block; height: 100vh; overflow: hidden; }
  kbd {
    font: 600 12px/1 var(--hf-font); padding: 3px 6px; border-radius: 5px; border: 1px solid currentColor;
    opacity: 0.82; direction: ltr; unicode-bidi: isolate;
  }
  .desk { display: grid; grid-template-columns: 268px minmax(0, 1fr); height: 100%; }
  .rail {
    display: flex; flex-direction: column; gap: 18px; min-height: 0; padding: 18px 16px 12px;
    background: var(--hf-sunken); overflow-y: auto;
  }
  .brand {
    display: flex; align-items: center; gap: 9px; padding-inline: 4px; color: var(--hf-accent-ink); font-size: 18px;
    letter-spacing: -0.015em;
  }
  .brand b { color: var(--hf-ink); font-weight: 650; }

  .presence {
    padding: 4px 14px 13px; border-radius: 14px; background: var(--hf-surface); box-shadow: var(--hf-shadow-small);
  }
  .presence p { font-size: 13.5px; color: var(--hf-ink-2); }
  .presence .rona { color: var(--hf-bad); font-weight: 600; }
  .switch {
    display: flex; align-items: center; justify-content: space-between; width: 100%; min-height: 46px; padding: 0;
    border: 0; background: none; cursor: pointer; font-size: 17px; text-align: start;
  }
  .switch b { font-weight: 650; }
  .ready .switch b { color: var(--hf-good); }
  .switch i {
    position: relative; width: 46px; height: 27px; border-radius: 99px; background: var(--hf-line-strong);
    transition: background var(--hf-quick);
  }
  .switch i::after {
    content: ""; position: absolute; inset-block-start: 3px; inset-inline-start: 3px; width: 21px; height: 21px;
    border-radius: 50%; background: var(--hf-surface); transition: inset-inline-start var(--hf-quick);
  }
  .switch[aria-checked="true"] i { background: var(--hf-good); }
  .switch[aria-checked="true"] i::after { inset-inline-start: 22px; }
  .switch[disabled] { cursor: wait; opacity: 0.6; }
  .reasons { display: flex; flex-wrap: wrap; gap: 5px; margin-block-start: 10px; }
  .chip {
    min-height: 28px; padding: 0 10px; border: 1px solid var(--hf-line); border-radius: 99px; background: none;
    color: var(--hf-ink-2); font-size: 13px; cursor: pointer;
  }
  .chip:hover { background: var(--hf-sunken); }
  .chip[aria-pressed="true"] { background: var(--hf-ink); border-color: transparent; color: var(--hf-surface); }

  .slots { display: grid; gap: 8px; }
  .slots h2 {
    display: flex; align-items: center; gap: 8px; min-height: 28px; padding-inline: 4px; font-size: 14px;
    letter-spacing: 0;
  }
  .slots h2 .icon-button { width: 28px; height: 28px; color: var(--hf-ink-2); }
  .slots h2 .icon-button[aria-pressed="true"] { background: var(--hf-surface); }
  .slots h2 span { margin-inline-start: auto; font-weight: 400; font-size: 13px; }
  .slot {
    display: grid; gap: 1px; width: 100%; min-height: 66px; padding: 9px 12px; border: 1.5px solid transparent;
    border-radius: 12px; background: color-mix(in srgb, var(--hf-surface) 62%, transparent); text-align: start;
    cursor: pointer;
  }
  .slot:hover { background: var(--hf-surface); }
  .slot.current { background: var(--hf-surface); border-color: var(--hf-accent-ink); }
  .slot.beside { border-inline-start: 5px solid var(--hf-accent); }
  .slot.wrapping { border-inline-start: 5px solid var(--hf-brass); }
  .slot.free {
    place-content: center; border: 1.5px dashed var(--hf-line); background: none; color: var(--hf-ink-3);
    font-size: 13.5px; cursor: default; min-height: 46px;
  }
  .slot-top { display: flex; align-items: center; gap: 7px; }
  .slot-top b { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
  .slot-line {
    overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 13px; color: var(--hf-ink-2);
  }
  .unread {
    float: inline-end; min-width: 20px; padding-inline: 6px; border-radius: 99px; background: var(--hf-accent);
    color: var(--hf-on-accent); font-style: normal; font-weight: 650; line-height: 20px; text-align: center;
  }
  .rail-foot { margin-block-start: auto; display: grid; gap: 8px; }
  .left {
    display: flex; align-items: center; gap: 10px; min-height: 44px; padding: 0 12px; border: 0; border-radius: 12px;
    background: none; font-weight: 550; text-align: start; cursor: pointer;
  }
  .left:hover, .left[aria-pressed="true"] { background: var(--hf-surface); }
  .left svg { color: var(--hf-ink-3); }
  .left span { flex: 1; }
  .left-list { flex: 1; overflow-y: auto; padding: 18px; }
  .me { display: flex; align-items: center; padding-inline-start: 4px; font-size: 14px; color: var(--hf-ink-2); }
  .me span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

  .main { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
  .notice { flex: none; }
  .notice .icon-button { margin-inline-start: auto; width: 28px; height: 28px; }
  .spinner {
    width: 14px; height: 14px; flex: none; border: 2px solid currentColor; border-inline-end-color: transparent;
    border-radius: 50%; animation: turn 1s linear infinite;
  }
  @keyframes turn { to { transform: rotate(1turn); } }

  .offers { flex: none; display: grid; gap: 8px; padding: 14px 18px 0; }
  .offer {
    display: flex; align-items: center; gap: 18px; padding: 14px 18px; border-radius: 16px;
    background: var(--hf-brass-wash);
    box-shadow: inset 0 0 0 1.5px color-mix(in srgb, var(--hf-brass) 45%, transparent), var(--hf-shadow);
    animation: drop var(--hf-calm);
  }
  @keyframes drop { from { opacity: 0; transform: translateY(-12px); } }
  .offer-words { flex: 1; min-width: 0; }
  .offer-words h2 { font-size: 19px; overflow-wrap: anywhere; }
  .offer-meta {
    display: flex; flex-wrap: wrap; align-items: center; gap: 5px; font-size: 14px; color: var(--hf-ink-2);
  }
  .offer-note { margin-block-start: 3px; font-size: 14px; overflow-wrap: anywhere; }
  .offer .badge { padding: 0; background: none; font-size: 14px; }
  .offer-actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; }
  .offer .primary { min-height: 46px; padding-inline: 20px; font-size: 16px; }
  .decline { display: flex; }
  .decline .button { min-height: 46px; background: none; }
  .decline button { border-start-end-radius: 0; border-end-end-radius: 0; }
  .decline span {
    position: relative; width: 40px; padding: 0; border-inline-start: 0; border-start-start-radius: 0;
    border-end-start-radius: 0;
  }
  .decline:has(:disabled) svg { opacity: 0.5; }
  .decline select { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
  .decline span:focus-within { outline: 2.5px solid var(--hf-accent-ink); outline-offset: 2px; }
  .countdown {
    position: relative; display: grid; place-items: center; flex: none; width: 60px; height: 60px;
    color: var(--hf-brass);
  }
  .countdown svg { position: absolute; inset: 0; rotate: -90deg; }
  .countdown circle { fill: none; stroke: color-mix(in srgb, currentColor 22%, transparent); stroke-width: 4.5; }
  .countdown .left { stroke: currentColor; stroke-linecap: round; transition: stroke-dashoffset 1s linear; }
  .countdown b { font-size: 21px; font-weight: 650; letter-spacing: -0.02em; }
  .countdown.late { color: var(--hf-bad); }
  @media (prefers-reduced-motion: reduce) { .countdown .left { transition: none; } }

  .empty {
    display: grid; place-content: center; justify-items: center; gap: 6px; flex: 1; padding: 24px; text-align: center;
  }
  .empty h1 { font-size: 28px; letter-spacing: -0.025em; }
  .empty p { max-width: 25em; color: var(--hf-ink-2); font-size: 16px; }
  .empty > svg { margin-block-end: 12px; color: var(--hf-accent-ink); }

  .help {
    position: fixed; inset: 0; margin: auto; width: min(700px, 94vw); height: fit-content; max-height: 92vh;
    overflow: auto; padding: 24px 26px; border: 0; border-radius: 18px; background: var(--hf-surface);
    color: var(--hf-ink); box-shadow: var(--hf-shadow);
  }
  .help::backdrop { background: #0b151a8c; }
  .help h2 {
    display: flex; justify-content: space-between; align-items: center; margin-block-end: 8px; font-size: 20px;
  }
  .help dl {
    columns: 2 290px; column-gap: 28px; margin-block-end: 14px;
  }
  .help dl > div {
    display: grid; grid-template-columns: 96px 1fr; align-items: center; gap: 12px; min-height: 34px;
    break-inside: avoid;
  }
  .help dt { display: flex; gap: 4px; }

  /* A narrow window, or 200 % zoom: one column that scrolls. */
  @media (max-width: 860px) {
    :host { height: auto; min-height: 100vh; overflow: visible; }
    .desk { display: block; }
    .rail { overflow: visible; }
    .offer { flex-wrap: wrap; }
    .offer-actions { justify-content: flex-start; }
    .empty { min-height: 60vh; }
  }
`;
