import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import type { Card } from "../desk";
import type { View } from "../view";
import { briefing } from "./briefing";
import { wrapUp } from "./wrap-up";

/** One contact: the briefing first, the conversation beside it, and what is to be done below. */
export function contact(view: View, card: Card, isShown: boolean): TemplateResult {
  return html`<article class="contact ${card.state}" ?hidden=${!isShown} data-testid="contact"
    data-contact=${card.contact_id} data-state=${card.state}>
    ${head(view, card)}
    <div class="contact-body">
      ${briefing(view, card)}
      <section class="conversation">
        <hf-talk data-testid="agent-transcript" .say=${view.say} .locale=${view.locale} .said=${card.transcript}
          .pending=${card.pending}
          .connectedAt=${card.connected_at} .isLive=${view.desk.isLive}></hf-talk>
        ${foot(view, card)}
      </section>
    </div>
  </article>`;
}

function head(view: View, card: Card): TemplateResult {
  const { say, page } = view;
  const seconds = card.connected_at ? (view.line.clock.now() - Date.parse(card.connected_at)) / 1000 : 0;
  const isEnding = page.ending === card.contact_id;
  return html`<header class="contact-head">
    ${card.channel === "voice" ? icons.phone() : icons.chat()}
    <h1 dir="auto">${card.customer?.name ?? say("caller.unknown")}</h1>
    <span class="badge ${card.state === "connected" ? "good" : card.state === "wrapping" ? "brass" : ""}"
      data-testid="contact-state">${say("state", { state: card.state })}</span>
    ${card.state === "connected" ? html`<span class="num quiet" data-testid="talk-time">${running(seconds)}</span>` : nothing}
    ${card.state === "connected" && card.silent_seconds ? html`<span class="badge bad" role="status" data-testid="silent">${say("silent", { time: running(card.silent_seconds) })}</span>` : nothing}
    <span class="gap"></span>
    ${
      card.state !== "connected"
        ? nothing
        : isEnding
          ? html`<span class="ending" role="alertdialog" aria-label=${say("end.ask")}>${say("end.ask")}
            <button class="button small" @click=${() => view.turn({ ending: null })}>${say("end.no")}</button>
            <button class="button small danger" data-testid="end-confirm"
              @click=${() => end(view, card)}>${say("end")}</button></span>`
          : html`<button class="button small" data-testid="end"
            @click=${() => end(view, card)}>${say("end")}<kbd>E</kbd></button>`
    }
  </header>`;
}

function end(view: View, card: Card): void {
  void view.give("end", { contact_id: card.contact_id }).then(() => view.turn({ ending: null }));
}

function foot(view: View, card: Card): TemplateResult {
  const { say } = view;
  if (card.state === "wrapping") return wrapUp(view, card);
  if (card.state === "offered")
    return html`<p class="contact-foot hint" role="status"><i class="spinner"></i>${say("waiting.connection")}</p>`;
  return composer(view, card);
}

/** Replies and notes each have their own box, so that a note never goes to the caller because a mode was switched. */
function composer(view: View, card: Card): TemplateResult {
  const { say, page } = view;
  const isCall = card.channel === "voice";
  const isNote = isCall || page.noting.has(card.contact_id);
  const name = card.customer?.name.split(" ")[0];
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(view, card, event.target as HTMLTextAreaElement, isNote);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem(isNote ? "note" : "words");
    send(view, card, field as HTMLTextAreaElement, isNote);
  };
  const box = (kind: "words" | "note", testid: string, label: string): TemplateResult =>
    html`<textarea class="input" name=${kind} ?hidden=${isNote !== (kind === "note")} rows="2" maxlength="4000"
      dir="auto" data-testid=${testid}
      placeholder=${label} aria-label=${label} @keydown=${keydown}></textarea>`;
  return html`${isCall ? html`<p class="hint on-phone">${icons.phone(17)}${name ? say("on.phone", { name }) : say("on.phone.someone")}</p>` : nothing}
  <form class="contact-foot composer ${isNote ? "noting" : ""}" @submit=${submit}>
    ${isCall ? nothing : modes(view, card, isNote)}
    ${isCall ? nothing : box("words", "agent-composer", name ? say("say", { name }) : say("say.someone"))}
    ${box("note", "note-composer", say("say.note"))}
    <button class="button primary" data-testid=${isNote ? "note-send" : "agent-send"}
      ?disabled=${isNote && !view.desk.isLive}>${isNote ? say("send.note") : say("send")}</button>
  </form>`;
}

function send(view: View, card: Card, field: HTMLTextAreaElement, isNote: boolean): void {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  if (isNote)
    void view.give("note", { contact_id: card.contact_id, text }).then((done) => done || (field.value = text));
  else view.line.say(card.contact_id, text).catch((error: unknown) => view.refused(error));
}

function modes(view: View, card: Card, isNote: boolean): TemplateResult {
  const choose = (note: boolean): void => view.turn({ noting: noting(view.page.noting, card.contact_id, note) });
  return html`<div class="modes">
    <button type="button" aria-pressed=${isNote ? "false" : "true"} data-testid="mode-say"
      @click=${() => choose(false)}>${view.say("mode.say")}<kbd>I</kbd></button>
    <button type="button" aria-pressed=${isNote ? "true" : "false"} data-testid="mode-note"
      @click=${() => choose(true)}>${view.say("mode.note")}<kbd>N</kbd></button>
  </div>`;
}

export function noting(before: ReadonlySet<string>, id: string, isNote: boolean): ReadonlySet<string> {
  const next = new Set(before);
  if (isNote) next.add(id);
  else next.delete(id);
  return next;
}
