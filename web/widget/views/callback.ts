import { html, nothing, type TemplateResult } from "lit";
import { plainDigits } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { timeOfDay } from "../../shared/instants";
import { refusalWords } from "../place-words";
import type { View } from "../view";

/** To be called when the turn comes: the number, and a time before which it would not suit. */
export function callbackForm(view: View): TemplateResult {
  const { say, panel, caller } = view;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const at = text(form, "not-before");
    view.wish(caller.wishes.callBack(plainDigits(text(form, "number")), at ? new Date(at).toISOString() : null));
  };
  return html`<form class="foot ask" @submit=${submit} data-testid="callback-form">
    <p>${say("callback.ask")}</p>
    ${number(view)}
    <label class="field"><span>${say("callback.not_before")}</span>
      <input class="input num" name="not-before" type="datetime-local" data-testid="callback-time" min=${localMinute(new Date())} /></label>
    ${refusal(view)}
    <button class="button" type="button" data-testid="stay"
      @click=${() => view.turn({ confirming: null, refusal: null })}>${say("callback.no")}</button>
    <button class="button primary" data-testid="callback-send" ?disabled=${panel.isAsking}>${say("callback.yes")}</button>
  </form>`;
}

export function number({ say, caller }: View): TemplateResult {
  return html`<label class="field"><span>${say("callback.number")}</span>
    <input class="input num" name="number" type="tel" dir="ltr" data-testid="callback-number" autocomplete="tel" inputmode="tel"
      maxlength="40" required autofocus .defaultValue=${caller.wishes.number} /></label>`;
}

export function refusal({ say, panel }: View): TemplateResult | typeof nothing {
  if (panel.refusal === null) return nothing;
  return html`<p class="refusal" role="alert" data-testid="refusal" dir="auto">${refusalWords(say, panel.refusal)}</p>`;
}

/** Under the ticket of a place whose holder is to be called. */
export function calledBack(view: View): TemplateResult {
  const { say, state, locale, panel, caller } = view;
  const at = state.place?.callback_at;
  const isLater = at != null && Date.parse(at) > caller.clock.now();
  return html`<div class="called" data-testid="called-back">${icons.phone(18)}
    <p><b>${say("callback.set")}</b> ${isLater ? say("callback.set.later", { time: timeOfDay(at, locale) }) : say("callback.set.turn")}</p>
    <button class="button small" data-testid="callback-change"
      @click=${() => view.turn({ confirming: "callback" })}>${say("callback.change")}</button>
    <button class="button small plain" data-testid="callback-cancel" ?disabled=${panel.isAsking}
      @click=${() => view.wish(caller.wishes.waitHere())}>${say("callback.cancel")}</button>
    ${panel.confirming === null ? refusal(view) : nothing}
  </div>`;
}

export const text = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
};

/** An instant as a field for local date and time takes it: `2026-11-22T12:05`. */
export function localMinute(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
