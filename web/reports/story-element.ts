import { html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import { ending } from "../shared/disposition";
import * as icons from "../shared/icons";
import { running } from "../shared/instants";
import { ask, refusalIn, Refused } from "../shared/request";
import { contactHash } from "./address";
import { told } from "./story";
import { storyStyles } from "./styles/story";
import type { SayReports } from "./view";
import { asStory, type Briefed, type Story } from "./wire";

/** One contact: what was known, what happened and what was said, as far as it may be passed on. */
export class StoryOfContact extends LitElement {
  static override styles = [controls, storyStyles];
  static override properties = { say: { attribute: false }, locale: {}, queues: { attribute: false }, contact: {} };

  declare say: SayReports;
  declare locale: string;
  declare queues: ReadonlyMap<string, string>;
  /** Which one. */
  declare contact: string;
  #story: Story | null = null;
  #trouble: string | null = null;
  #asked = 0;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("contact")) return;
    this.#story = null;
    void this.#look();
  }

  protected override render(): TemplateResult {
    const { say } = this;
    return html`<section aria-label=${say("story.of")}>
      <a class="back" href="#reports" data-testid="back" @click=${this.#back}>${icons.back(16)}${say("back.contacts")}</a>
      <div role="status">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="story-trouble">${icons.warning(18)}${this.#trouble}</p>`}
        ${this.#story === null && this.#trouble === null ? html`<p class="quiet">${say("story.asking")}</p>` : nothing}</div>
      ${this.#story === null ? nothing : this.#told(this.#story)}
    </section>`;
  }

  /** To where the reader came from, if it was from here. */
  readonly #back = (event: Event): void => {
    if (history.length <= 1) return;
    event.preventDefault();
    history.back();
  };

  #told({ contact, story }: Story): TemplateResult {
    const { say } = this;
    return html`<h2 tabindex="-1" data-testid="headline"><bdi>${contact.headline}</bdi></h2>
      <div class="columns">
        <div>${this.#known(contact)}${this.#notes(contact)}${this.#before(contact)}</div>
        <div><h3>${say("story.what")}</h3>
          <ol class="steps" data-testid="story">${story.map((step) => {
            const words = told(say, this.locale, this.queues, step);
            return words === null ? nothing : html`<li data-type=${step.type}>${this.#time(step.at)}<span>${words}</span></li>`;
          })}</ol></div>
        <div>${this.#said(contact)}</div>
      </div>`;
  }

  #time(at: string): TemplateResult {
    const written = new Intl.DateTimeFormat(this.locale, { hour: "numeric", minute: "2-digit", second: "2-digit" });
    return html`<time class="num quiet" datetime=${at}>${written.format(new Date(at))}</time>`;
  }

  #known(contact: Briefed): TemplateResult {
    const { say, locale } = this;
    const { customer, verification, consent } = contact;
    const entered = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(contact.entered_at));
    const rows: readonly (readonly [string, unknown])[] = [
      [say("col.entered"), entered],
      [say("line"), this.queues.get(contact.queue) ?? contact.queue],
      [say("by.channel"), say("channel", { channel: contact.channel })],
      [say("language"), new Intl.DisplayNames(locale, { type: "language" }).of(contact.language) ?? contact.language],
      [say("customer"), customer ? `${customer.name} · ${customer.number}` : say("customer.unproved")],
      ...(verification.method ? [[say("verification_rate"), say("verified.by", { ...verification, method: verification.method })] as const] : []),
      [say("topic"), contact.topic_label ?? say("topic.none")],
      ...contact.facts.map((fact) => [fact.label, fact.value] as const),
      [say("col.waited"), running(contact.waited_seconds, locale)],
      [say("col.outcome"), say("outcome", { outcome: contact.outcome ?? contact.state })],
      ...(contact.disposition ? [[say("disposition"), say("disposition.is", ending(contact.disposition))] as const] : []),
      [say("consent"), say("consent.is", { consent: String(consent) })],
    ];
    return html`<h3>${say("story.known")}</h3><dl data-testid="known">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
      ${contact.tried.length === 0 ? nothing : html`<ul class="tried">${contact.tried.map((each) => html`<li>${say("tried.outcome", each)}</li>`)}</ul>`}`;
  }

  #notes({ notes }: Briefed): TemplateResult | typeof nothing {
    if (notes.length === 0) return nothing;
    return html`<h3>${this.say("story.notes")}</h3><ul class="notes" data-testid="notes">${notes.map(
      (note) => html`<li><b><bdi>${note.agent_name ?? ""}</bdi></b> ${this.#time(note.at)}<p dir="auto">${note.text}</p></li>`,
    )}</ul>`;
  }

  #before({ history: earlier }: Briefed): TemplateResult | typeof nothing {
    if (earlier.length === 0) return nothing;
    const day = new Intl.DateTimeFormat(this.locale, { dateStyle: "medium" });
    return html`<h3>${this.say("story.before")}</h3><ul>${earlier.map(
      (past) => html`<li><a href=${contactHash(past.contact_id)}>${day.format(new Date(past.at))}</a> <bdi>${past.topic_label ?? ""}</bdi></li>`,
    )}</ul>`;
  }

  #said({ transcript, consent }: Briefed): TemplateResult {
    const { say } = this;
    return html`<h3>${say("story.said")}</h3>
      ${consent === false ? html`<p class="notice" data-testid="hidden">${say("story.hidden")}</p>` : nothing}
      ${transcript.length === 0 ? html`<p class="quiet">${say("story.nothing")}</p>` : nothing}
      <ol class="said" data-testid="said">${transcript.map(
        (said) => html`<li class=${said.author}><span class="who">${said.agent_name ? html`<bdi>${said.agent_name}</bdi>` : say("author", { author: said.author })} ${this.#time(said.at)}</span>
          <p dir="auto">${said.text}</p></li>`,
      )}</ol>`;
  }

  async #look(): Promise<void> {
    const asked = (this.#asked += 1);
    this.#trouble = null;
    try {
      const story = asStory(await ask(`/api/v1/supervisor/contacts/${encodeURIComponent(this.contact)}`));
      if (asked !== this.#asked) return;
      this.#story = story;
      if (story === null) this.#trouble = this.say("story.trouble");
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#trouble = error instanceof Refused ? this.say("report.refused", { ...refusalIn(error) }) : this.say("story.trouble");
    }
    this.requestUpdate();
  }
}

if (!customElements.get("hf-story")) customElements.define("hf-story", StoryOfContact);
