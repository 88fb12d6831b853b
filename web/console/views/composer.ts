import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { cannedOnOffer, draftOf, useCanned, write } from "../actions";
import type { Card } from "../desk";
import type { View } from "../view";

/** Replies and notes each have their own box, so that a note never goes to the caller because a mode was switched. */
export function composer(view: View, card: Card): TemplateResult {
  const { say, page } = view;
  const isCall = card.channel === "voice";
  const isNote = isCall || page.noting.has(card.contact_id);
  const name = card.customer?.name.split(" ")[0];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const kind = isNote ? "note" : "words";
    send(view, card, (event.target as HTMLFormElement).elements.namedItem(kind) as HTMLTextAreaElement, kind);
  };
  return html`${isCall ? html`<p class="hint on-phone">${icons.phone(17)}${name ? say("on.phone", { name }) : say("on.phone.someone")}${card.call?.written_down ? html` <span data-testid="written-down">${say("call.written-down")}</span>` : nothing}</p>` : nothing}
  <form class="contact-foot composer ${isNote ? "noting" : ""}" @submit=${submit}>
    ${isCall ? html`<div class="modes">${lookUp(view, card)}</div>` : modes(view, card, isNote)}
    ${isNote ? nothing : canned(view, card)}
    ${isCall ? nothing : box(view, card, "words", !isNote, name ? say("say", { name }) : say("say.someone"))}
    ${box(view, card, "note", isNote, say("say.note"))}
    <button class="button primary" data-testid=${isNote ? "note-send" : "agent-send"}
      ?disabled=${isNote && !view.desk.isLive}>${isNote ? say("send.note") : say("send")}</button>
  </form>`;
}

/** Beside somebody else's contact: words for everybody, or for its agent alone. */
export function besideComposer(view: View, card: Card, mode: string, name: string): TemplateResult {
  const { say } = view;
  const kind = mode === "coach" ? "coaching" : "words";
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    send(view, card, (event.target as HTMLFormElement).elements.namedItem(kind) as HTMLTextAreaElement, kind);
  };
  return html`<form class="contact-foot composer ${kind}" @submit=${submit}>
    ${kind === "words" ? canned(view, card) : nothing}
    ${box(view, card, kind, true, say("beside.say", { mode, name }))}
    <button class="button primary" data-testid="agent-send" ?disabled=${kind === "coaching" && !view.desk.isLive}>${say("send")}</button>
  </form>`;
}

type Kind = "words" | "note" | "coaching";
const TEST_IDS: Readonly<Record<Kind, string>> = { words: "agent-composer", note: "note-composer", coaching: "coach-composer" };

function box(view: View, card: Card, kind: Kind, isShown: boolean, label: string): TemplateResult {
  const offered = kind === "words" ? cannedOnOffer(view, card) : [];
  const chosen = offered.length > 0 ? optionId(card, Math.min(view.page.canned?.at ?? 0, offered.length - 1)) : nothing;
  const input = (event: Event): void => {
    const field = event.target as HTMLTextAreaElement;
    const typed = field.value;
    write(view, card, field, typed);
    if (kind === "words" && typed !== "" && !view.desk.beside.has(card.contact_id)) view.line.typing(card.contact_id);
    if (kind !== "words" || (!typed.startsWith("/") && view.page.canned === null)) return;
    view.turn({ canned: typed.startsWith("/") ? { contactId: card.contact_id, typed, at: 0 } : null });
  };
  return html`<textarea class="input" name=${kind} ?hidden=${!isShown} rows="2" maxlength="4000"
    dir="auto" .defaultValue=${view.drafts.get(draftOf(card, kind)) ?? ""}
    data-testid=${TEST_IDS[kind]} placeholder=${label}
    aria-label=${label} aria-autocomplete=${kind === "words" ? "list" : "none"}
    aria-controls=${offered.length > 0 ? `canned-${card.contact_id}` : nothing} aria-activedescendant=${chosen}
    @input=${input} @keydown=${(event: KeyboardEvent) => keydown(view, card, event, kind, offered.length)}></textarea>`;
}

/** Enter sends, or takes the chosen canned text; arrows choose one, Escape leaves them. */
function keydown(view: View, card: Card, event: KeyboardEvent, kind: Kind, offered: number): void {
  const field = event.target as HTMLTextAreaElement;
  const { canned } = view.page;
  if (event.isComposing) return;
  if (canned !== null && offered > 0) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const isTaken = (event.key === "Enter" && !event.shiftKey) || event.key === "Tab";
    if (step === 0 && !isTaken && event.key !== "Escape") return;
    event.preventDefault();
    if (step !== 0) view.turn({ canned: { ...canned, at: (canned.at + step + offered) % offered } });
    else if (isTaken) useCanned(view, card, field, canned.at);
    else view.turn({ canned: null });
    return;
  }
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  send(view, card, field, kind);
}

function send(view: View, card: Card, field: HTMLTextAreaElement, kind: Kind): void {
  const text = field.value.trim();
  if (!text) return;
  write(view, card, field, "");
  view.turn({ canned: null });
  if (kind !== "words")
    void view.give(kind === "note" ? "note" : "say", { contact_id: card.contact_id, text }).then((done) => done || write(view, card, field, text));
  else view.line.say(card.contact_id, text).catch((error: unknown) => view.refused(error));
}

const optionId = (card: Card, n: number): string => `canned-${card.contact_id}-${n}`;

function canned(view: View, card: Card): TemplateResult | typeof nothing {
  const offered = cannedOnOffer(view, card);
  if (offered.length === 0) return nothing;
  const at = Math.min(view.page.canned?.at ?? 0, offered.length - 1);
  const take = (event: Event, n: number): void => {
    const form = (event.currentTarget as HTMLElement).closest("form");
    useCanned(view, card, form?.elements.namedItem("words") as HTMLTextAreaElement, n);
  };
  return html`<ul class="canned" role="listbox" id="canned-${card.contact_id}" aria-label=${view.say("canned")}
    data-testid="canned">
    ${offered.map(
      ({ name, text }, n) => html`<li role="option" id=${optionId(card, n)} aria-selected=${n === at ? "true" : "false"}
        data-testid="canned-text" @mousedown=${(event: Event) => event.preventDefault()}
        @click=${(event: Event) => take(event, n)}><b>/${name}</b><span dir="auto">${text}</span></li>`,
    )}
  </ul>`;
}

function modes(view: View, card: Card, isNote: boolean): TemplateResult {
  const choose = (note: boolean): void => view.turn({ noting: noting(view.page.noting, card.contact_id, note) });
  return html`<div class="modes">
    <button type="button" aria-pressed=${isNote ? "false" : "true"} data-testid="mode-say"
      @click=${() => choose(false)}>${view.say("mode.say")}<kbd>I</kbd></button>
    <button type="button" aria-pressed=${isNote ? "true" : "false"} data-testid="mode-note"
      @click=${() => choose(true)}>${view.say("mode.note")}<kbd>N</kbd></button>
    ${isNote || view.desk.cannedTexts.length === 0 ? nothing : html`<span class="quiet canned-hint">${view.say("canned.hint")}</span>`}
    ${lookUp(view, card)}
  </div>`;
}

function lookUp({ say, turn }: View, card: Card): TemplateResult {
  return html`<button type="button" class="look-up" data-testid="look-up" aria-keyshortcuts="K" title=${say("knowledge.title")}
    @click=${() => turn({ seeking: card.contact_id })}>${icons.book(16)}${say("knowledge")}<kbd>K</kbd></button>`;
}

export function noting(before: ReadonlySet<string>, id: string, isNote: boolean): ReadonlySet<string> {
  const next = new Set(before);
  if (isNote) next.add(id);
  else next.delete(id);
  return next;
}
