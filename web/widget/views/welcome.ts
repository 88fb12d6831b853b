import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { refusalWords } from "../place-words";
import type { View } from "../view";
import { shut } from "./shut";

/** Before a place is taken: the blank ticket that is about to be theirs, and what waiting here is like. */
export function welcome(view: View): TemplateResult {
  const { say, state, caller } = view;
  const joining = state.phase === "joining";
  if (state.shut) return html`<div class="welcome">${shut(view)}<div class="welcome-foot"><button class="button wide" data-testid="join"
    ?disabled=${joining} @click=${() => void caller.join()}>${say("shut.again")}</button></div></div>`;
  return html`<div class="welcome">
    <div class="ticket blank" aria-hidden="true">
      <div class="ticket-main">${icons.mark(22)}<p>${joining ? say("joining") : say("blank")}</p></div>
      <div class="stub"></div>
    </div>
    <h3>${say("welcome.title")}</h3>
    <p class="lead">${say("welcome.lead")}</p>
    <ul>
      <li>${icons.people()}<span>${say("welcome.line")}</span></li>
      <li>${icons.chat()}<span>${say("welcome.help")}</span></li>
      <li>${icons.person()}<span>${say("welcome.repeat")}</span></li>
    </ul>
    <div class="welcome-foot">
      ${state.trouble === null ? nothing : html`<p class="notice bad" role="alert" data-testid="trouble"><span dir="auto">${refusalWords(say, state.trouble)}</span></p>`}
      <button class="button primary wide" data-testid="join" ?disabled=${joining} @click=${() => void caller.join()}>
        ${joining ? say("joining") : state.trouble === null ? say("join") : say("error.retry")}
      </button>
    </div>
  </div>`;
}
