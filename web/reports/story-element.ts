import { html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { ask, refusalIn, Refused } from "../shared/request";
import "./erase-element";
import { Recordings } from "./recordings";
import { storyStyles } from "./styles/story";
import type { SayReports } from "./view";
import { story, type StoryView } from "./views/story";
import { asStory, mayBeRecorded, type Story } from "./wire";

/** One contact's story, as far as it may be passed on: read, listened to, and by an admin erased. */
export class StoryOfContact extends LitElement {
  static override styles = [controls, storyStyles];
  static override properties = {
    say: { attribute: false },
    locale: {},
    queues: { attribute: false },
    contact: {},
    isAdmin: { type: Boolean },
    isAsking: { state: true },
  };

  declare say: SayReports;
  declare locale: string;
  declare queues: ReadonlyMap<string, string>;
  /** Which one. */
  declare contact: string;
  /** Who looks may erase. */
  declare isAdmin: boolean;
  /** Whether it is to be erased is being asked. */
  declare isAsking: boolean;
  readonly #recordings = new Recordings(
    () => this.requestUpdate(),
    () => void this.#lookAgain(),
  );
  #story: Story | null = null;
  #trouble: string | null = null;
  #asked = 0;
  /** The recording whose button or player has the focus, while it is drawn anew. */
  #focused: { readonly element: Element; readonly n: string } | null = null;

  constructor() {
    super();
    this.isAdmin = false;
    this.isAsking = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#recordings.turnTo(null);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const element = this.shadowRoot?.activeElement;
    const n = element?.closest<HTMLElement>("[data-n]")?.dataset.n;
    this.#focused = element && n !== undefined ? { element, n } : null;
    if (!changed.has("contact")) return;
    this.#story = null;
    this.isAsking = false;
    void this.#recordings.turnTo(null);
    void this.#look();
  }

  /** Where a recording's button has become its player, or words, the focus goes along. */
  protected override updated(): void {
    if (this.#focused === null || this.#focused.element.isConnected) return;
    const row = this.renderRoot.querySelector(`[data-n="${this.#focused.n}"]`);
    (row?.querySelector("audio") ?? row?.querySelector<HTMLElement>(".why"))?.focus();
  }

  protected override render(): TemplateResult {
    const { say } = this;
    return html`<section aria-label=${say("story.of")}>
      <a class="back" href="#reports" data-testid="back" @click=${this.#back}>${icons.back(16)}${say("back.contacts")}</a>
      <div role="status">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="story-trouble">${icons.warning(18)}${this.#trouble}</p>`}
        ${this.#story === null && this.#trouble === null ? html`<p class="quiet">${say("story.asking")}</p>` : nothing}</div>
      ${this.#story === null ? nothing : story(this.#view(), this.#story)}
      ${this.isAsking ? html`<hf-erase .say=${say} .erase=${() => this.#erase()} @done=${() => void this.#answered()}></hf-erase>` : nothing}
    </section>`;
  }

  #view(): StoryView {
    return {
      ...{ say: this.say, locale: this.locale, queues: this.queues, isAdmin: this.isAdmin },
      recordings: this.#recordings,
      hear: (n) => void this.#recordings.hear(n),
      askAgain: () => void this.#recordings.again(),
      askToErase: () => (this.isAsking = true),
    };
  }

  /** To where the reader came from, if it was from here. */
  readonly #back = (event: Event): void => {
    if (history.length <= 1) return;
    event.preventDefault();
    history.back();
  };

  get #address(): string {
    return `/api/v1/supervisor/contacts/${encodeURIComponent(this.contact)}`;
  }

  async #look(): Promise<void> {
    const asked = (this.#asked += 1);
    this.#trouble = null;
    try {
      const found = asStory(await ask(this.#address));
      if (asked !== this.#asked) return;
      this.#story = found;
      if (found === null) this.#trouble = this.say("story.trouble");
      void this.#recordings.turnTo(found && mayBeRecorded(found) ? this.contact : null);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#trouble = error instanceof Refused ? this.say("report.refused", { ...refusalIn(error) }) : this.say("story.trouble");
    }
    this.requestUpdate();
  }

  /** After a hearing, which is a step of its own now. Where it can't be had, what stands there stays. */
  async #lookAgain(): Promise<void> {
    const asked = (this.#asked += 1);
    const found = asStory(await ask(this.#address).catch(() => null));
    if (asked !== this.#asked || found === null) return;
    this.#story = found;
    if (!mayBeRecorded(found)) void this.#recordings.turnTo(null);
    this.requestUpdate();
  }

  /** Throws as `ask` does. What was said is on no page any more once it is done, whatever can be read afterwards. */
  async #erase(): Promise<void> {
    await ask(`${this.#address}/erase`, { body: {} });
    this.#story = null;
    void this.#recordings.turnTo(null);
    await this.#look();
  }

  async #answered(): Promise<void> {
    this.isAsking = false;
    await this.updateComplete;
    const next = ["erased", "erase", "headline", "back"].map((name) => this.renderRoot.querySelector<HTMLElement>(`[data-testid="${name}"]`));
    next.find((element) => element !== null)?.focus();
  }
}

if (!customElements.get("hf-story")) customElements.define("hf-story", StoryOfContact);
