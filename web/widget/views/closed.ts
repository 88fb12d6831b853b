import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import type { View } from "../view";
import { refusal, text } from "./callback";

const JUDGED = ["handled", "contained"];

/** After the end: the way back to a place that was given up, how it was, the talk to keep, and a new beginning. */
export function closed(view: View): TemplateResult {
  const { say, state, caller, canReclaim } = view;
  const canJudge = JUDGED.includes(state.outcome ?? "") && !state.isJudged;
  return html`<div class="foot closed" data-testid="closed" data-outcome=${state.outcome ?? ""}>
    <p role="status">${say("closed", { outcome: state.outcome ?? "" })}</p>
    ${
      canReclaim
        ? html`<button class="button primary" data-testid="reclaim" @click=${() => void caller.reclaim()}>${icons.undo(18)}${say("reclaim")}</button>
          <p class="quiet">${say("reclaim.note")}</p>`
        : nothing
    }
    ${canJudge ? survey(view) : nothing}
    ${state.isJudged ? html`<p class="quiet" role="status" data-testid="judged">${say("judge.thanks")}</p>` : nothing}
    <p class="row">
      ${state.talk.length > 0 ? html`<button class="button small" data-testid="download" @click=${view.download}>${icons.download(16)}${say("download")}</button>` : nothing}
      <button class="button small" data-testid="again" @click=${() => caller.startAgain()}>${say("again")}</button>
    </p>
  </div>`;
}

function survey(view: View): TemplateResult {
  const { say, panel, caller } = view;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const figure = (name: string): Record<string, number> =>
      text(form, name) === "" ? {} : { [name]: Number(text(form, name)) };
    const resolved = text(form, "resolved");
    const comment = text(form, "comment");
    view.wish(
      caller.wishes.judge({
        ...figure("csat"),
        ...figure("ces"),
        ...figure("nps"),
        ...(resolved === "" ? {} : { resolved: resolved === "yes" }),
        ...(comment === "" ? {} : { comment }),
      }),
    );
  };
  return html`<form class="survey" @submit=${submit} data-testid="survey">
    ${scale(view, "csat", 1, 5, (n) => view.turn({ csat: n }))}
    ${
      panel.csat === null
        ? nothing
        : html`<fieldset><legend>${say("judge.resolved")}</legend><div class="scale">
            ${(["yes", "no"] as const).map((answer) => html`<label><input type="radio" name="resolved" value=${answer} data-testid="resolved-${answer}" /><span>${say(`judge.${answer}`)}</span></label>`)}</div></fieldset>
          ${scale(view, "ces", 1, 7)}${scale(view, "nps", 0, 10)}
          <textarea class="input" name="comment" rows="2" maxlength="2000" dir="auto" data-testid="comment"
            placeholder=${say("judge.comment")} aria-label=${say("judge.comment")}></textarea>
          ${refusal(view)}
          <button class="button primary" data-testid="judge" ?disabled=${panel.isAsking}>${say("judge.send")}</button>`
    }
  </form>`;
}

/** A row of figures to choose one of, with what its ends mean. */
function scale(
  { say }: View,
  name: "csat" | "ces" | "nps",
  from: number,
  to: number,
  chosen: (n: number) => void = () => undefined,
): TemplateResult {
  const figures = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  return html`<fieldset><legend>${say(`judge.${name}`)}</legend>
    <div class="scale num">${figures.map((n) => html`<label><input type="radio" name=${name} value=${n} data-testid="${name}-${n}" @change=${() => chosen(n)} /><span>${n}</span></label>`)}</div>
    <p class="ends quiet" aria-hidden="true"><span>${say(`judge.${name}.low`)}</span><span>${say(`judge.${name}.high`)}</span></p>
  </fieldset>`;
}
