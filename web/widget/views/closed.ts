import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { languageName } from "../../shared/language";
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
    ${state.preference === null ? nothing : preference(view, state.preference)}
    ${state.isRemembered === null ? nothing : remembered(view, state.isRemembered)}
    ${canJudge ? survey(view) : nothing}
    ${state.isJudged ? html`<p class="quiet" role="status" data-testid="judged">${say("judge.thanks")}</p>` : nothing}
    <p class="row">
      ${state.talk.length > 0 ? html`<button class="button small" data-testid="download" @click=${view.download}>${icons.download(16)}${say("download")}</button>` : nothing}
      <button class="button small" data-testid="again" @click=${() => caller.startAgain()}>${say("again")}</button>
    </p>
  </div>`;
}

/** Asked once, with the language in its own name. */
function preference(view: View, { language }: { readonly language: string }): TemplateResult {
  const { say, caller, locale, panel } = view;
  const name = languageName(language, locale);
  const decide = (remember: boolean): void => view.wish(caller.wishes.prefer(remember));
  return html`<p data-testid="preference">${say("prefer", { language: name })}</p>
    <p class="row">
      <button class="button small" data-testid="prefer-yes" ?disabled=${panel.isAsking} @click=${() => decide(true)}>${say("prefer.yes")}</button>
      <button class="button small" data-testid="prefer-no" ?disabled=${panel.isAsking} @click=${() => decide(false)}>${say("prefer.no")}</button>
    </p>`;
}

function remembered(view: View, isKept: boolean): TemplateResult {
  const { say, caller, panel } = view;
  const forget = (): void => view.wish(caller.wishes.prefer(false));
  return html`<p class="quiet" role="status" data-testid="remembered" data-kept=${isKept ? "yes" : "no"}>${isKept ? say("prefer.kept") : say("prefer.forgotten")}</p>
    ${isKept ? html`<p class="row"><button class="button small" data-testid="prefer-forget" ?disabled=${panel.isAsking} @click=${forget}>${say("prefer.forget")}</button></p>` : nothing}`;
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
