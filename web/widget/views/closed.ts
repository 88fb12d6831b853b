import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { answersIn, comment, question } from "../../survey/form";
import type { View } from "../view";
import { refusal } from "./callback";

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
  const { say, panel, caller, state } = view;
  const [first, ...others] = state.survey;
  if (first === undefined) return html``;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    view.wish(caller.wishes.judge(answersIn(new FormData(event.target as HTMLFormElement))));
  };
  return html`<form class="survey" @submit=${submit} data-testid="survey">
    ${question(view, first, () => view.turn({ isJudging: true }))}
    ${
      panel.isJudging
        ? html`${others.map((asked) => question(view, asked))}${comment(say)}${refusal(view)}
          <button class="button primary" data-testid="judge" ?disabled=${panel.isAsking}>${say("judge.send")}</button>`
        : nothing
    }
  </form>`;
}
