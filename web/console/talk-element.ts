import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Caption, Said, Texts } from "../shared/agent-wire";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { timeOfDay } from "../shared/instants";
import { languageOfWords } from "../shared/written";
import type { Pending } from "./desk";
import { atEnd, earlier, kept, later, type Shown } from "./shown";
import { talkStyles } from "./styles/talk";
import type { SayConsole } from "./view";

/** So near an end of what stands on the page, in pixels, more of it comes. */
const NEAR = 400;

/**
 * A contact's words. An element of its own, so that a frame about another contact doesn't draw these again; of a long talk only
 * a part stands on the page. Dispatches `again` with words that were refused and are to be sent once more.
 */
export class Talk extends LitElement {
  static override styles = [controls, talkStyles];
  static override properties = {
    say: { attribute: false },
    locale: {},
    language: {},
    said: { attribute: false },
    pending: { attribute: false },
    captions: { attribute: false },
    texts: { attribute: false },
    connectedAt: {},
    whose: {},
    isLive: { type: Boolean },
    isTyping: { type: Boolean },
  };

  declare say: SayConsole;
  declare locale: string;
  /** The contact's, in which its words are written. */
  declare language: string;
  declare said: readonly Said[];
  declare pending: readonly Pending[];
  declare captions: readonly Caption[];
  declare texts: Texts;
  declare connectedAt: string | null;
  /** Whose contact it is, where it is somebody else's. */
  declare whose: string | undefined;
  declare isLive: boolean;
  declare isTyping: boolean;
  #isAtEnd = true;
  #shape = "";
  #shown: Shown = { first: 0, past: 0 };
  #anchor: { readonly message: HTMLElement; readonly top: number } | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("said")?.length ?? 0;
    const count = this.said.length;
    if (this.#isAtEnd) this.#shown = atEnd(count);
    else if (changed.has("said")) this.#shown = kept(this.#shown, before, count);
  }

  protected override render(): TemplateResult {
    const { first, past } = this.#shown;
    const joined = this.connectedAt ? this.said.findIndex((said) => said.at >= (this.connectedAt ?? "")) : -1;
    return html`<div class="talk" role="log" aria-live=${this.#isAtEnd ? "polite" : "off"} aria-label=${this.say("talk")} tabindex="0" @scroll=${this.#scrolled}>
      ${repeat(
        this.said.slice(first, past),
        (said) => said.seq,
        (said, n) => html`${first + n === joined && joined > 0 ? this.#divider() : nothing}${this.#message(said, this.said[first + n - 1])}`,
      )}
      ${past === this.said.length ? this.#now(joined) : nothing}
    </div>
    ${this.#isAtEnd ? nothing : html`<button class="button small newest" data-testid="newest" @click=${this.#toEnd}>${icons.down(16)}${this.say("talk.newest")}</button>`}`;
  }

  /** What stands behind the last message: what is being said, what is on its way, who is writing. */
  #now(joined: number): TemplateResult {
    return html`${joined === -1 && this.connectedAt ? this.#divider() : nothing}
      ${this.captions.map((caption) => this.#guess(caption))}
      ${repeat(
        this.pending,
        (said) => said.client_id,
        (said) => this.#onItsWay(said),
      )}
      ${this.isTyping ? this.#typing() : nothing}`;
  }

  protected override firstUpdated(): void {
    const list = this.#list();
    if (list) new ResizeObserver(() => this.#stay()).observe(list);
  }

  protected override updated(): void {
    const [list, anchor] = [this.#list(), this.#anchor];
    this.#anchor = null;
    if (list && anchor) list.scrollTop = anchor.message.offsetTop - anchor.top;
    this.#stay();
  }

  #list(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".talk");
  }

  #stay(): void {
    const list = this.#list();
    if (list && this.#isAtEnd) list.scrollTop = list.scrollHeight;
  }

  readonly #scrolled = (event: Event): void => {
    const list = event.target as HTMLElement;
    const shape = `${list.clientWidth} ${list.clientHeight} ${list.scrollHeight}`;
    // A change of shape scrolls by itself; only the reader's own scrolling leaves the end.
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#stay();
      return;
    }
    const below = list.scrollHeight - list.scrollTop - list.clientHeight;
    const { first, past } = this.#shown;
    const isAtEnd = past === this.said.length && below < 48;
    if (isAtEnd !== this.#isAtEnd) this.requestUpdate();
    this.#isAtEnd = isAtEnd;
    if (isAtEnd) return;
    if (first > 0 && list.scrollTop < NEAR) this.#show(list, earlier(this.#shown));
    else if (past < this.said.length && below < NEAR) this.#show(list, later(this.#shown, this.said.length));
  };

  /** Another part of the talk; what the reader looks at stays where it is. */
  #show(list: HTMLElement, shown: Shown): void {
    const message = [...list.querySelectorAll<HTMLElement>(".message[data-testid=message]")].find(
      (one) => one.offsetTop + one.offsetHeight > list.scrollTop,
    );
    this.#anchor = message ? { message, top: message.offsetTop - list.scrollTop } : null;
    this.#shown = shown;
    this.requestUpdate();
  }

  readonly #toEnd = (): void => {
    this.#isAtEnd = true;
    this.requestUpdate();
    this.#list()?.focus();
  };

  #divider(): TemplateResult {
    const time = timeOfDay(this.connectedAt ?? undefined, this.locale);
    return html`<div
      class="divider"><span>${this.whose === undefined ? this.say("joined", { time }) : this.say("joined.other", { name: this.whose, time })}</span></div>`;
  }

  #words(text: string): TemplateResult {
    return html`<p dir="auto" lang=${languageOfWords(text, this.language)}>${text}</p>`;
  }

  #message(said: Said, before: Said | undefined): TemplateResult {
    const follows = before?.author === said.author && before.agent_name === said.agent_name;
    const name = said.author === "agent" && said.agent_name ? said.agent_name : this.say(`from.${said.author}`);
    return html`<div class="message ${said.author} ${follows ? "follows" : ""}" data-testid="message"
      data-author=${said.author} data-seq=${said.seq}>
      <span class="who" ?hidden=${follows}><bdi>${name}</bdi> <time
        class="num">${timeOfDay(said.at, this.locale)}</time></span>
      <div class="bubble">${this.#words(said.text)}</div>
      ${said.author === "agent" ? this.#arrival(said) : nothing}
    </div>`;
  }

  /** Still being said, and still changing: not read out until it stands. */
  #guess(caption: Caption): TemplateResult {
    return html`<div class="message ${caption.author} guess" data-testid="caption" data-author=${caption.author}
      aria-live="off"><div class="bubble">${this.#words(`${caption.text} …`)}</div></div>`;
  }

  #typing(): TemplateResult {
    return html`<div class="message caller" data-testid="typing"><p class="bubble dots" role="img"
      aria-label=${this.say("typing")}><i></i><i></i><i></i></p></div>`;
  }

  /** What became of a text. */
  #arrival(said: Said): TemplateResult | typeof nothing {
    const text = this.texts[said.seq];
    if (!text) return nothing;
    return html`<span class="arrival ${text.error ? "lost" : ""}" data-testid="arrival"
      data-status=${text.status}>${this.say("arrival", { status: text.status, error: text.error ?? "" })}</span>`;
  }

  #onItsWay(said: Pending): TemplateResult {
    const words = said.failed
      ? this.say("sending.failed")
      : this.isLive
        ? this.say("sending")
        : this.say("sending.later");
    const again = (): boolean => this.dispatchEvent(new CustomEvent("again", { detail: said }));
    return html`<div class="message agent pending ${said.failed ? "failed" : ""}" data-testid="pending"><div
      class="bubble">${this.#words(said.text)}</div><span class="who">${said.failed ? icons.warning(13) : icons.clock(13)}${words}${said.failed ? html`<button class="link" data-testid="again" @click=${again}>${this.say("sending.again")}</button>` : nothing}</span></div>`;
  }
}
