import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { refusalWords } from "../place-words";
import type { View } from "../view";

/** The panel's top: whose it is, who one is talking with, and the two ways out: minimise keeps the place, leave gives it up. */
export function head(view: View): TemplateResult {
  const { say, state, brand } = view;
  const holds = state.phase === "waiting" || state.phase === "connected";
  return html`<div class="head">
    <div class="head-words">
      <h2 id="title">${brand}</h2>
      <p class="quiet">${subtitle(view)}</p>
    </div>
    ${holds && view.canNotify ? html`<button class="icon-button" data-testid="notify" title=${say("notify")} aria-label=${say("notify")} @click=${view.notify}>${icons.bell()}</button>` : nothing}
    ${holds && state.talk.length > 0 ? html`<button class="icon-button" data-testid="download" title=${say("download")} aria-label=${say("download")} @click=${view.download}>${icons.download()}</button>` : nothing}
    ${
      holds
        ? html`<button class="icon-button" data-testid="leave" title=${say("leave")} aria-label=${say("leave")}
          @click=${() => view.turn({ confirming: "leave" })}>${icons.leave()}</button>`
        : nothing
    }
    <button class="icon-button" data-testid="minimise" title=${say("minimise")} aria-label=${say("minimise")}
      @click=${() => view.turn({ isOpen: false })}>${icons.down()}</button>
  </div>`;
}

function subtitle({ say, state }: View): string {
  if (state.phase === "connected" && state.agentName) return say("with.agent", { name: state.agentName });
  if (state.phase === "closed") return say("with.closed");
  return state.phase === "waiting" ? say("with.assistant") : say("with.nobody");
}

/** Notices under the head: the link, and what could not be done. */
export function notices({ say, state }: View): TemplateResult {
  const isLost =
    state.phase !== "closed" && (state.link === "waiting" || (state.link === "connecting" && state.talk.length > 0));
  return html`<div role="status">
      ${isLost ? html`<p class="notice" data-testid="reconnecting"><i class="spinner"></i>${say("link.lost")}</p>` : nothing}
    </div>
    <div role="alert">
      ${state.trouble && state.phase !== "idle" ? html`<p class="notice bad" data-testid="trouble">${icons.warning(18)}<span dir="auto">${refusalWords(say, state.trouble)}</span></p>` : nothing}
    </div>`;
}
