import { html, nothing, type TemplateResult } from "lit";
import type { Caption } from "../../shared/agent-wire";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import { askForProof, end, hold, mute, sayAgain } from "../actions";
import { commands } from "../commands";
import type { Card, Pending } from "../desk";
import { recordedNow } from "../recorded";
import { type View, whose } from "../view";
import { besideActions, besideFoot, besideNotice } from "./beside";
import { briefing } from "./briefing";
import { composer } from "./composer";
import { wrapUp } from "./wrap-up";

export const NO_TEXTS = {};
const NO_CAPTIONS: readonly Caption[] = [];

/** One contact: the briefing first, the conversation beside it, and what is to be done below. */
export function contact(view: View, card: Card, isShown: boolean): TemplateResult {
  const mode = view.desk.beside.get(card.contact_id);
  return html`<article class="contact ${card.state} ${card.channel}" ?hidden=${!isShown} data-testid="contact"
    data-contact=${card.contact_id} data-state=${card.state} data-mode=${mode ?? nothing}
    aria-label=${card.customer?.name ?? view.say("caller.unknown")} aria-describedby=${mode === undefined ? nothing : `whose-${card.contact_id}`}
    @focusin=${() => view.desk.selected !== card.contact_id && view.line.select(card.contact_id)}>
    ${head(view, card)}
    ${mode === undefined ? handOver(view, card) : besideNotice(view, card, mode)}
    <div class="contact-body">
      ${briefing(view, card)}
      <section class="conversation">
        <hf-talk data-testid="agent-transcript" .say=${view.say} .locale=${view.locale} .language=${card.language} .said=${card.transcript}
          .pending=${card.pending} .captions=${card.state === "connected" ? card.captions : NO_CAPTIONS} .texts=${card.texts ?? NO_TEXTS}
          .connectedAt=${card.connected_at} .whose=${mode === undefined ? undefined : whose(view.say, card)} .isLive=${view.desk.isLive} .isTyping=${card.isTyping && card.state === "connected"}
          @again=${(event: CustomEvent<Pending>) => sayAgain(view, card, event.detail)}></hf-talk>
        ${mode === undefined ? foot(view, card) : besideFoot(view, card, mode)}
      </section>
    </div>
  </article>`;
}

function head(view: View, card: Card): TemplateResult {
  const { say, locale } = view;
  const seconds = card.connected_at ? (view.line.clock.now() - Date.parse(card.connected_at)) / 1000 : 0;
  return html`<header class="contact-head">
    <div class="whom">${card.channel === "voice" ? icons.phone() : icons.chat()}
    <h1 dir="auto" data-testid="caller-name">${card.customer?.name ?? say("caller.unknown")}</h1>
    <span class="badge ${card.state === "connected" ? "good" : card.state === "wrapping" ? "brass" : ""}"
      data-testid="contact-state">${say("state", { state: card.state })}</span>
    ${card.state === "connected" ? html`<span class="num quiet" data-testid="talk-time">${running(seconds, locale)}</span>` : nothing}
    ${card.call?.on_hold && card.state === "connected" ? html`<span class="badge warn" data-testid="held">${say("call.held")}</span>` : nothing}
    ${recorded(view, card)}
    ${others(view, card).map((beside) => html`<span class="badge brass" data-testid="beside">${beside.mode === "join" ? icons.people(14) : icons.ear(14)}${say("beside", { mode: beside.mode, name: beside.name })}</span>`)}
    ${card.state === "connected" && card.silent_seconds ? html`<span class="badge bad" role="status" data-testid="silent">${say("silent", { time: running(card.silent_seconds, locale) })}</span>` : nothing}
    </div>
    ${actions(view, card)}
  </header>`;
}

/** Whether what is said is being recorded, on a call that goes on. */
function recorded({ say }: View, card: Card): TemplateResult | typeof nothing {
  const state = recordedNow(card);
  if (state === null) return nothing;
  return html`<span class="badge recorded" data-testid="recorded" data-state=${state}><i aria-hidden="true"></i>${say("call.recorded", { state })}</span>`;
}

/** Who is beside the contact besides oneself. */
function others({ desk }: View, card: Card): NonNullable<Card["supervisors"]> {
  return (card.supervisors ?? []).filter(({ username }) => username !== desk.agent?.username);
}

/** What can be done with a contact; a question that is open stands in their place. */
function actions(view: View, card: Card): TemplateResult | typeof nothing {
  const { say, page } = view;
  const allowed = commands(view.desk, card);
  if (allowed.has("leave")) return besideActions(view, card);
  if (!allowed.has("end")) return nothing;
  if (page.ending === card.contact_id)
    return html`<span class="ending" role="alertdialog" aria-label=${say("end.ask")}>${say("end.ask")}
      <button class="button small" @click=${() => view.turn({ ending: null })}>${say("end.no")}</button>
      <button class="button small danger" data-testid="end-confirm"
        @click=${() => end(view, card)}>${say("end")}</button></span>`;
  if (page.verifying === card.contact_id)
    return html`<span class="ending" role="group" aria-label=${say("verify.ask")}>${say("verify.ask")}
      ${view.desk.verificationMethods.map(
        (method) => html`<button class="button small" data-testid="verify-${method}"
          @click=${() => askForProof(view, card, method)}>${say("verify.method", { method })}</button>`,
      )}
      <button class="button small plain" @click=${() => view.turn({ verifying: null })}>${say("cancel")}</button></span>`;
  return html`<span class="actions">
    ${allowed.has("hold") ? callActions(view, card) : nothing}
    ${action("verify", icons.shield(17), say("verify"), "V", () => askForProof(view, card))}
    ${action("pass-on", icons.passOn(17), say("pass-on"), "T", () => view.turn({ passing: card.contact_id }), undefined, say("pass-on.what"))}
    <button class="button small" data-testid="end" @click=${() => end(view, card)}>${say("end")}<kbd>E</kbd></button>
  </span>`;
}

function callActions(view: View, card: Card): TemplateResult {
  const { say } = view;
  const { on_hold: isHeld = false, muted: isMuted = false } = card.call ?? {};
  return html`${action("hold", icons.pause(17), isHeld ? say("call.resume") : say("call.hold"), "H", () => hold(view, card), isHeld)}
    ${action("mute", isMuted ? icons.muted(17) : icons.microphone(17), isMuted ? say("call.unmute") : say("call.mute"), "M", () => mute(view, card), isMuted)}`;
}

function action(
  testid: string,
  icon: TemplateResult,
  label: string,
  key: string,
  act: () => void,
  isPressed?: boolean,
  title = label,
): TemplateResult {
  const isToggle = isPressed !== undefined;
  return html`<button class="button small action ${isToggle ? "toggle" : ""}" data-testid=${testid} title=${title} aria-label=${label}
    aria-pressed=${isToggle ? String(isPressed) : nothing} aria-keyshortcuts=${key} @click=${act}>${icon}<span>${label}</span><kbd>${key}</kbd></button>`;
}

/** What has become of a warm hand-over, or of asking a colleague in: asked, or turned down. */
function handOver({ say }: View, card: Card): TemplateResult | typeof nothing {
  const asked = card.transfer;
  if (!asked || card.state !== "connected") return nothing;
  const isOpen = asked.state === "pending";
  return html`<p class="notice hand-over ${isOpen ? "" : "bad"}" role="status" data-testid="hand-over"
    data-state=${asked.state} data-mode=${asked.mode ?? "warm"}>${isOpen ? html`<i class="spinner"></i>` : icons.warning(18)}
    <span>${say(asked.mode === "join" ? "ask-in" : "hand-over", { state: asked.state, name: asked.agent_name })}</span></p>`;
}

function foot(view: View, card: Card): TemplateResult {
  const { say } = view;
  if (card.state === "wrapping") return wrapUp(view, card);
  if (card.state === "offered")
    return html`<p class="contact-foot hint" role="status"><i class="spinner"></i>${say("waiting.connection")}</p>`;
  return composer(view, card);
}
