import { html, nothing, type TemplateResult } from "lit";
import { counted } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { positionWords, waitWords } from "../place-words";
import type { View } from "../view";

/** The button that opens the panel; while a place is held it is the place, small. */
export function launcher(view: View): TemplateResult {
  const { say, state, unread, locale } = view;
  const [label, detail] = words(view);
  return html`<button
    class="launcher ${state.place || state.agentName ? "held" : ""}" data-testid="launcher" aria-haspopup="dialog" aria-expanded="false"
    @click=${() => view.turn({ isOpen: true })}>
    ${state.agentName ? icons.person(22) : state.place ? icons.mark(22) : icons.chat(22)}
    <span class="launcher-words"><b>${label}</b>${detail ? html`<small>${detail}</small>` : nothing}</span>
    ${
      unread > 0
        ? html`<span class="unread num" data-testid="unread"><span aria-hidden="true">${counted(unread, locale)}</span><span
          class="unseen">${say("open.unread", { n: unread })}</span></span>`
        : nothing
    }
  </button>`;
}

function words({ say, state }: View): [string, string | null] {
  if (state.phase === "connected" && state.agentName) return [say("open.connected", { name: state.agentName }), null];
  if (state.phase === "waiting" && state.place) {
    const wait = state.place.wait.known ? waitWords(say, state.place.wait) : say("wait.unknown.short");
    return [positionWords(say, state.place.position), wait];
  }
  return [say("open"), null];
}
