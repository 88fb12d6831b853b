import { css } from "lit";

/** The place: a ticket with a torn edge, and the blank one before it. */
export const ticket = css`
  .ticket {
    --bite: 9px; --stub: 102px;
    position: relative; display: flex; flex: none; min-height: 124px; margin: 0 16px; border-radius: 14px; background: var(--hf-ticket);
    color: var(--hf-on-ticket);
    mask: radial-gradient(circle var(--bite) at calc(100% - var(--stub)) 0, #0000 97%, #000) top / 100% 51% no-repeat,
      radial-gradient(circle var(--bite) at calc(100% - var(--stub)) 100%, #0000 97%, #000) bottom / 100% 51% no-repeat;
    animation: issue var(--hf-calm);
  }
  :host([dir="rtl"]) .ticket:not(.blank) {
    mask: radial-gradient(circle var(--bite) at var(--stub) 0, #0000 97%, #000) top / 100% 51% no-repeat,
      radial-gradient(circle var(--bite) at var(--stub) 100%, #0000 97%, #000) bottom / 100% 51% no-repeat;
  }
  @keyframes issue { from { transform: translateY(-8px); opacity: 0; } }
  .ticket-main { flex: 1; min-width: 0; padding-block: 13px 14px; padding-inline: 18px 16px; }
  .secured {
    display: flex; align-items: center; gap: 6px; margin-inline-start: -2px; font-size: 13.5px; font-weight: 600;
    color: var(--hf-seal);
  }
  .position {
    display: flex; align-items: baseline; gap: 2px; margin-block: 1px 0; line-height: 1.08;
    animation: step var(--hf-calm);
  }
  .position b { font-size: 46px; font-weight: 600; letter-spacing: -0.04em; }
  .position b:not(:first-child) { margin-inline: 6px 4px; }
  .position span { font-size: 20px; font-weight: 500; letter-spacing: -0.01em; }
  .position .whole { padding-block: 9px 7px; font-size: 30px; font-weight: 600; letter-spacing: -0.025em; }
  @keyframes step { from { opacity: 0; transform: translateY(10px); } }
  .wait { font-size: 14.5px; opacity: 0.94; }
  .stub {
    display: flex; flex-direction: column; justify-content: center; gap: 4px; flex: none; width: var(--stub);
    padding-inline: 20px 14px; position: relative;
  }
  .stub::before {
    content: ""; position: absolute; inset-block: calc(var(--bite) + 5px); inset-inline-start: -1px;
    border-inline-start: 2px dotted color-mix(in srgb, currentColor 42%, transparent);
  }
  .stub p:first-child { font-size: 12.5px; opacity: 0.86; }
  .code { width: min-content; font-family: var(--hf-mono); font-size: 19px; line-height: 1.22; letter-spacing: 0.05em; }

  .track {
    position: relative; display: flex; align-items: center; justify-content: space-between; height: 14px;
    margin-block-start: 9px; --me: calc(var(--share) * (100% - 14px));
  }
  .track::before, .passed {
    content: ""; position: absolute; inset-inline: 4px; height: 2px; border-radius: 2px;
    background: color-mix(in srgb, currentColor 30%, transparent);
  }
  .passed { inset-inline-end: auto; width: var(--me); background: var(--hf-seal); transition: width var(--hf-calm); }
  .notch {
    position: relative; width: 6px; height: 6px; margin-inline: 4px; border-radius: 50%;
    background: color-mix(in srgb, currentColor 62%, var(--hf-ticket)); transition: background var(--hf-calm);
  }
  .notch.past { background: var(--hf-seal); }
  .me {
    position: absolute; inset-inline-start: var(--me); width: 14px; height: 14px; border: 3.5px solid var(--hf-seal);
    border-radius: 50%; background: var(--hf-ticket); transition: inset-inline-start var(--hf-calm);
  }
  .worse { margin: 8px 18px 0; font-size: 13.5px; color: var(--hf-warn); }

  .actions { display: flex; flex-wrap: wrap; gap: 5px; padding: 10px 16px 0; }
  .actions .button { border-color: var(--hf-line); border-radius: 99px; color: var(--hf-ink-2); }
  .actions .button:not(.plain) { flex: auto; padding-inline: 8px; gap: 4px; font-size: 13px; }
  .actions .button.on {
    background: var(--hf-brass-wash); border-color: transparent; color: var(--hf-brass); opacity: 1; cursor: default;
  }

  .agent-strip {
    display: flex; align-items: center; gap: 12px; margin: 0 16px; padding: 10px 14px; border-radius: 14px;
    background: var(--hf-accent-wash); animation: issue var(--hf-calm);
  }
  .agent-strip p { display: grid; font-size: 13.5px; line-height: 1.35; min-width: 0; }
  .agent-strip b { font-size: 15.5px; font-weight: 650; overflow-wrap: anywhere; }
  .agent-strip .quiet { color: var(--hf-ink-2); }
  .face {
    display: grid; place-items: center; flex: none; width: 42px; height: 42px; border-radius: 50%;
    background: var(--hf-accent); color: var(--hf-on-accent); font-weight: 600; letter-spacing: 0.02em;
  }

  .ticket.blank {
    margin: 0; min-height: 112px; background: none; mask: none; color: var(--hf-ink-3);
    border: 2px dashed var(--hf-line-strong); animation: none;
  }
  .ticket.blank .ticket-main { display: grid; align-content: center; justify-items: center; gap: 8px; font-size: 14px; }
  .ticket.blank .stub::before { inset-block: 14px; border-inline-start-style: dashed; }

  .welcome { display: flex; flex-direction: column; flex: 1; min-height: 0; overflow-y: auto; padding: 6px 20px 20px; }
  .welcome h3 { margin-block: 26px 2px; font-size: 25px; letter-spacing: -0.022em; }
  .welcome .lead { font-size: 17px; color: var(--hf-ink-2); }
  .welcome ul { display: grid; gap: 16px; margin-block: 24px; }
  .welcome li { display: flex; gap: 13px; }
  .welcome li svg { margin-block-start: 1px; color: var(--hf-accent-ink); }
  .welcome-foot { margin-block-start: auto; display: grid; gap: 10px; }
  .welcome .notice { margin: 0; }
  .wide { width: 100%; min-height: 52px; font-size: 16.5px; border-radius: 14px; }
`;
