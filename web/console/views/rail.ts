import { html, nothing, type TemplateResult } from "lit";
import type { Agent } from "../../shared/agent-wire";
import { counted } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { told } from "../../shared/instants";
import { turnTo } from "../actions";
import { capacity, type Card, ordered } from "../desk";
import { type View, whose } from "../view";

const REASONS = ["break", "lunch", "meeting", "training", "paperwork"];

/** The left side: who I am, whether I take offers, what I hold, and my phone. */
export function rail(view: View): TemplateResult {
  const { say, desk } = view;
  const { agent } = desk;
  return html`<aside class="rail">
    <div class="brand">${icons.mark(24)}<b>${say("brand")}</b></div>
    ${agent ? html`${presence(view, agent)}${contacts(view, agent)}` : nothing}
    <div class="rail-foot">
      ${agent ? left(view) : nothing}
      ${agent?.softphone ? html`<hf-softphone .say=${say} .locale=${view.locale} .agent=${agent} .softphone=${view.softphone} .choose=${(at: string) => void view.give("ring", { at })}></hf-softphone>` : nothing}
      <hf-language></hf-language>
      <p class="me"><span dir="auto">${agent?.name}</span>
        ${agent && agent.role !== "agent" ? html`<a class="icon-button" href="/console/settings" data-testid="to-settings" title=${say("settings")} aria-label=${say("settings")}>${icons.sliders(18)}</a>` : nothing}
        <button class="icon-button" data-testid="sound" title=${view.page.isSilent ? say("sound.off") : say("sound.on")}
          aria-label=${view.page.isSilent ? say("sound.off") : say("sound.on")} aria-pressed=${String(!view.page.isSilent)}
          @click=${() => view.turn({ isSilent: !view.page.isSilent })}>${view.page.isSilent ? icons.muted(18) : icons.speaker(18)}</button>
        <button class="icon-button" data-testid="help" title=${say("keys")} aria-label=${say("keys")}
          @click=${() => view.turn({ isHelpOpen: true })}><kbd>?</kbd></button>
        <button class="icon-button" data-testid="sign-out" title=${say("sign-out")} aria-label=${say("sign-out")}
          @click=${view.signOut}>${icons.leave(18)}</button>
      </p>
    </div>
  </aside>`;
}

function left({ say, locale, page, turn }: View): TemplateResult {
  return html`<button class="left" data-testid="left" title=${say("left.title")} aria-pressed=${String(page.isLeftShown)} aria-keyshortcuts="G"
    @click=${() => turn({ isLeftShown: !page.isLeftShown })}>${icons.inbox(18)}<span>${say("left")}</span><kbd>G</kbd>
    ${page.leftCount > 0 ? html`<i class="unread num" data-testid="left-count" role="img" aria-label=${say("left.count", { n: page.leftCount })}>${counted(page.leftCount, locale)}</i>` : nothing}</button>`;
}

function presence(view: View, agent: Agent): TemplateResult {
  const { say, desk } = view;
  const isReady = agent.presence === "ready";
  const toggle = (): void => void (isReady ? view.give("not_ready", { reason: "break" }) : view.give("ready"));
  return html`<section class="presence ${agent.presence}">
    <button role="switch" class="switch" data-testid="presence" data-presence=${agent.presence}
      data-reason=${agent.reason ?? ""} ?disabled=${!desk.isLive}
      aria-checked=${isReady ? "true" : "false"} aria-label=${say("presence")} @click=${toggle}>
      <b>${say(`presence.${agent.presence}`)}</b><i></i>
    </button>
    ${
      isReady
        ? html`<p>${say("presence.ready.note")}</p>`
        : html`<p class=${agent.reason === "rona" ? "rona" : ""}
          data-testid="reason">${agent.reason ? say("reason", { reason: agent.reason }) : say("presence.not_ready.note")}</p>
        <div class="reasons" role="group" aria-label=${say("reasons")}>
          ${REASONS.map(
            (
              reason,
            ) => html`<button class="chip" data-testid="reason-${reason}"
              aria-pressed=${agent.reason === reason ? "true" : "false"} ?disabled=${!desk.isLive}
            @click=${() => void view.give("not_ready", { reason })}>${say("reason", { reason })}</button>`,
          )}
        </div>`
    }
  </section>`;
}

function contacts(view: View, agent: Agent): TemplateResult {
  const { say, desk } = view;
  const [taken, all] = capacity(agent, "chat");
  const isOnCall = capacity(agent, "voice")[0] > 0;
  const offered = view.line.standing.filter((offer) => offer.channel !== "voice").length;
  const cards = ordered(desk);
  const own = cards.filter((card) => !desk.beside.has(card.contact_id)).length;
  const isHolding = (card: Card): boolean => agent.slots.some((held) => held.contact_id === card.contact_id);
  const holding = own + cards.slice(own).filter(isHolding).length;
  const free = isOnCall ? 0 : Math.max(0, all - holding - offered);
  return html`<nav class="slots" aria-label=${say("slots")}>
    <h2>${say("slots")}<span
      class="quiet num">${isOnCall ? say("slots.call") : say("slots.count", { taken, all })}</span>${desk.cards.length > 1 ? layout(view) : nothing}</h2>
    ${cards.slice(0, own).map((card, n) => slot(view, card, n))}
    ${Array.from({ length: offered }, () => html`<div class="slot free">${say("slot.offered")}</div>`)}
    ${Array.from({ length: free }, () => html`<div class="slot free">${say("slot.free")}</div>`)}
    ${own < cards.length ? html`<h2 data-testid="slots-beside">${say("beside.all")}</h2>` : nothing}
    ${cards.slice(own).map((card, n) => slot(view, card, own + n))}
  </nav>`;
}

function layout({ say, page, turn }: View): TemplateResult {
  const label = page.isSideBySide ? say("layout.one") : say("layout.columns");
  return html`<button class="icon-button" data-testid="layout" aria-pressed=${page.isSideBySide ? "true" : "false"}
    title=${label} aria-label=${label}
    @click=${() => turn({ isSideBySide: !page.isSideBySide })}>${icons.columns(18)}</button>`;
}

function slot(view: View, card: Card, n: number): TemplateResult {
  const { say, desk, locale } = view;
  const last = card.transcript.findLast((said) => said.author === "caller" || said.author === "agent");
  const isCurrent = desk.selected === card.contact_id;
  const mode = desk.beside.get(card.contact_id);
  const since = card.connected_at ? (view.line.clock.now() - Date.parse(card.connected_at)) / 1000 : 0;
  return html`<button class="slot ${card.state} ${isCurrent ? "current" : ""} ${mode === undefined ? "" : "beside"}" data-testid="slot"
    data-contact=${card.contact_id} data-mode=${mode ?? nothing} aria-current=${isCurrent ? "true" : "false"}
    @click=${() => turnTo(view, card)}>
    <span class="slot-top">${card.channel === "voice" ? icons.phone(16) : icons.chat(16)}<b
      dir="auto">${card.customer?.name ?? say("caller.unknown")}</b><kbd>${n + 1}</kbd></span>
    <span class="slot-line" dir="auto">${card.topic_label ?? last?.text ?? card.headline}</span>
    <span class="slot-line num">${mode === undefined ? say("state", { state: card.state }) : say("beside.whose", { mode, name: whose(say, card) })}${card.state === "connected" && mode === undefined ? html` · ${told(since, locale)}` : nothing}
      ${card.unread > 0 ? html`<i class="unread num" data-testid="slot-unread">${counted(card.unread, locale)}</i>` : nothing}</span>
  </button>`;
}
