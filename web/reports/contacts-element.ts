import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { running } from "../shared/instants";
import { ask, refusalIn, Refused } from "../shared/request";
import { askedIn, contactHash, contactsAddress, ONLY, onlyIn, rangeIn, reportHash } from "./address";
import { type Figure, isFigure, kindOf } from "./figures";
import { type Labels, learned, onlyName } from "./labels";
import { partOf } from "./parts";
import { contactsStyles } from "./styles/contacts";
import type { SayReports } from "./view";
import { asListed, type Behind } from "./wire";

/** The contacts behind a figure, those that came last first, with what each brings to it. */
export class Contacts extends LitElement {
  static override styles = [controls, contactsStyles];
  static override properties = { say: { attribute: false }, locale: {}, queues: { attribute: false }, query: {} };

  declare say: SayReports;
  declare locale: string;
  declare queues: ReadonlyMap<string, string>;
  /** What is asked for, as the page's address has it. */
  declare query: string;
  #contacts: readonly Behind[] = [];
  #next: string | null = null;
  #labels: Labels = new Map();
  #trouble: string | null = null;
  #isAsking = false;
  #asked = 0;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("query")) return;
    [this.#contacts, this.#next] = [[], null];
    void this.#look(null);
  }

  get #figure(): Figure {
    const named = new URLSearchParams(this.query).get("figure");
    return isFigure(named) ? named : "entered";
  }

  protected override render(): TemplateResult {
    const { say } = this;
    const [figure, contacts] = [this.#figure, this.#contacts];
    const isOver = !this.#isAsking && this.#trouble === null;
    return html`<section aria-labelledby="contacts-of">
      ${this.#back()}
      <h2 id="contacts-of" tabindex="-1">${say("contacts.of", { figure: say(figure) })}</h2>
      <p class="quiet">${say(`formula.${figure}`)}</p>
      <p class="num" data-testid="contacts-range">${this.#range()}</p>
      ${contacts.length > 0 ? this.#table(figure) : nothing}
      <div role="status">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="contacts-trouble">${icons.warning(18)}${this.#trouble}</p>`}
        ${this.#isAsking ? html`<p class="quiet">${say("contacts.asking")}</p>` : nothing}
        ${isOver && contacts.length === 0 ? html`<p class="quiet none" data-testid="contacts-none">${say("contacts.none")}</p>` : nothing}
        ${isOver && contacts.length > 0 ? html`<p class="quiet">${say("contacts.shown", { n: contacts.length })}</p>` : nothing}</div>
      ${this.#next === null ? nothing : html`<button class="button" data-testid="contacts-more" ?disabled=${this.#isAsking} @click=${() => void this.#look(this.#next)}>${say("contacts.more")}</button>`}
    </section>`;
  }

  #back(): TemplateResult {
    const query = new URLSearchParams(this.query);
    const asked = { ...askedIn(query), only: {} };
    return html`<a class="back" href=${reportHash(asked)} data-testid="back">${icons.back(16)}${this.say("back")}</a>`;
  }

  #range(): TemplateResult {
    const query = new URLSearchParams(this.query);
    const range = rangeIn(query);
    const time = new Intl.DateTimeFormat(this.locale, { dateStyle: "medium", timeStyle: "short" });
    const only = onlyIn(query);
    const view = { say: this.say, queues: this.queues, labels: this.#labels };
    return html`${range ? time.formatRange(range.from, range.to) : nothing}${ONLY.map((key) => {
      const value = only[key];
      return value === undefined ? nothing : html` <span class="badge" data-testid="only-${key}"><bdi>${onlyName(view, key, value)}</bdi></span>`;
    })}`;
  }

  #table(figure: Figure): TemplateResult {
    const { say } = this;
    const isCount = kindOf(figure) === "count";
    return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="contacts-of"><table data-testid="contacts">
      <thead><tr><th scope="col">${say("col.entered")}</th><th scope="col">${say("line")}</th><th scope="col">${say("topic")}</th>
        <th scope="col">${say("col.waited")}</th><th scope="col">${say("col.outcome")}</th><th scope="col">${say("col.agent")}</th>
        ${isCount ? nothing : html`<th scope="col">${say("col.part")}</th>`}</tr></thead>
      <tbody>${repeat(
        this.#contacts,
        (contact) => contact.contact_id,
        (contact) => this.#row(contact, figure, isCount),
      )}</tbody></table></div>`;
  }

  #row(contact: Behind, figure: Figure, isCount: boolean): TemplateResult {
    const { say, locale } = this;
    const at = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" }).format(new Date(contact.entered_at));
    return html`<tr data-testid="contact-behind" data-contact=${contact.contact_id}>
      <th scope="row" class="num"><a href=${contactHash(contact.contact_id)} aria-label=${say("open", { time: at })}>${at}</a></th>
      <td><span class="with">${contact.channel === "voice" ? icons.phone(16) : icons.chat(16)}<span class="unseen">${say("channel", { channel: contact.channel })}</span><bdi>${this.queues.get(contact.queue) ?? contact.queue}</bdi></span></td>
      <td>${contact.topic_label ? html`<bdi>${contact.topic_label}</bdi>` : html`<span class="quiet">${say("topic.none")}</span>`}</td>
      <td class="num">${contact.waited_seconds === null ? "–" : running(contact.waited_seconds, locale)}</td>
      <td>${say("outcome", { outcome: contact.outcome ?? contact.state })}</td>
      <td><bdi>${contact.agent?.name ?? "–"}</bdi></td>
      ${isCount ? nothing : html`<td class="num" data-testid="part">${partOf(say, locale, figure, contact)}</td>`}
    </tr>`;
  }

  async #look(before: string | null): Promise<void> {
    const asked = (this.#asked += 1);
    this.#isAsking = true;
    this.requestUpdate();
    try {
      const listed = asListed(await ask(contactsAddress(new URLSearchParams(this.query), before)));
      if (asked !== this.#asked) return;
      this.#contacts = [...(before === null ? [] : this.#contacts), ...(listed?.contacts ?? [])];
      [this.#next, this.#trouble] = [listed?.next ?? null, null];
      this.#labels = learned(this.#labels, listed?.only);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#trouble = error instanceof Refused ? this.say("report.refused", { ...refusalIn(error) }) : this.say("contacts.trouble");
    }
    this.#isAsking = false;
    this.requestUpdate();
  }
}

if (!customElements.get("hf-contacts")) customElements.define("hf-contacts", Contacts);
