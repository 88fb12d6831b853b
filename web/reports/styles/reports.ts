import { css } from "lit";

/** The reports' page. */
export const reportStyles = css`
  :host { display: block; }
  section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 18px; }
  .choice { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 18px; }
  .chips { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; }
  .chip {
    min-height: 34px; padding: 0 13px; border: 1px solid var(--hf-line); border-radius: 99px; background: none;
    color: var(--hf-ink-2); font-size: 14px; font-weight: 550; cursor: pointer;
  }
  .chip:has(svg) { display: inline-flex; align-items: center; gap: 6px; }
  .chip:has(svg) svg { flex: none; }
  .chip:hover { background: var(--hf-sunken); }
  .chip[aria-pressed="true"] { background: var(--hf-ink); border-color: transparent; color: var(--hf-surface); }
  .own { display: flex; flex-wrap: wrap; align-items: end; gap: 6px; }
  .own label, .chart label { display: flex; align-items: center; gap: 6px; font-size: 13.5px; color: var(--hf-ink-2); }
  .own .input { width: auto; min-height: 34px; padding: 3px 8px; font-size: 13.5px; }
  .gap { flex: 1; }
  .notice { border-radius: 10px; }
  .none { padding: 30px 0; text-align: center; }
  .explained { min-height: 1.5em; margin-block: -8px; font-size: 14px; }
  .explained b { color: var(--hf-ink); }

  .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(134px, 1fr)); gap: 12px; }
  .tiles > div {
    display: grid; align-content: space-between; gap: 6px; padding: 13px 16px; border-radius: 14px;
    background: var(--hf-surface); box-shadow: var(--hf-shadow-small);
  }
  .tiles dt { font-size: 13.5px; color: var(--hf-ink-2); line-height: 1.3; }
  .tiles dd { font-size: 27px; font-weight: 600; letter-spacing: -0.03em; line-height: 1.1; }

  .chart { display: grid; gap: 8px; padding: 16px 18px; border-radius: 16px; background: var(--hf-surface); }
  .chart .input { width: auto; min-height: 36px; padding: 4px 10px; }

  .scroll { overflow-x: auto; border-radius: 14px; background: var(--hf-surface); }
  table { width: 100%; border-collapse: collapse; font-size: 14.5px; }
  th, td { padding: 10px 14px; text-align: end; white-space: nowrap; border-block-end: 1px solid var(--hf-line); }
  th[scope="row"], thead th:first-child, th.who, td:first-child { text-align: start; }
  thead th { font-size: 13px; font-weight: 550; color: var(--hf-ink-2); vertical-align: bottom; white-space: normal; }
  tbody tr:hover { background: var(--hf-sunken); }
  tfoot td, tfoot th { font-weight: 650; border: 0; }

  .lead, th a { color: inherit; text-decoration: none; border-radius: 3px; }
  .lead:hover, th a:hover { text-decoration: underline; text-decoration-thickness: 1.5px; text-underline-offset: 3px; }
  .rules { max-width: 82ch; font-size: 14px; }
  caption { display: none; padding: 6px 0; font-weight: 600; text-align: start; }

  .figure { position: relative; cursor: help; text-decoration: underline dotted; text-underline-offset: 3px; }
  .tip {
    position: absolute; inset-block-start: calc(100% + 7px); inset-inline-start: 0; z-index: 5; width: max-content;
    max-width: 270px; padding: 8px 11px; border-radius: 9px; background: var(--hf-ink); color: var(--hf-surface);
    font-size: 13px; font-weight: 400; line-height: 1.35; text-align: start; white-space: normal; display: none;
  }
  .figure:hover .tip, .figure:focus .tip { display: block; }
  .tiles > :nth-last-child(-n + 2) .tip { inset-inline: auto 0; }
  @media print {
    .choice, .chips, .explained, .tip { display: none !important; }
    caption { display: table-caption; }
    .scroll { overflow: visible; }
    .tiles > div, .scroll, .chart { box-shadow: none; border: 1px solid var(--hf-line); break-inside: avoid; }
    tr { break-inside: avoid; }
    th, td { padding: 5px 8px; font-size: 12px; white-space: normal; }
    .figure { text-decoration: none; }
  }
`;
