import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import * as icons from "../../shared/icons";
import { leave } from "../actions";
import { commands } from "../commands";
import type { Card } from "../desk";
import { type View, whose } from "../view";
import { besideComposer } from "./composer";

/** Above somebody else's contact: whose it is, how one stands beside it, and who reads or hears what one says. */
export function besideNotice({ say }: View, card: Card, mode: string): TemplateResult {
  const values = { mode, name: whose(say, card) };
  const isCall = card.channel === "voice";
  return html`<p class="notice whose" id="whose-${card.contact_id}" data-testid="beside-whose" data-mode=${mode}>
    ${mode === "join" ? icons.people(18) : icons.ear(18)}
    <span><b>${say("beside.whose", values)}</b> ${say(isCall ? "beside.hint.call" : "beside.hint", values)}
    ${card.call?.written_down ? html`<span data-testid="written-down">${say("beside.written-down")}</span>` : nothing}</span></p>`;
}

/** All that can be done with somebody else's contact. */
export function besideActions(view: View, card: Card): TemplateResult {
  return html`<span class="actions"><button class="button small" data-testid="beside-leave"
    @click=${() => leave(view, card)}>${icons.leave(17)}${view.say("beside.leave")}</button></span>`;
}

/** Each way of standing there has a box of its own, so that what was meant for the agent alone never goes to the caller. */
export function besideFoot(view: View, card: Card, mode: string): unknown {
  return commands(view.desk, card).has("write") ? keyed(mode, besideComposer(view, card, mode, whose(view.say, card))) : nothing;
}
