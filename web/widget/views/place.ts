import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import * as icons from "../../shared/icons";
import { codeWords, positionWords, progress, waitWords } from "../place-words";
import { WAKE_WORD } from "../state";
import type { View } from "../view";
import { calledBack } from "./callback";

/** The place as a thing one owns: a ticket with its mark, its position, its range, its way along the line and its code. */
export function place(view: View): TemplateResult | typeof nothing {
  const { say, state } = view;
  if (state.phase !== "waiting" || !state.place) return nothing;
  const { position, wait, code } = state.place;
  return html`<section class="ticket" data-testid="place" aria-label=${say("place.title")}>
      <div class="ticket-main">
        <p class="secured">${icons.mark(18)}${say("place.title")}</p>
        ${keyed(position, html`<p class="position num" data-testid="position" data-position=${position ?? ""}>${numeral(positionWords(say, position))}</p>`)}
        <p class="wait num" data-testid="wait">${wait.known ? waitWords(say, wait) : say("wait.unknown.short")}</p>
        ${line(view)}
      </div>
      <div class="stub">
        <p>${say("place.code")}</p>
        <p class="code num" data-testid="code" data-code=${code}>${codeWords(code)}</p>
        ${view.link === null ? nothing : html`<button class="stub-button" data-testid="elsewhere-open" title=${say("elsewhere.title")} aria-label=${say("elsewhere.title")} @click=${() => view.turn({ confirming: "elsewhere" })}>${icons.handset(18)}</button>`}
      </div>
    </section>
    ${state.worse === null ? nothing : html`<p class="worse" data-testid="worse">${say("worse", { why: state.worse })}</p>`}`;
}

/** The figure of a position large, its words small, wherever they stand: digits of any script. */
function numeral(words: string): TemplateResult {
  const [, before, digits, rest] = /^(\P{Nd}*)(\p{Nd}+)(.*)$/u.exec(words) ?? [];
  return digits
    ? html`${before ? html`<span>${before}</span>` : nothing}<b>${digits}</b><span>${rest}</span>`
    : html`<span class="whole">${words}</span>`;
}

/** Everyone who was ahead at the start is a notch; one's own marker moves past them. Beyond twelve it is a plain track. */
function line({ say, state }: View): TemplateResult | typeof nothing {
  const position = state.place?.position ?? null;
  if (position === null || state.from <= 1) return nothing;
  const share = progress(position, state.from);
  const notches = state.from <= 12 ? Array.from({ length: state.from }, (_, n) => n) : [];
  return html`<div class="track" role="img" aria-label=${say("ahead", { n: position - 1 })}
    .style=${`--share: ${share}`}>
    <i class="passed"></i>
    ${notches.map((n) => html`<i class="notch ${n <= state.from - position ? "past" : ""}"></i>`)}
    <i class="me"></i>
  </div>`;
}

/** What one can do with a place, quietly under it: hold, or say that it is settled. */
export function placeActions(view: View): TemplateResult | typeof nothing {
  const { say, state, caller } = view;
  if (state.phase !== "waiting" || !state.place) return nothing;
  if (state.place.reach === "callback") return calledBack(view);
  return html`<div class="actions">
    <button class="button small ${state.isQuiet ? "on" : ""}" data-testid="just-hold"
      aria-pressed=${state.isQuiet ? "true" : "false"}
      ?disabled=${state.isQuiet}
        @click=${() => caller.holdQuietly()}>${icons.pause(16)}${state.isQuiet ? say("hold.on") : say("hold")}</button>
    <button class="button small" data-testid="call-me"
      @click=${() => view.turn({ confirming: "callback" })}>${icons.phone(16)}${say("callback")}</button>
    <button class="button small" data-testid="settled"
      @click=${() => view.turn({ confirming: "settled" })}>${icons.tick(16)}${say("settled")}</button>
    ${
      state.isQuiet
        ? html`<button class="button small plain" data-testid="call-back-assistant"
          @click=${() => caller.say(WAKE_WORD)}>${say("hold.wake")}</button>`
        : nothing
    }
  </div>`;
}

/** Who has the contact now, in the place of the ticket. */
export function withAgent({ say, state }: View): TemplateResult | typeof nothing {
  if (state.phase !== "connected" || !state.agentName) return nothing;
  return html`<section class="agent-strip">
    <span class="face" aria-hidden="true">${initials(state.agentName)}</span>
    <p><b data-testid="agent-name" dir="auto">${state.agentName}</b><span
      class="quiet">${say("connected.note")}</span></p>
  </section>`;
}

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/u);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ""]
    .map((part) => Array.from(part ?? "")[0] ?? "")
    .join("")
    .toUpperCase();
}
