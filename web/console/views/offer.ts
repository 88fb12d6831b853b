import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Offer } from "../../shared/agent-wire";
import { counted } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { told } from "../../shared/instants";
import type { SayConsole, View } from "../view";

const REASONS = ["busy", "not_my_topic", "technical", "leaving"];
const FULL_SECONDS = 20;

/** Offers, newest last, each for as long as its deadline stands. One whose time is up is not shown any more. */
export function offers(view: View): TemplateResult | typeof nothing {
  const { standing } = view.line;
  if (standing.length === 0) return nothing;
  return html`<section class="offers" aria-label=${view.say("offer")} role="alert">${repeat(
    standing,
    (offer) => offer.offer_id,
    (offer, n) => card(view, offer, n === 0),
  )}</section>`;
}

function card(view: View, offer: Offer, isFirst: boolean): TemplateResult {
  const { say, locale, desk, page } = view;
  const isAnswered = page.answering.has(offer.offer_id);
  const step = offer.in_step;
  // The keys answer the first offer, so only the first shows them.
  const key = (letter: string): TemplateResult | typeof nothing => (isFirst ? html`<kbd>${letter}</kbd>` : nothing);
  const isJoin = offer.kind === "join";
  return html`<article class="offer" data-testid="offer" data-kind=${offer.kind ?? "place"} data-offer=${offer.offer_id} data-contact=${offer.contact_id}>
    ${countdown(view, offer)}
    <div class="offer-words">
      <p class="offer-meta num">${offer.channel === "voice" ? icons.phone(16) : icons.chat(16)}${say("channel", { channel: offer.channel })} · ${desk.queues.get(offer.queue) ?? offer.queue} ·
        ${say("offer.waited", { time: told(offer.waited_seconds, locale) })}</p>
      <h2 dir="auto">${offer.headline}</h2>
      ${offer.kind === "warm" || offer.kind === "join" ? asked(view, offer) : nothing}
      ${step ? html`<p class="badge warn" data-testid="in-step">${icons.lock(15)}${say("offer.step", { step: step.step, seconds: step.seconds })}</p>` : nothing}
    </div>
    <div class="offer-actions">
      <button class="button primary" data-testid="accept" ?disabled=${isAnswered}
        @click=${() => view.answer(offer.offer_id, "accept", { when: "now" })}>
        ${isJoin ? say(isAnswered ? "offer.join.accepting" : "offer.join.accept") : say(isAnswered ? "offer.accepting" : "offer.accept")}${key("A")}</button>
      ${step ? html`<button class="button" data-testid="accept-after" ?disabled=${isAnswered} @click=${() => view.answer(offer.offer_id, "accept", { when: "after_step" })}>${say("offer.after")}${key("S")}</button>` : nothing}
      <div class="decline">
        <button class="button" data-testid="decline" ?disabled=${isAnswered}
          @click=${(event: Event) => view.answer(offer.offer_id, "decline", { reason: chosen(event) })}>${say("offer.decline")}${key("D")}</button>
        <span class="button" title=${say("offer.decline.reason")}>${icons.down(16)}<select data-testid="decline-reason"
          aria-label=${say("offer.decline.reason")} ?disabled=${isAnswered}>
          ${REASONS.map((reason) => html`<option value=${reason}>${say("decline", { reason })}</option>`)}
        </select></span>
      </div>
    </div>
  </article>`;
}

/** What a notification and the page's title say of an offer. */
export function headline(say: SayConsole, offer: Offer): string {
  return offer.kind === "join" ? say("offer.join.told", { name: offer.from ?? say("colleague"), headline: offer.headline }) : offer.headline;
}

/** A colleague hands over, or asks for company: who, and the note. */
function asked({ say }: View, { kind = "", from, ringing, briefing }: Offer): TemplateResult {
  const note = briefing?.transfer_note;
  const isJoin = kind === "join";
  const name = from ?? say("colleague");
  return html`<p class="badge brass" data-testid=${isJoin ? "join" : "warm"}>${isJoin ? icons.people(15) : icons.passOn(15)}${ringing ? say("offer.ringing", { kind }) : say(isJoin ? "offer.join" : "offer.warm", { name })}</p>
    ${note ? html`<p class="offer-note" dir="auto" data-testid="offer-note">${note}</p>` : nothing}`;
}

function chosen(event: Event): string {
  return (event.currentTarget as HTMLElement).parentElement?.querySelector("select")?.value ?? "busy";
}

function countdown({ say, locale, line }: View, offer: Offer): TemplateResult {
  const left = Math.max(0, line.clock.secondsUntil(offer.expires_at));
  const share = Math.min(1, left / FULL_SECONDS);
  const seconds = Math.ceil(left);
  return html`<div class="countdown num ${seconds <= 5 ? "late" : ""}" data-testid="countdown" role="timer"
    aria-label=${say("offer.left", { n: seconds })}>
    <svg width="60" height="60" viewBox="0 0 60 60" aria-hidden="true"><circle cx="30" cy="30" r="26" /><circle
      class="left" cx="30" cy="30" r="26" pathLength="1" stroke-dasharray="1" stroke-dashoffset=${1 - share} /></svg>
    <b>${counted(seconds, locale)}</b>
  </div>`;
}
