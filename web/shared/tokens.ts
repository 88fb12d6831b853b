import { css, unsafeCSS } from "lit";

/*
 * One set of tokens for every page and for the widget. A host page themes the widget through the --holdfast-* properties;
 * everything else reads --hf-*. Text colours reach 4.5:1 on --hf-ground, --hf-surface and their own washes.
 */
const light = `
  --hf-ground: #f2f5f5; --hf-surface: #ffffff; --hf-raised: #ffffff; --hf-sunken: #e8edee;
  --hf-line: #d3dbdd; --hf-line-strong: #7d8f95;
  --hf-ink: #11212a; --hf-ink-2: #41545c; --hf-ink-3: #5a6c73;
  --hf-accent: var(--holdfast-accent, #0b5563); --hf-on-accent: var(--holdfast-on-accent, #ffffff);
  --hf-accent-ink: var(--holdfast-accent-ink, var(--hf-accent));
  --hf-brass: #865800; --hf-brass-wash: #fbf0d9; --hf-brass-bright: #f0be5f;
  --hf-good: #17663e; --hf-good-wash: #e0f2e7; --hf-warn: #8a4b00; --hf-warn-wash: #fdeeda;
  --hf-bad: #ac231b; --hf-bad-wash: #fcebe9; --hf-on-bad: #ffffff;
  --hf-shadow: 0 1px 2px #11212a14, 0 8px 28px #11212a1f; --hf-shadow-small: 0 1px 2px #11212a1a;`;

const dark = `
  --hf-ground: #0c1418; --hf-surface: #131d22; --hf-raised: #1b272d; --hf-sunken: #0a1114;
  --hf-line: #2b3a41; --hf-line-strong: #6d8088;
  --hf-ink: #e9eff0; --hf-ink-2: #b3c1c6; --hf-ink-3: #93a4aa;
  --hf-accent: var(--holdfast-accent-dark, #5cbfcd); --hf-on-accent: var(--holdfast-on-accent-dark, #04252b);
  --hf-accent-ink: var(--holdfast-accent-ink-dark, var(--hf-accent));
  --hf-brass: #eab654; --hf-brass-wash: #2e2612; --hf-brass-bright: #7a4c00;
  --hf-good: #74d2a0; --hf-good-wash: #11301f; --hf-warn: #f3b25f; --hf-warn-wash: #33230d;
  --hf-bad: #ff938a; --hf-bad-wash: #3a1816; --hf-on-bad: #2b0503;
  --hf-shadow: 0 1px 2px #0006, 0 10px 32px #0009; --hf-shadow-small: 0 1px 2px #0006;`;

export const tokens = css`
  :root, :host {
    ${unsafeCSS(light)}
    --hf-accent-wash: color-mix(in srgb, var(--hf-accent) 11%, var(--hf-surface));
    --hf-accent-strong: color-mix(in srgb, var(--hf-accent) 84%, var(--hf-ink));
    --hf-font: var(--holdfast-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif);
    --hf-mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Liberation Mono", monospace;
    --hf-1: 4px; --hf-2: 8px; --hf-3: 12px; --hf-4: 16px; --hf-5: 24px; --hf-6: 32px; --hf-7: 48px;
    --hf-radius: var(--holdfast-radius, 12px); --hf-radius-small: calc(var(--hf-radius) * 0.66);
    --hf-quick: 140ms cubic-bezier(0.2, 0, 0, 1); --hf-calm: 380ms cubic-bezier(0.2, 0, 0, 1);
    color-scheme: light;
  }
  @media screen and (prefers-color-scheme: dark) {
    :root:not([data-theme="light"]), :host(:not([theme="light"])) { ${unsafeCSS(dark)} color-scheme: dark; }
  }
  @media screen { :root[data-theme="dark"], :host([theme="dark"]) { ${unsafeCSS(dark)} color-scheme: dark; } }
  @media (prefers-reduced-motion: reduce) {
    :root, :host { --hf-quick: 0.01ms linear; --hf-calm: 0.01ms linear; }
  }
`;
