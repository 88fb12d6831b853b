import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { controls } from "./controls";
import * as icons from "./icons";
import { timeOfDay } from "./instants";
import { callbacks, type DueCallback, type LeftMessage, mark, messages, replyAddress, soundOf, type Spoken } from "./left";
import { leftStyles } from "./left-styles";
import { Words } from "./words";
import { sharedWords } from "./words/index";

const EVERY_MS = 8000;
const TABS = ["messages", "callbacks", "done"] as const;
type Tab = (typeof TABS)[number];

/**
 * What waits for somebody while nobody holds it: messages that were left, with where to answer and a mark for done, and the
 * callbacks in their order. Dispatches `count` with how many messages are open, also while it is `hidden`.
 */
export class Left extends LitElement {
  static override styles = [controls, leftStyles];
  static override properties = { queues: { attribute: false } };

  /** The queues' names by id. */
  declare queues: ReadonlyMap<string, string>;
  readonly #words = new Words(this, sharedWords);
  #tab: Tab = "messages";
  #messages: readonly LeftMessage[] | null = null;
  #done: readonly LeftMessage[] | null = null;
  #callbacks: readonly DueCallback[] | null = null;
  #isAway = false;
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.queues = new Map();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    const counts = { messages: this.#messages?.length ?? 0, callbacks: this.#callbacks?.length ?? 0, done: 0 };
    return html`<section aria-label=${say("left.title")}>
      <div class="tabs" role="tablist" aria-label=${say("left.title")} @keydown=${this.#arrows}>
        ${TABS.map((tab) => html`<button role="tab" id="tab-${tab}" data-testid="tab-${tab}" aria-controls="list"
          aria-selected=${tab === this.#tab ? "true" : "false"} tabindex=${tab === this.#tab ? 0 : -1}
          @click=${() => this.#turnTo(tab)}>${say("left.tab", { n: counts[tab], name: say(`left.${tab}`) })}</button>`)}
      </div>
      ${this.#isAway ? html`<p class="notice bad" role="status">${icons.warning(18)}${say("left.away")}</p>` : nothing}
      <div class="unseen" role="status" data-testid="left-told">${this.#told}</div>
      <div id="list" role="tabpanel" aria-labelledby="tab-${this.#tab}" tabindex="0">${this.#list()}</div>
    </section>`;
  }

  #list(): TemplateResult {
    const { say } = this.#words;
    const shown = { messages: this.#messages, callbacks: this.#callbacks, done: this.#done }[this.#tab];
    if (shown === null) return html`<p class="quiet none" aria-busy="true">${say("left.loading")}</p>`;
    if (shown.length === 0) return html`<p class="quiet none" data-testid="left-none">${say(`left.none.${this.#tab}`)}</p>`;
    if (this.#tab === "callbacks")
      return html`<p class="quiet note">${say("left.callbacks.note")}</p><ul>${repeat(
        this.#callbacks ?? [],
        (due) => due.contact_id,
        (due) => this.#callback(due),
      )}</ul>`;
    return html`<ul>${repeat(
      shown as readonly LeftMessage[],
      (left) => left.contact_id,
      (left) => this.#message(left),
    )}</ul>`;
  }

  #message(left: LeftMessage): TemplateResult {
    const { say } = this.#words;
    const { done } = left;
    return html`<li data-testid="left-message" data-contact=${left.contact_id}>
      <p class="meta num"><b dir="auto">${this.queues.get(left.queue) ?? left.queue}</b> · ${timeOfDay(left.left_at, this.#words.locale)}
        ${done === null ? nothing : html`<span class="badge good">${icons.tick(14)}${say("left.done.by", { name: done.by ?? "", time: timeOfDay(done.at, this.#words.locale) })}</span>`}</p>
      ${left.text === "" ? nothing : html`<p class="words" dir="auto">${left.text}</p>`}
      ${left.spoken ? this.#spoken(left.contact_id, left.spoken) : nothing}
      <p class="buttons">${this.#reply(left.reply_to)}
        <span class="gap"></span>
        ${
          done === null
            ? html`<button class="button small primary" data-testid="mark-done" @click=${() => void this.#mark(left, true)}>${icons.tick(16)}${say("left.mark")}</button>`
            : html`<button class="button small" data-testid="reopen" @click=${() => void this.#mark(left, false)}>${icons.undo(16)}${say("left.reopen")}</button>`
        }</p>
    </li>`;
  }

  #spoken(contactId: string, { state, seconds, recording }: Spoken): TemplateResult {
    const { say } = this.#words;
    const said = { recorded: say("left.spoken.recorded"), unwritten: say("left.spoken.unwritten") }[state] ?? null;
    const note = recording ? said : say("left.spoken.gone");
    return html`<p class="quiet num spoken" data-testid="spoken" data-state=${state}>${icons.microphone(15)}<span>${say("left.spoken.for", { n: seconds ?? 0 })}${note === null ? nothing : html` · ${note}`}</span></p>
      ${recording ? html`<audio controls preload="none" data-testid="sound" src=${soundOf(contactId)} aria-label=${say("left.spoken.play")}></audio>` : nothing}`;
  }

  #reply(to: string): TemplateResult {
    const { say } = this.#words;
    if (to === "") return html`<span class="quiet">${say("left.reply.none")}</span>`;
    const address = replyAddress(to);
    const copy = (): void =>
      void navigator.clipboard.writeText(to).then(
        () => this.#tell(say("left.copied", { to })),
        () => undefined,
      );
    return html`${address === null ? html`<bdi>${to}</bdi>` : html`<a href=${address} data-testid="reply-to" aria-label=${say("left.reply", { to })}><bdi>${to}</bdi></a>`}
      <button class="icon-button" title=${say("left.copy", { to })} aria-label=${say("left.copy", { to })} @click=${copy}>${icons.copy(16)}</button>`;
  }

  #callback(due: DueCallback): TemplateResult {
    const { say } = this.#words;
    const isLater = due.callback_at !== null && Date.parse(due.callback_at) > Date.now();
    return html`<li data-testid="due-callback" data-contact=${due.contact_id}>
      <p class="meta num"><b dir="auto">${this.queues.get(due.queue) ?? due.queue}</b> · ${say("left.position", { n: due.position })} · ${timeOfDay(due.entered_at, this.#words.locale)}</p>
      <p class="words num"><bdi>${due.number ?? ""}</bdi>${due.topic_label ? html` <span class="quiet" dir="auto">${due.topic_label}</span>` : nothing}</p>
      <p class="buttons quiet num">${due.state === "offered" ? say("left.offered") : say("left.tries", { n: due.tries })}${isLater ? html` · ${say("left.not-before", { time: timeOfDay(due.callback_at, this.#words.locale) })}` : nothing}</p>
    </li>`;
  }

  async #mark(left: LeftMessage, done: boolean): Promise<void> {
    try {
      await mark(left.contact_id, done);
      this.#tell(this.#words.say(done ? "left.marked" : "left.reopened"));
    } catch {
      this.#isAway = true;
    }
    await this.#look();
    this.renderRoot.querySelector<HTMLElement>("#list")?.focus();
  }

  /** Asks anew: the open messages always, the other lists while they are looked at. */
  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#messages = await messages(false);
      if (!this.hidden) this.#callbacks = await callbacks();
      if (!this.hidden && this.#tab === "done") this.#done = await messages(true);
      this.#isAway = false;
    } catch {
      this.#isAway = true;
    }
    if (!this.isConnected) return;
    if (!this.#isAway) this.dispatchEvent(new CustomEvent("count", { detail: this.#messages?.length ?? 0 }));
    this.requestUpdate();
    this.#timer = setTimeout(() => void this.#look(), EVERY_MS);
  }

  #turnTo(tab: Tab): void {
    this.#tab = tab;
    this.requestUpdate();
    void this.#look();
  }

  readonly #arrows = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const way = getComputedStyle(this).direction === "rtl" ? -step : step;
    const next = TABS[(TABS.indexOf(this.#tab) + way + TABS.length) % TABS.length] ?? "messages";
    this.#turnTo(next);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
  };

  #tell(sentence: string): void {
    this.#told = sentence;
    this.requestUpdate();
  }
}

if (!customElements.get("hf-left")) customElements.define("hf-left", Left);
