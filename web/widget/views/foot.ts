import { html, nothing, type TemplateResult } from "lit";
import { plainDigits } from "../../shared/digits";
import * as icons from "../../shared/icons";
import type { View } from "../view";
import { callbackForm } from "./callback";
import { closed } from "./closed";
import { elsewhere } from "./elsewhere";

/** The panel's bottom: one thing at a time of confirm, masked field, composer, end. */
export function foot(view: View): TemplateResult | typeof nothing {
  const { state, panel } = view;
  if (state.phase === "closed") return closed(view);
  if (state.phase !== "waiting" && state.phase !== "connected") return nothing;
  if (panel.confirming === "callback") return callbackForm(view);
  if (panel.confirming === "elsewhere" && view.link !== null) return elsewhere(view);
  if (panel.confirming === "settled" || panel.confirming === "leave") return confirm(view, panel.confirming);
  return state.input && !panel.writeInstead ? secure(view) : composer(view);
}

function confirm(view: View, what: "settled" | "leave"): TemplateResult {
  const { say, state, caller } = view;
  const connected = state.phase === "connected";
  const [question, yes] =
    what === "settled"
      ? [say("settled.ask"), say("settled.yes")]
      : connected
        ? [say("leave.ask.connected"), say("leave.yes.connected")]
        : [say("leave.ask"), say("leave.yes")];
  const agree = (): void => {
    if (what === "settled") caller.settled();
    else caller.leave();
    view.turn({ confirming: null });
  };
  return html`<div class="foot ask" role="alertdialog" aria-labelledby="question">
    <p id="question">${question}</p>
    <button class="button" data-testid="stay" autofocus
      @click=${() => view.turn({ confirming: null })}>${say("stay")}</button>
    <button class="button ${what === "leave" ? "danger" : "primary"}" data-testid="${what}-confirm"
      @click=${agree}>${yes}</button>
  </div>`;
}

function secure(view: View): TemplateResult | typeof nothing {
  const { say, state, caller } = view;
  const input = state.input;
  if (!input) return nothing;
  const isSecret = input.kind === "secret";
  const isSent = state.inputState === "sent";
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem("secure") as HTMLInputElement;
    const value = input.digits ? plainDigits(field.value.trim()) : field.value.trim();
    field.value = "";
    if (value) caller.secure(value);
  };
  return html`<form class="foot secure" @submit=${submit} autocomplete="off">
    <label for="secure">${isSecret ? icons.lock(18) : icons.pencil(18)}<span dir="auto">${input.prompt}</span></label>
    <div class="row">
      <input class="input num" id="secure" name="secure" data-testid="secure-field"
        type=${isSecret ? "password" : "text"}
        inputmode=${input.digits ? "numeric" : "text"} autocomplete=${isSecret ? "one-time-code" : "off"} ?disabled=${isSent} required autofocus
        maxlength=${input.digits ?? 64} minlength=${input.digits ?? 1} pattern=${input.digits ? "\\p{Nd}*" : ".*"}
        placeholder=${input.digits ? say("secure.digits", { n: input.digits }) : ""} aria-describedby="secure-note" data-name=${input.name} />
      <button class="button primary" data-testid="secure-send"
        ?disabled=${isSent}>${isSent ? say("secure.checking") : say("secure.send")}</button>
    </div>
    <p class="quiet" id="secure-note">
      ${state.inputState === "again" ? html`<b class="again" role="alert">${say("secure.again")}</b>` : say(isSecret ? "secure.note" : "secure.note.text")}
      <button class="link" type="button" data-testid="write-instead"
        @click=${() => view.turn({ writeInstead: true })}>${say("secure.write")}</button>
    </p>
  </form>`;
}

function composer(view: View): TemplateResult {
  const { say, state, caller } = view;
  const label =
    state.phase === "connected" && state.agentName ? say("say.agent", { name: state.agentName }) : say("say");
  const send = (field: HTMLTextAreaElement): void => {
    caller.say(field.value);
    field.value = "";
    field.focus();
  };
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(event.target as HTMLTextAreaElement);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    send((event.target as HTMLFormElement).elements.namedItem("words") as HTMLTextAreaElement);
  };
  return html`<form class="foot composer" @submit=${submit}>
    ${state.input ? html`<button class="link" type="button" @click=${() => view.turn({ writeInstead: false })}>${icons.lock(15)}${say("secure.back")}</button>` : nothing}
    <textarea class="input" name="words" data-testid="composer" rows="1" maxlength="4000" dir="auto" enterkeyhint="send"
      placeholder=${label} aria-label=${label} @keydown=${keydown} @input=${() => caller.typing()}></textarea>
    <button class="send" data-testid="send" title=${say("send")} aria-label=${say("send")}>${icons.send()}</button>
  </form>`;
}
