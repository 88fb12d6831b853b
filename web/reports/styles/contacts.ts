import { css } from "lit";

/** The list of contacts behind a figure. */
export const contactsStyles = css`
  :host { display: block; }
  section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; justify-items: start; }
  section > * { max-width: 100%; }
  h2 { font-size: 20px; outline: 0; }
  .back { display: inline-flex; align-items: center; gap: 6px; color: var(--hf-accent-ink); font-weight: 550; }
  .back svg:dir(rtl) { scale: -1 1; }
  .none { padding: 24px 0; }
  .scroll { width: 100%; overflow-x: auto; border-radius: 14px; background: var(--hf-surface); }
  table { width: 100%; border-collapse: collapse; font-size: 14.5px; }
  th, td { padding: 9px 14px; text-align: start; border-block-end: 1px solid var(--hf-line); }
  thead th { font-size: 13px; font-weight: 550; color: var(--hf-ink-2); }
  tbody th { font-weight: 600; white-space: nowrap; }
  tbody tr:hover { background: var(--hf-sunken); }
  tbody a { color: var(--hf-accent-ink); }
  .with { display: flex; align-items: center; gap: 8px; }
  .with svg { color: var(--hf-ink-3); }
  @media print { .back, .button { display: none; } .scroll { overflow: visible; } }
`;
