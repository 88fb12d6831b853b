import { html, nothing, type TemplateResult } from "lit";
import type { Fact } from "../../shared/contact-wire";
import { ending } from "../../shared/disposition";
import { once } from "../../shared/formats";
import * as icons from "../../shared/icons";
import { timeOfDay, told } from "../../shared/instants";
import { languageName } from "../../shared/language";
import { copyFact } from "../actions";
import type { Card } from "../desk";
import { type View, whose } from "../view";

/** What the agent sees first: who, verified how, what about, what is known, what was tried; then what came before. */
export function briefing(view: View, card: Card): TemplateResult {
  const { say } = view;
  return html`<section class="briefing" data-testid="briefing" data-contact=${card.contact_id}
    aria-label=${say("briefing")} tabindex="0">
    <h2 data-testid="headline" dir="auto">${card.headline}</h2>
    ${verification(view, card)}
    ${asked(view, card)}
    ${card.transfer_note ? html`<p class="transfer-note"><b>${say("transfer.note")}</b><span dir="auto">${card.transfer_note}</span></p>` : nothing}
    ${coaching(view, card)}
    ${facts(view, card)}
    ${tried(view, card)}
    ${circumstances(view, card)}
    ${notes(view, card)}
    ${history(view, card)}
  </section>`;
}

function verification({ say, locale }: View, card: Card): TemplateResult {
  const { level, method, at } = card.verification;
  const isVerified = level >= 2;
  const how = method ? say("verified.how", { method, level }) : "";
  return html`<p class="verification ${isVerified ? "good" : ""}" data-testid="verification" data-level=${level}>
    ${isVerified ? icons.shield(22) : icons.person(22)}
    <span><b>${isVerified ? say("verified") : say("verified.not")}</b>${isVerified ? html`<small class="num">${how}${at ? html` · ${timeOfDay(at, locale)}` : nothing}</small>` : nothing}</span>
  </p>`;
}

/** What can be copied, in the order in which it is shown: topic, facts, who it is and their number. */
export function factsOf({ say }: View, card: Card): readonly Fact[] {
  const known = card.topic_label ?? card.topic;
  return [
    ...(known ? [{ id: "topic", label: say("fact.topic"), value: known }] : []),
    ...card.facts,
    ...(card.customer
      ? [
          { id: "customer", label: say("customer"), value: card.customer.name },
          { id: "customer_number", label: say("customer.number"), value: card.customer.number },
        ]
      : []),
    ...(card.caller_number ? [{ id: "caller_number", label: say("caller.number"), value: card.caller_number }] : []),
  ];
}

function facts(view: View, card: Card): TemplateResult {
  const { say } = view;
  const all = factsOf(view, card);
  if (all.length === 0) return html`<p class="quiet" data-testid="facts">${say("fact.none")}</p>`;
  return html`<dl class="facts" data-testid="facts">
    ${all.map((fact, n) => {
      const isCopied = view.page.copied?.key === `${card.contact_id}:${fact.id}`;
      const label = say("fact.copy", { label: fact.label });
      return html`<div data-fact=${fact.id}><dt><bdi>${fact.label}</bdi></dt><dd><span dir="auto">${fact.value}</span>
        <button class="copy" data-testid="copy" title=${label} aria-label=${label}
          aria-keyshortcuts=${n < 9 ? `Shift+${n + 1}` : nothing}
          @click=${() => copyFact(view, card, n + 1)}>${n < 9 ? html`<kbd aria-hidden="true">⇧${n + 1}</kbd>` : nothing}${isCopied ? icons.tick(16) : icons.copy(16)}</button></dd></div>`;
    })}
  </dl>`;
}

function tried({ say }: View, card: Card): TemplateResult | typeof nothing {
  if (card.tried.length === 0) return nothing;
  return html`<div data-testid="tried"><h3>${say("tried")}</h3>
    <ul class="tried">${card.tried.map((item) => {
      const isDone = item.outcome === "done" || item.outcome === "already_done";
      return html`<li class=${isDone ? "good" : "bad"}>${isDone ? icons.tick(16) : icons.cross(16)}<span
        dir="auto">${item.label}</span><small>${say("tried.outcome", { outcome: item.outcome })}</small></li>`;
    })}</ul></div>`;
}

function circumstances({ say, locale, desk }: View, card: Card): TemplateResult {
  const rows: [string, string][] = [
    [say("waited"), told(card.waited_seconds, locale)],
    [say("queue"), desk.queues.get(card.queue) ?? card.queue],
    [say("language"), languageName(card.language, locale)],
    ...(card.prefers
      ? [[say("prefers"), prefers(say, locale, card.prefers)] as [string, string]]
      : []),
    ...(card.consent === null
      ? []
      : [[say("consent"), say("consent.value", { given: String(card.consent) })] as [string, string]]),
  ];
  return html`<dl
    class="circumstances num">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
}

function prefers(say: View["say"], locale: string, { channel, language }: NonNullable<Card["prefers"]>): string {
  const list = once(`list ${locale}`, () => new Intl.ListFormat(locale, { type: "unit" }));
  return list.format([say("channel", { channel }), languageName(language, locale)]);
}

/** The proof that the agent has asked for, until it is there. */
function asked({ say }: View, card: Card): TemplateResult | typeof nothing {
  const request = card.verification_request;
  if (!request || request.state === "passed") return nothing;
  const isOpen = request.state === "pending";
  return html`<p class="asked ${isOpen ? "" : "bad"}" role="status" data-testid="asked-proof" data-state=${request.state}>
    ${isOpen ? html`<i class="spinner"></i>` : icons.warning(17)}<span>${say("verify.state", { state: request.state, what: say("verify.method", { method: request.method }), n: request.tries_left ?? 0 })}</span></p>`;
}

/** What a supervisor has said to the agent alone. */
function coaching({ say, locale, desk }: View, card: Card): TemplateResult | typeof nothing {
  if (card.coaching.length === 0) return nothing;
  const title = desk.beside.has(card.contact_id) ? say("coaching.other", { name: whose(say, card) }) : say("coaching");
  return html`<div data-testid="coaching" role="log" aria-label=${title}><h3>${title}</h3>
    ${card.coaching.map((words) => html`<p class="note coaching"><span dir="auto">${words.text}</span><small class="num">${words.agent_name} · ${timeOfDay(words.at, locale)}</small></p>`)}</div>`;
}

function notes({ say, locale }: View, card: Card): TemplateResult | typeof nothing {
  if (card.notes.length === 0) return nothing;
  return html`<div data-testid="notes"><h3>${say("notes")}</h3>
    ${card.notes.map((note) => html`<p class="note"><span dir="auto">${note.text}</span><small class="num">${note.agent_name} · ${timeOfDay(note.at, locale)}</small></p>`)}</div>`;
}

function history({ say, locale }: View, card: Card): TemplateResult | typeof nothing {
  if (card.history.length === 0) return nothing;
  return html`<div data-testid="history"><h3>${say("history")}</h3>
    <ul class="history">${card.history.map((past) => {
      const how = [
        past.outcome ? say("outcome", { outcome: past.outcome }) : "",
        past.disposition ? say("disposition", ending(past.disposition)) : "",
        timeOfDay(past.at, locale),
      ];
      return html`<li>${past.channel === "voice" ? icons.phone(15) : icons.chat(15)}
      <span><b dir="auto">${past.topic_label ?? say("history.no-topic")}</b>
        ${(past.notes ?? []).map((note) => html`<q dir="auto">${note}</q>`)}
        <small class="num">${how.filter((part) => part !== "").join(" · ")}</small></span></li>`;
    })}</ul></div>`;
}
