import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Caption, Said, Texts } from "../shared/agent-wire";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { timeOfDay } from "../shared/instants";
import type { Pending } from "./desk";
import { talkStyles } from "./styles/talk";
import type { SayConsole } from "./view";

/** A contact's words. An element of its own, so that a frame about another contact doesn't draw these again. */
export class Talk extends LitElement {
  static override styles = [controls, talkStyles];
  static override properties = {
    say: { attribute: false },
    locale: {},
    said: { attribute: false },
    pending: { attribute: false },
    captions: { attribute: false },
    texts: { attribute: false },
    connectedAt: {},
    isLive: { type: Boolean },
  };

  declare say: SayConsole;
  declare locale: string;
  declare said: readonly Said[];
  declare pending: readonly Pending[];
  declare captions: readonly Caption[];
  declare texts: Texts;
  declare connectedAt: string | null;
  declare isLive: boolean;
  #isAtEnd = true;
  #shape = "";

  protected override render(): TemplateResult {
    const joined = this.connectedAt ? this.said.findIndex((said) => said.at >= (this.connectedAt ?? "")) : -1;
    return html`<div class="talk" role="log" aria-label=${this.say("talk")} tabindex="0" @scroll=${this.#scrolled}>
      ${repeat(
        this.said,
        (said) => said.seq,
        (said, n) => html`${n === joined && n > 0 ? this.#divider() : nothing}${this.#message(said, this.said[n - 1])}`,
      )}
      ${joined === -1 && this.connectedAt ? this.#divider() : nothing}
      ${this.captions.map((caption) => this.#guess(caption))}
      ${repeat(
        this.pending,
        (said) => said.client_id,
        (said) => this.#onItsWay(said),
      )}
    </div>`;
  }

  protected override firstUpdated(): void {
    const list = this.renderRoot.querySelector(".talk");
    if (list) new ResizeObserver(() => this.#stay()).observe(list);
  }

  protected override updated(): void {
    this.#stay();
  }

  #stay(): void {
    const list = this.renderRoot.querySelector(".talk");
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
    this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
  };

  #divider(): TemplateResult {
    return html`<div
      class="divider"><span>${this.say("joined", { time: timeOfDay(this.connectedAt ?? undefined, this.locale) })}</span></div>`;
  }

  #message(said: Said, before: Said | undefined): TemplateResult {
    const follows = before?.author === said.author;
    const name = said.author === "agent" && said.agent_name ? said.agent_name : this.say(`from.${said.author}`);
    return html`<div class="message ${said.author} ${follows ? "follows" : ""}" data-testid="message"
      data-author=${said.author}>
      <span class="who" ?hidden=${follows}><bdi>${name}</bdi> <time
        class="num">${timeOfDay(said.at, this.locale)}</time></span>
      <div class="bubble"><p dir="auto">${said.text}</p></div>
      ${said.author === "agent" ? this.#arrival(said) : nothing}
    </div>`;
  }

  /** Still being said, and still changing: not read out until it stands. */
  #guess(caption: Caption): TemplateResult {
    return html`<div class="message ${caption.author} guess" data-testid="caption" data-author=${caption.author}
      aria-live="off"><div class="bubble"><p dir="auto">${caption.text} …</p></div></div>`;
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
    return html`<div class="message agent pending ${said.failed ? "failed" : ""}" data-testid="pending"><div
      class="bubble"><p dir="auto">${said.text}</p></div><span class="who">${icons.clock(13)}${words}</span></div>`;
  }
}
