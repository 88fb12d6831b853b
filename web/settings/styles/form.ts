import { css } from "lit";

/** A section's form. */
export const formStyles = css`
  form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
  fieldset { display: grid; grid-template-columns: minmax(0, 1fr); gap: 18px; }
  .field { align-content: start; min-width: 0; position: relative; }
  .about, .field > .about { display: grid; gap: 2px; font-size: 13px; font-weight: 400; }
  .field > :is(.count, .ticks) { font-weight: 400; }
  .field > .count { font-size: 12.5px; }
  .field > .ticks { font-size: 15px; color: var(--hf-ink); }
  .about:empty { display: none; }
  .wrong { color: var(--hf-bad); font-size: 13.5px; font-weight: 550; overflow-wrap: anywhere; }
  [aria-invalid="true"] { border-color: var(--hf-bad); box-shadow: 0 0 0 1px var(--hf-bad); }
  .count { position: absolute; inset-block-start: 1px; inset-inline-end: 0; }
  .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(230px, 100%), 1fr)); gap: 16px 20px; align-items: start; }
  .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); gap: 18px 20px; align-items: end; }
  .tick { display: inline-flex; align-items: center; gap: 8px; min-height: 32px; cursor: pointer; overflow-wrap: anywhere; }
  .tick input { width: 18px; height: 18px; margin: 0; accent-color: var(--hf-accent); flex: none; }
  .ticks { display: flex; flex-wrap: wrap; gap: 4px 20px; }
  .ways { display: flex; flex-wrap: wrap; gap: 4px 22px; }
  .buttons { display: inline-flex; flex-wrap: wrap; gap: 6px; }
  .add { justify-self: start; }

  .week { display: grid; gap: 2px; }
  .day {
    display: grid; grid-template-columns: 110px minmax(0, 1fr) auto; align-items: center; gap: 4px 14px; min-height: 48px;
    border-block-end: 1px solid var(--hf-line);
  }
  .day b { font-weight: 600; }
  .spans { display: flex; flex-wrap: wrap; gap: 4px 16px; }
  .span { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 5px; }
  .span .input { width: 138px; min-height: 36px; padding: 4px 8px; }
  .dates, .starts, .skills { display: grid; gap: 6px; }
  .dates { grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); }
  .dates li { display: flex; align-items: center; gap: 4px; }
  .starts li { display: grid; grid-template-columns: minmax(0, 2fr) minmax(90px, 1fr) auto; gap: 12px; align-items: start; }
  .starts .icon-button { margin-block-start: 27px; }
  .skills li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 190px); align-items: center; gap: 10px; min-height: 38px; }
  .skills .input { min-height: 34px; padding: 3px 8px; }
  .cards { display: grid; gap: 12px; }
  .cards .card { position: relative; display: grid; gap: 14px; padding-block: 16px; background: var(--hf-ground); box-shadow: none; }
  .cards .card > .icon-button { position: absolute; inset-block-start: 8px; inset-inline-end: 8px; }
  .cards .card > .field:first-child { margin-inline-end: 40px; }
  .text { grid-template-columns: minmax(0, 190px) minmax(0, 1fr); }
  .text.card > .field { margin-inline-end: 0; }
  .text.card > .field:nth-child(2) { margin-inline-end: 40px; }
  .overflow { display: grid; gap: 12px; }
  .access { display: grid; gap: 10px; justify-items: start; padding: 12px 16px; border-radius: 12px; background: var(--hf-ground); }
  .set { display: grid; gap: 8px; width: min(340px, 100%); }

  .previews { display: grid; gap: 10px; padding: 14px 18px; border-radius: 14px; background: var(--hf-accent-wash); }
  .previews .title { display: flex; align-items: center; gap: 8px; margin: 0; font-size: 14px; font-weight: 600; color: var(--hf-accent-ink); }
  .previews ul { display: grid; gap: 12px; }
  .previews .who { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13.5px; color: var(--hf-ink-2); }
  .previews blockquote { margin: 6px 0 0; font-size: 16px; line-height: 1.5; overflow-wrap: anywhere; }

  .foot {
    display: flex; flex-wrap: wrap; align-items: end; gap: 10px 16px; padding-block-start: 14px;
    border-block-start: 1px solid var(--hf-line);
  }
  .why { flex: 1 1 240px; }
  .meta { display: flex; flex-wrap: wrap; gap: 4px 10px; font-size: 13.5px; color: var(--hf-ink-3); }
  .meta a { color: var(--hf-accent-ink); }
  @media (max-width: 640px) {
    .day { grid-template-columns: minmax(0, 1fr); padding-block: 8px; }
    .span .input { width: 124px; }
    .text { grid-template-columns: minmax(0, 1fr); }
    .text.card > .field:first-child { margin-inline-end: 40px; }
    .text.card > .field:nth-child(2) { margin-inline-end: 0; }
  }
`;
