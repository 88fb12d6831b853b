import { html, nothing, type TemplateResult } from "lit";
import { plainDigits } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { timeOfDay } from "../../shared/instants";
import { refusalWords } from "../place-words";
import type { View } from "../view";
import { number, text } from "./callback";

/** The line is closed or full: why, and what can be had instead. */
export function shut(view: View): TemplateResult | typeof nothing {
  const { say, state, panel } = view;
  if (!state.shut) return nothing;
  const { instead, why, opensAt } = state.shut;
  const reason = refusalWords(say, why);
  // The service's own sentence says when it opens.
  const isTold = reason === why.message || opensAt === null;
  const wanted = panel.instead ?? instead[0];
  return html`<div class="shut" data-testid="shut">
    <h3 dir="auto">${reason}</h3>
    ${isTold ? nothing : html`<p>${say("shut.opens", { time: timeOfDay(opensAt, view.locale) })}</p>`}
    ${
      instead.length > 1
        ? html`<div class="ways" role="group" aria-label=${say("shut.instead")}>${instead.map(
            (way) => html`<button class="button small ${way === wanted ? "on" : ""}" data-testid="instead-${way}"
              aria-pressed=${String(way === wanted)} @click=${() => view.turn({ instead: way })}>
              ${way === "callback" ? icons.phone(16) : icons.note(16)}${say(`shut.${way}`)}</button>`,
          )}</div>`
        : nothing
    }
    ${wanted === "callback" ? callback(view) : message(view)}
  </div>`;
}

function callback(view: View): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const asked = plainDigits(text(new FormData(event.target as HTMLFormElement), "number"));
    void view.caller.join({ callback: { number: asked } });
  };
  return html`<form @submit=${submit}><p>${view.say("shut.callback.note")}</p>${number(view)}${send(view, "shut.callback.send")}</form>`;
}

function message(view: View): TemplateResult {
  const { say, caller } = view;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    void caller.join({ message: { text: text(form, "text"), reply_to: plainDigits(text(form, "reply-to")) } });
  };
  return html`<form @submit=${submit}><p>${say("shut.message.note")}</p>
    <label class="field"><span>${say("shut.message.text")}</span>
      <textarea class="input" name="text" rows="4" maxlength="4000" dir="auto" required data-testid="message-text"></textarea></label>
    <label class="field"><span>${say("shut.message.reply_to")}</span>
      <input class="input" name="reply-to" dir="ltr" maxlength="200" required autocomplete="email" data-testid="message-reply-to" /></label>
    ${send(view, "shut.message.send")}</form>`;
}

function send({ say, state }: View, label: "shut.callback.send" | "shut.message.send"): TemplateResult {
  const isJoining = state.phase === "joining";
  return html`${state.trouble === null ? nothing : html`<p class="notice bad" role="alert" data-testid="trouble"><span dir="auto">${refusalWords(say, state.trouble)}</span></p>`}
    <button class="button primary wide" data-testid="instead-send" ?disabled=${isJoining}>${say(label)}</button>`;
}
