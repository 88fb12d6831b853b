import { css } from "lit";

/** The launcher, the panel, its head and its foot. */
export const frame = css`
  :host {
    --hf-ticket: var(--holdfast-ticket, color-mix(in srgb, var(--hf-accent) 88%, #06131a));
    --hf-on-ticket: var(--holdfast-on-accent, #fff); --hf-seal: #f6cd78;
    position: fixed; inset-block-end: 24px; inset-inline-end: 24px; z-index: 2147483000;
  }
  @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { --hf-ticket: color-mix(in srgb, var(--hf-accent) 24%, #0d171b); --hf-on-ticket: #eef4f4; } }
  :host([theme="dark"]) { --hf-ticket: color-mix(in srgb, var(--hf-accent) 24%, #0d171b); --hf-on-ticket: #eef4f4; }

  .launcher {
    position: relative; display: flex; align-items: center; gap: 12px; min-height: 56px; padding-block: 8px; padding-inline: 18px 22px;
    border: 0;
    border-radius: 18px; background: var(--hf-ticket); color: var(--hf-on-ticket);
    box-shadow: 0 0 0 1px #ffffff1f, var(--hf-shadow); cursor: pointer; text-align: start;
    transition: transform var(--hf-quick), box-shadow var(--hf-quick);
  }
  .launcher:hover { transform: translateY(-2px); }
  .launcher.held > svg { color: var(--hf-seal); }
  .launcher-words { display: grid; line-height: 1.25; }
  .launcher-words b { font-weight: 600; font-size: 16px; }
  .launcher-words small { font-size: 13px; opacity: 0.86; }
  .unread {
    position: absolute; inset-block-start: -7px; inset-inline-end: -5px; min-width: 24px; height: 24px; padding: 0 7px;
    border-radius: 99px;
    background: #f6cd78; color: #2b1d00; font-size: 13px; font-weight: 700; line-height: 24px; text-align: center;
  }

  .panel {
    display: flex; flex-direction: column; width: min(404px, calc(100vw - 24px));
    height: min(720px, calc(100dvh - 48px)); overflow: hidden;
    border-radius: 20px; background: var(--hf-surface);
    box-shadow: 0 0 0 1px color-mix(in srgb, var(--hf-line) 70%, transparent), var(--hf-shadow);
    animation: rise var(--hf-calm); container-type: size;
  }
  .panel:focus { outline: none; }
  @keyframes rise { from { opacity: 0; transform: translateY(16px) scale(0.985); } }
  @media (max-width: 520px) {
    :host([open]) { inset: 0; }
    .panel { width: 100vw; height: 100dvh; border-radius: 0; }
  }

  .head { display: flex; align-items: center; gap: 2px; padding-block: 12px 10px; padding-inline: 20px 12px; }
  .head-words { flex: 1; min-width: 0; }
  .head h2 { font-size: 17px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .head p { font-size: 13.5px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .head .icon-button { color: var(--hf-ink-2); }
  .notice { margin: 0 16px 10px; border-radius: 10px; padding: 8px 12px; }
  .spinner {
    width: 14px; height: 14px; flex: none; border: 2px solid currentColor; border-inline-end-color: transparent;
    border-radius: 50%; animation: turn 1s linear infinite;
  }
  @keyframes turn { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 4s; } }

  .foot {
    flex: none; padding: 12px 16px 16px; border-block-start: 1px solid var(--hf-line); background: var(--hf-surface);
  }
  .composer { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 8px; }
  .composer .link { flex-basis: 100%; justify-content: start; }
  .composer textarea {
    flex: 1; width: auto; max-height: 132px; field-sizing: content; resize: none; border-radius: 21px;
    padding: 9px 16px; background: var(--hf-sunken); border-color: transparent;
  }
  .composer textarea:hover { border-color: var(--hf-line); }
  .send {
    display: grid; place-items: center; flex: none; width: 42px; height: 42px; border: 0; border-radius: 50%;
    background: var(--hf-accent); color: var(--hf-on-accent);
    cursor: pointer; transition: background var(--hf-quick);
  }
  .send:hover { background: var(--hf-accent-strong); }
  .link {
    display: inline-flex; align-items: center; gap: 5px; padding: 2px; border: 0; background: none;
    color: var(--hf-accent-ink); font-size: 13.5px; font-weight: 550;
    text-decoration: underline; text-underline-offset: 3px; cursor: pointer;
  }
  .secure { display: grid; gap: 9px; background: color-mix(in srgb, var(--hf-brass-wash) 70%, var(--hf-surface)); }
  .secure label { display: flex; align-items: center; gap: 8px; font-weight: 600; }
  .secure label svg { color: var(--hf-brass); }
  .secure .row { display: flex; gap: 8px; }
  .secure .input { flex: 1; letter-spacing: 0.14em; }
  .secure .input::placeholder { letter-spacing: 0; }
  .secure p {
    display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 2px 12px; font-size: 13px;
    color: var(--hf-ink-2);
  }
  .secure .link { font-size: 13px; }
  .again { color: var(--hf-bad); font-weight: 600; }
  .ask { display: flex; flex-wrap: wrap; gap: 8px; }
  .ask p { flex-basis: 100%; font-weight: 550; padding-block-end: 4px; }
  .ask .button { flex: 1; }
  .closed { display: grid; gap: 12px; text-align: center; padding-block: 18px 20px; }
`;
