/** The questions that are asked afterwards, as fields of a form: in the widget, and on the page behind a texted link. */
import { css, html, type TemplateResult } from "lit";
import type { Say } from "../shared/catalogue";
import { counted } from "../shared/digits";
import type { SurveyWords } from "./words/en";

export const MEASURES = ["csat", "resolved", "ces", "nps"] as const;
export type Measure = (typeof MEASURES)[number];

/** `says` null: asked in our own words. */
export interface Question {
  readonly measure: Measure;
  readonly says: string | null;
}

export interface Judgement {
  readonly csat?: number;
  readonly ces?: number;
  readonly nps?: number;
  readonly resolved?: boolean;
  readonly comment?: string;
}

const SCALES: Readonly<Record<string, readonly [number, number]>> = { csat: [1, 5], ces: [1, 7], nps: [0, 10] };

/** The questions in an answer of the service's; those of a kind that is not known here are left out. */
export function questionsIn(answer: unknown): readonly Question[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((item: { measure?: unknown; says?: unknown } | null) => {
    const measure = MEASURES.find((known) => known === item?.measure);
    return measure ? [{ measure, says: typeof item?.says === "string" ? item.says : null }] : [];
  });
}

/** One question: a row of figures with what its ends mean, or yes and no. */
export function question(
  { say, locale }: { readonly say: Say<SurveyWords>; readonly locale: string },
  { measure, says }: Question,
  chosen: () => void = () => undefined,
): TemplateResult {
  const legend = html`<legend dir="auto">${says ?? say(`judge.${measure}`)}</legend>`;
  if (measure === "resolved")
    return html`<fieldset>${legend}<div class="scale">
      ${(["yes", "no"] as const).map((answer) => html`<label><input type="radio" name="resolved" value=${answer} data-testid="resolved-${answer}" @change=${chosen} /><span>${say(`judge.${answer}`)}</span></label>`)}</div></fieldset>`;
  const [from, to] = SCALES[measure] ?? [1, 5];
  const figures = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  return html`<fieldset>${legend}
    <div class="scale num">${figures.map((n) => html`<label><input type="radio" name=${measure} value=${n} data-testid="${measure}-${n}" @change=${chosen} /><span>${counted(n, locale)}</span></label>`)}</div>
    <p class="ends quiet" aria-hidden="true"><span>${say(`judge.${measure}.low`)}</span><span>${say(`judge.${measure}.high`)}</span></p>
  </fieldset>`;
}

/** Room for words, which nobody has to use. */
export function comment(say: Say<SurveyWords>): TemplateResult {
  return html`<textarea class="input" name="comment" rows="2" maxlength="2000" dir="auto" data-testid="comment"
    placeholder=${say("judge.comment")} aria-label=${say("judge.comment")}></textarea>`;
}

/** What was filled in; what was not is left out, for no answer is none. */
export function answersIn(form: FormData): Judgement {
  const given = (name: string): string => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const figures = ["csat", "ces", "nps"].filter((name) => given(name) !== "");
  return {
    ...Object.fromEntries(figures.map((name) => [name, Number(given(name))])),
    ...(given("resolved") === "" ? {} : { resolved: given("resolved") === "yes" }),
    ...(given("comment") === "" ? {} : { comment: given("comment") }),
  };
}

export const surveyStyles = css`
  .survey { display: grid; gap: 12px; text-align: start; }
  .survey > .button { position: sticky; inset-block-end: 0; }
  .survey fieldset { display: grid; gap: 5px; }
  .survey legend { padding: 0 0 5px; font-size: 14px; font-weight: 550; }
  .scale { display: flex; gap: 4px; }
  .scale label { flex: 1; position: relative; }
  .scale input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
  .scale span {
    display: grid; place-items: center; min-height: 36px; border: 1px solid var(--hf-line-strong); border-radius: 9px;
    font-weight: 550; font-size: 14px;
  }
  .scale :checked + span { background: var(--hf-accent); border-color: transparent; color: var(--hf-on-accent); }
  .scale :focus-visible + span { outline: 2.5px solid var(--hf-accent-ink); outline-offset: 2px; }
  .ends { display: flex; justify-content: space-between; font-size: 12.5px; }
`;
