import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

const icon = (shape: SVGTemplateResult, size = 20, kind = ""): TemplateResult => html`<svg class=${kind}
  width=${size} height=${size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;

/** What points along the line of reading: it turns with it. */
const along = (shape: SVGTemplateResult, size: number): TemplateResult => icon(shape, size, "along");

/** The mark: a shackle that grips a line. Holdfast's own sign, and the sign of a place that is secured. */
export const mark = (size = 20): TemplateResult =>
  icon(
    svg`<path d="M5.5 9V7.2a4.5 4.5 0 0 1 9 0V9"/><path
      d="M3.4 9h13.2v3.6a4.4 4.4 0 0 1-4.4 4.4H7.8a4.4 4.4 0 0 1-4.4-4.4z"/><path d="m7.6 12.8 1.7 1.7 3.2-3.2"/>`,
    size,
  );
export const chat = (size = 20): TemplateResult =>
  along(
    svg`<path d="M4.6 3.5h10.8a2 2 0 0 1 2 2v6.6a2 2 0 0 1-2 2H9.6L5.8 17v-2.9H4.6a2 2 0 0 1-2-2V5.5a2 2 0 0 1 2-2z"/>`,
    size,
  );
export const down = (size = 20): TemplateResult => icon(svg`<path d="m5 7.5 5 5 5-5"/>`, size);
export const send = (size = 20): TemplateResult => icon(svg`<path d="M10 16.5v-13M4.5 9 10 3.5 15.5 9"/>`, size);
export const leave = (size = 20): TemplateResult =>
  along(svg`<path d="M8 3.5H5.5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2H8M12.5 13.5 16 10l-3.5-3.5M16 10H8"/>`, size);
export const pencil = (size = 20): TemplateResult => icon(svg`<path d="m12.4 4.6 3 3L7 16H4v-3z"/>`, size);
export const tick = (size = 20): TemplateResult => icon(svg`<path d="m4.5 10.5 3.7 3.7 7.3-8"/>`, size);
export const cross = (size = 20): TemplateResult => icon(svg`<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>`, size);
export const lock = (size = 20): TemplateResult =>
  icon(svg`<rect x="4" y="9" width="12" height="8" rx="2"/><path d="M6.8 9V6.7a3.2 3.2 0 0 1 6.4 0V9"/>`, size);
export const pause = (size = 20): TemplateResult => icon(svg`<path d="M7 4.5v11M13 4.5v11"/>`, size);
export const clock = (size = 20): TemplateResult =>
  icon(svg`<circle cx="10" cy="10" r="6.8"/><path d="M10 6.3V10l2.5 1.8"/>`, size);
export const phone = (size = 20): TemplateResult =>
  icon(
    svg`<path
      d="M5.2 3.2 7.4 3l1.4 3.6-1.7 1.3a9.6 9.6 0 0 0 5 5l1.3-1.7 3.6 1.4-.2 2.2c-.1 1-1 1.7-2 1.6C8.9 15.8 4.2 11.1 3.6 5.2c-.1-1 .6-1.9 1.6-2z"/>`,
    size,
  );
export const keypad = (size = 20): TemplateResult =>
  icon(
    svg`<g fill="currentColor" stroke="none"><circle cx="4.5" cy="4.5" r="1.5"/><circle cx="10" cy="4.5"
      r="1.5"/><circle cx="15.5" cy="4.5" r="1.5"/><circle cx="4.5" cy="10" r="1.5"/><circle cx="10" cy="10"
      r="1.5"/><circle cx="15.5" cy="10" r="1.5"/><circle cx="4.5" cy="15.5" r="1.5"/><circle cx="10" cy="15.5"
      r="1.5"/><circle cx="15.5" cy="15.5" r="1.5"/></g>`,
    size,
  );
export const microphone = (size = 20): TemplateResult =>
  icon(
    svg`<rect x="7.5" y="2.5" width="5" height="9" rx="2.5"/><path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5"/>`,
    size,
  );
export const speaker = (size = 20): TemplateResult =>
  icon(svg`<path d="M3.5 7.8v4.4h2.7l4 3.3V4.5l-4 3.3zM13 7.5a3.6 3.6 0 0 1 0 5M15.2 5.3a6.7 6.7 0 0 1 0 9.4"/>`, size);
export const muted = (size = 20): TemplateResult =>
  icon(svg`<path d="M3.5 7.8v4.4h2.7l4 3.3V4.5l-4 3.3zM13.5 8l4 4M17.5 8l-4 4"/>`, size);
export const people = (size = 20): TemplateResult =>
  icon(
    svg`<circle cx="7.3" cy="6.8" r="2.8"/><path
      d="M2.3 16.3a5 5 0 0 1 10 0M13 4.3a2.8 2.8 0 0 1 0 5M14.8 11.9a5 5 0 0 1 2.9 4.4"/>`,
    size,
  );
export const person = (size = 20): TemplateResult =>
  icon(svg`<circle cx="10" cy="6.5" r="3.2"/><path d="M3.8 16.8a6.2 6.2 0 0 1 12.4 0"/>`, size);
export const shield = (size = 20): TemplateResult =>
  icon(
    svg`<path d="M10 2.6 16 5v4.7c0 3.7-2.5 6.3-6 7.7-3.5-1.4-6-4-6-7.7V5z"/><path d="m7.4 10 1.9 1.9 3.5-3.6"/>`,
    size,
  );
export const note = (size = 20): TemplateResult =>
  along(svg`<path d="M4 3.5h12v8.7L11.7 16.5H4z"/><path d="M7 7.5h6M7 10.5h4M11.7 16.5v-4.3H16"/>`, size);
export const copy = (size = 20): TemplateResult =>
  icon(svg`<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M4.5 13h-1V5.5a2 2 0 0 1 2-2H13v1"/>`, size);
export const columns = (size = 20): TemplateResult =>
  icon(svg`<rect x="3" y="4" width="14" height="12" rx="2"/><path d="M7.7 4v12M12.3 4v12"/>`, size);
export const board = (size = 20): TemplateResult =>
  icon(svg`<path d="M3.5 16.5h13M5.5 13.5V9M10 13.5v-9M14.5 13.5v-6"/>`, size);
export const page = (size = 20): TemplateResult =>
  icon(svg`<rect x="2.5" y="3.5" width="15" height="13" rx="2"/><path d="M2.5 7.5h15"/>`, size);
export const warning = (size = 20): TemplateResult =>
  icon(svg`<path d="M10 3 18 16.5H2z"/><path d="M10 8v3.8M10 14.2v.1"/>`, size);
export const passOn = (size = 20): TemplateResult =>
  along(svg`<circle cx="6" cy="6.2" r="2.6"/><path d="M1.8 15.6a4.4 4.4 0 0 1 8.4 0M11 8h6.5M14.8 5.2 17.6 8l-2.8 2.8"/>`, size);
export const inbox = (size = 20): TemplateResult =>
  icon(svg`<path d="M3 11.5 5 4.5h10l2 7v4H3z"/><path d="M3 11.5h4.2l1 1.8h3.6l1-1.8H17"/>`, size);
export const download = (size = 20): TemplateResult => icon(svg`<path d="M10 3.5v9M6 9l4 4 4-4M4 16.5h12"/>`, size);
export const back = (size = 20): TemplateResult => icon(svg`<path d="M16 10H4.5M9 5l-5 5 5 5"/>`, size);
export const undo = (size = 20): TemplateResult =>
  along(svg`<path d="M7.5 4 4 7.5 7.5 11"/><path d="M4 7.5h7.5a4.3 4.3 0 0 1 0 8.6H8"/>`, size);
export const ear = (size = 20): TemplateResult =>
  icon(svg`<path d="M4 11V9.5a6 6 0 0 1 12 0V11"/><rect x="2.8" y="11" width="3.6" height="5" rx="1.6"/><rect x="13.6" y="11" width="3.6" height="5" rx="1.6"/>`, size);
export const bell = (size = 20): TemplateResult =>
  icon(svg`<path d="M5.2 13.5V9a4.8 4.8 0 0 1 9.6 0v4.5l1.4 1.5H3.8zM8.4 17h3.2"/>`, size);
export const handset = (size = 20): TemplateResult =>
  icon(svg`<rect x="5.5" y="2.5" width="9" height="15" rx="2"/><path d="M9 14.8h2"/>`, size);
export const book = (size = 20): TemplateResult =>
  along(svg`<path d="M10 5.5C8.5 4.1 6 3.7 3 3.8v11.4c3-.1 5.5.3 7 1.7 1.5-1.4 4-1.8 7-1.7V3.8c-3-.1-5.5.3-7 1.7zM10 5.5v11.4"/>`, size);
export const plus = (size = 20): TemplateResult => icon(svg`<path d="M10 4.5v11M4.5 10h11"/>`, size);
export const sliders = (size = 20): TemplateResult =>
  icon(svg`<path d="M3 6.5h7M14.5 6.5H17M3 13.5h2.5M10 13.5h7"/><circle cx="12.2" cy="6.5" r="2.2"/><circle cx="7.7" cy="13.5" r="2.2"/>`, size);
export const play = (size = 20): TemplateResult => icon(svg`<path d="M6.5 4.3v11.4l9-5.7z"/>`, size);
export const erase = (size = 20): TemplateResult =>
  icon(svg`<path d="M3.5 5.5h13M8 5.5V3.6h4v1.9M5.2 5.5l.8 11h8l.8-11M8.4 8.8v4.6M11.6 8.8v4.6"/>`, size);
