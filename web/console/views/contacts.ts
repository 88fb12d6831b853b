import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as icons from "../../shared/icons";
import { type Card, ordered } from "../desk";
import type { View } from "../view";
import { contact } from "./contact";

/** The contacts that the agent has, or one of them. */
export function contacts(view: View): TemplateResult {
  const { desk, page } = view;
  // A contact that has just been accepted is shown at once: its briefing is what stands before the connection.
  // All of them stay in the page, so that half-written words and the reading position stay too.
  const isShown = (card: Card): boolean =>
    page.isSideBySide || card.contact_id === desk.selected || (card.state === "offered" && !desk.beside.has(card.contact_id));
  return html`<div class="contacts" ?hidden=${page.isLeftShown}>${repeat(
    ordered(desk),
    (card) => card.contact_id,
    (card) => contact(view, card, isShown(card)),
  )}</div>`;
}

/** What there is to see while the agent has nobody. */
export function empty({ desk, say }: View): TemplateResult {
  if (!desk.agent) return html`<div class="empty"><p class="quiet">${say("empty.loading")}</p></div>`;
  const isReady = desk.agent.presence === "ready";
  return html`<div class="empty">${icons.mark(56)}
    <h1>${isReady ? say("empty.ready") : say("empty.not_ready")}</h1>
    <p>${isReady ? say("empty.ready.note") : say("empty.not_ready.note")}</p></div>`;
}
