import { html, nothing, type TemplateResult } from "lit";
import type { View } from "../view";
import { foot } from "./foot";
import { gathered } from "./gathered";
import { head, notices } from "./head";
import { place, placeActions, withAgent } from "./place";
import { talk } from "./talk";
import { welcome } from "./welcome";

/** The open widget: what waiting here is like, or the place, the talk, and what is to be done at the bottom. */
export function panel(view: View): TemplateResult {
  const { say, brand, state, turn } = view;
  const { phase } = state;
  return html`<div class="panel" role="dialog" aria-label=${say("panel", { brand })} tabindex="-1" data-phase=${phase}
    @keydown=${(event: KeyboardEvent) => event.key === "Escape" && turn({ isOpen: false })}>
    ${head(view)}${notices(view)}
    ${
      phase === "idle" || phase === "joining"
        ? welcome(view)
        : html`${place(view)}${withAgent(view)}${placeActions(view)}${gathered(view)}${talk(view)}
      <div class="foot-holder">${newer(view)}${foot(view)}</div>`
    }
  </div>`;
}

function newer({ say, panel, turn }: View): TemplateResult | typeof nothing {
  if (panel.isAtEnd) return nothing;
  return html`<button class="button small newer" @click=${() => turn({ isAtEnd: true })}>${say("newer")}</button>`;
}
