import { html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { running } from "../shared/instants";
import "../shared/language-element";
import { Following, Ticking } from "../shared/store";
import { Words } from "../shared/words";
import { adding, type Beside } from "./adding";
import { captions } from "./captions";
import { Ears } from "./ears";
import { Handset } from "./handset";
import { type Kind, LINES, wishes } from "./presets";
import { Sound } from "./sound";
import { isOver, isTalking, type State } from "./state";
import { addingStyles, phoneStyles } from "./styles";
import { texts } from "./texts";
import { phoneWords } from "./words/index";

const KEYS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;
const NAMES: Readonly<Record<string, string>> = { "*": "star", "#": "hash" };

/** A telephone in the browser: for people to call with, and, with `?as=client:…`, an agent's softphone. */
export class Phone extends LitElement {
  static override styles = [controls, addingStyles, phoneStyles];
  static override properties = { shown: { attribute: false }, isCompact: { type: Boolean }, beside: { attribute: false } };

  /** A state to be shown with no exchange behind it, as on the page of all components; null on a page of its own. */
  declare shown: State | null;
  /** An agent's softphone. */
  declare isCompact: boolean;
  /** One of several on the page: silent until somebody turns its sound on, and can be put away. */
  declare beside: Beside | null;
  /** The number of a telephone beside others; the page's address says that of a single one. */
  number: string | null = null;
  /** Puts another telephone beside this one. */
  add: ((kind: Kind) => void) | null = null;
  readonly #wishes = wishes(location.search);
  readonly #words = new Words(this, phoneWords);
  readonly #sound = new Sound();
  readonly #handset = new Handset({
    origin: location.origin,
    answersByItself: this.#wishes.answersByItself,
    sound: this.#sound,
  });
  readonly #ears = new Ears(
    (words) => this.#handset.say(words),
    () => this.requestUpdate(),
  );
  #mine = this.#wishes.as ?? this.#wishes.mine;
  #dial = this.#wishes.dial;
  #since = 0;

  constructor() {
    super();
    this.shown = null;
    this.isCompact = this.#wishes.as !== null;
    this.beside = null;
    new Following(this, this.#handset);
    new Ticking(this, () => isTalking(this.#handset.state));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.shown) return;
    if (this.number !== null) {
      this.#mine = this.number;
      this.#sound.turn(false);
    }
    this.#handset.start(this.#mine);
    this.#handset.follow((state) => {
      if (state.call?.status !== "in-progress") this.#since = 0;
      else this.#since ||= Date.now();
      if (isOver(state.call) && this.#ears.areOpen) this.#ears.close();
    });
    addEventListener("keydown", this.#key);
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#handset.stop();
    removeEventListener("keydown", this.#key);
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
  }

  protected override render(): TemplateResult {
    if (this.beside) return this.#oneOfSeveral(this.beside);
    const parts = this.isCompact ? this.#compact() : this.#page();
    const kind = this.isCompact ? `compact ${isTalking(this.#state) ? "talking" : ""}` : "page";
    return html`<div class="${kind} ${this.shown ? "shown" : ""}">${parts}</div>`;
  }

  protected override updated(): void {
    if (!this.shown) document.title = this.#words.say("title.page");
    const captions = this.renderRoot.querySelector(".captions");
    if (captions) captions.scrollTop = captions.scrollHeight;
    const written = this.renderRoot.querySelector(".texts .captions");
    if (written) written.scrollTop = written.scrollHeight;
  }

  get #state(): State {
    return this.shown ?? this.#handset.state;
  }

  #page(): TemplateResult {
    return html`<section class="set">
        ${this.#display()}${this.#numbers()}${this.#keypad()}${this.#buttons()}
      </section>
      <section class="said">
        <header><h1>${this.#words.say("captions")}</h1><a href="/">${this.#words.say("home")}</a><hf-language></hf-language></header>
        ${this.#captions()}${this.#hint()}${this.#talk()}
      </section>
      <section class="said texts">
        <header><h1>${this.#words.say("texts")}</h1>${this.add ? adding(this.#words.say, this.add) : nothing}</header>
        ${texts({ say: this.#words.say, texts: this.#state.texts, isOpen: this.#state.link === "open", write: (words, isWhatsApp) => this.#handset.write(this.#dial, words, isWhatsApp) })}
      </section>`;
  }

  #oneOfSeveral({ remove }: Beside): TemplateResult {
    const { say } = this.#words;
    return html`<section class="set slim" data-testid="telephone" aria-label=${this.#mine}>
      <header><h2 class="num" dir="ltr">${this.#mine}</h2><button class="icon-button" data-testid="put-away"
        title=${say("put-away")} aria-label=${say("put-away")} @click=${remove}>${icons.cross(18)}</button></header>
      ${this.#display()}${isOver(this.#state.call) ? this.#numbers() : nothing}${this.#captions()}${this.#hint()}${this.#talk()}${this.#keypad()}${this.#buttons()}
    </section>`;
  }

  #compact(): TemplateResult {
    const { call } = this.#state;
    const rings = call?.direction === "incoming" && call.status === "ringing";
    return html`<h1 class="unseen">${this.#words.say("title")}</h1>
      <div class="line">${icons.phone(18)}<b class="num" data-testid="call-status" data-status=${this.#status()}
        role="status">${this.#words.say("status.compact", { status: this.#statusWord() })} ${this.#clock()}</b>
        ${this.#speaker()}
        ${rings ? html`<button class="icon-button take" data-testid="answer" aria-label=${this.#words.say("answer")} @click=${() => this.#handset.answer()}>${icons.phone(18)}</button>` : nothing}
        ${isOver(call) ? nothing : html`<button class="icon-button end down" data-testid="hang-up" title=${this.#words.say("hang-up")} aria-label=${this.#words.say("hang-up")} @click=${() => this.#handset.hangUp()}>${icons.phone(18)}</button>`}
      </div>
      ${isTalking(this.#state) ? html`${this.#captions()}${this.#talk()}` : nothing}`;
  }

  #display(): TemplateResult {
    const { call, trouble } = this.#state;
    const other = call && !isOver(call) && call.direction === "incoming" ? call.from : this.#dial;
    return html`<div class="display">
      <b class="num" dir="ltr">${other}</b>
      <p><span class="num" data-testid="call-status" data-status=${this.#status()}
        role="status">${trouble ? html`<span class="bad">${trouble}</span>` : html`${this.#words.say("status", { status: this.#statusWord() })} ${this.#clock()}`}</span>${this.#speaker()}</p>
    </div>`;
  }

  #numbers(): TemplateResult {
    const isBusy = !isOver(this.#state.call);
    const mine = (event: Event): void =>
      this.#register((event.target as HTMLInputElement).value);
    const dial = (event: Event): void => this.#setDial((event.target as HTMLInputElement).value);
    return html`<label class="field"><span>${this.#words.say("mine")}</span>
        <input class="input num" dir="ltr" data-testid="my-number" .value=${this.#mine} ?disabled=${isBusy}
          @change=${mine} title=${this.#words.say("mine.note")} autocomplete="off" spellcheck="false" /></label>
      <label class="field"><span>${this.#words.say("dial")}</span>
        <input class="input num" dir="ltr" data-testid="dial-number" inputmode="tel" .value=${this.#dial}
          ?disabled=${isBusy} @input=${dial} autocomplete="off" spellcheck="false" /></label>
      <div class="presets">${LINES.map((line) => html`<button class="chip" ?disabled=${isBusy} aria-pressed=${line.number === this.#dial ? "true" : "false"} @click=${() => this.#setDial(line.number)}>${this.#words.say("preset.name", { name: line.name })}</button>`)}</div>`;
  }

  #keypad(): TemplateResult {
    return html`<div class="keys" role="group" aria-label=${this.#words.say("keypad")} dir="ltr">
      ${KEYS.map(([key, letters]) => html`<button class="key num" data-testid="key-${NAMES[key] ?? key}" aria-label=${key === "*" ? this.#words.say("key.star") : key === "#" ? this.#words.say("key.hash") : key} @click=${() => this.#press(key)}>${key}${letters ? html`<small>${letters}</small>` : nothing}</button>`)}
    </div>`;
  }

  #buttons(): TemplateResult {
    const { call, link } = this.#state;
    const rings = call?.direction === "incoming" && call.status === "ringing";
    const hangUp = html`<button class="button danger down" data-testid="hang-up"
      @click=${() => this.#handset.hangUp()}>${icons.phone()}${rings ? this.#words.say("decline") : this.#words.say("hang-up")}</button>`;
    if (rings)
      return html`<div class="call-row"><button class="button go" data-testid="answer"
        @click=${() => this.#handset.answer()}><span
        class="ring">${icons.phone()}</span>${this.#words.say("answer")}</button>${hangUp}</div>`;
    if (!isOver(call)) return html`<div class="call-row">${hangUp}</div>`;
    return html`<div class="call-row"><button class="button go" data-testid="call"
      ?disabled=${link !== "open" || !this.#dial.trim()}
      @click=${() => this.#handset.dial(this.#mine, this.#dial)}>${icons.phone()}${this.#words.say("call")}</button></div>`;
  }

  #captions(): TemplateResult {
    return captions(this.#words.say, this.#state.captions);
  }

  #hint(): TemplateResult {
    const { listening, isPlaying } = this.#state;
    const hears = listening?.input.includes("speech");
    const keys = listening?.input.includes("dtmf");
    const words =
      hears && keys
        ? this.#words.say("listening.both")
        : hears
          ? this.#words.say("listening")
          : this.#words.say("listening.keys", { n: listening?.digits ?? 0 });
    const wave = html`<span class="wave"><i></i><i></i><i></i></span>`;
    return html`<p class="hint" data-testid="listening" data-on=${listening ? "yes" : "no"}
      role="status">${listening ? html`${wave}${words}` : isPlaying ? html`${icons.speaker(17)}${this.#words.say("music")}` : nothing}</p>`;
  }

  #talk(): TemplateResult {
    const talks = isTalking(this.#state);
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem("words") as HTMLInputElement;
      this.#handset.say(field.value);
      field.value = "";
    };
    const label = talks ? this.#words.say("say") : this.#words.say("say.idle");
    const mic = this.#ears.areOpen ? this.#words.say("mic.on") : this.#words.say("mic.off");
    return html`<form class="say" @submit=${submit}>
      <input class="input" name="words" data-testid="say" dir="auto" maxlength="4000" autocomplete="off"
        placeholder=${label} aria-label=${label} ?disabled=${!talks} />
      ${
        Ears.exist
          ? html`<button class="button mic" type="button" data-testid="mic"
            aria-pressed=${this.#ears.areOpen ? "true" : "false"} title=${mic} aria-label=${mic} ?disabled=${!talks}
        @click=${() => (this.#ears.areOpen ? this.#ears.close() : this.#ears.open(navigator.language))}>${icons.microphone()}</button>`
          : nothing
      }
      <button class="button primary" data-testid="say-send" ?disabled=${!talks}>${this.#words.say("say.send")}</button>
    </form>`;
  }

  #speaker(): TemplateResult {
    const label = this.#sound.isOn ? this.#words.say("sound.on") : this.#words.say("sound.off");
    const toggle = (): void => {
      this.#sound.turn(!this.#sound.isOn);
      this.requestUpdate();
    };
    return html`<button class="icon-button" data-testid="sound" aria-pressed=${this.#sound.isOn ? "true" : "false"}
      title=${label} aria-label=${label}
      @click=${toggle}>${this.#sound.isOn ? icons.speaker(18) : icons.muted(18)}</button>`;
  }

  #status(): string {
    const { call, link } = this.#state;
    if (link !== "open") return "away";
    return call?.direction === "incoming" && call.status === "ringing" ? "incoming" : (call?.status ?? "idle");
  }

  /** As the catalogue can name it: `in-progress` is no name of a choice there. */
  #statusWord(): string {
    return this.#status().replaceAll("-", "_");
  }

  #clock(): string {
    return this.#since ? running((Date.now() - this.#since) / 1000, this.#words.locale) : "";
  }

  #register(number: string): void {
    this.#mine = number;
    this.#handset.register(number);
    this.requestUpdate();
  }

  #setDial(number: string): void {
    this.#dial = number;
    this.requestUpdate();
  }

  #press(key: string): void {
    this.#handset.press(key);
    if (isOver(this.#state.call)) this.#setDial(this.#dial + key);
  }

  readonly #wake = (): void => {
    if (document.visibilityState === "visible") this.#handset.wake();
  };

  /** Number keys press the keypad, unless somebody is writing. */
  readonly #key = (event: KeyboardEvent): void => {
    if (this.beside && !event.composedPath().includes(this)) return;
    const isWriting = event.composedPath()[0] instanceof HTMLInputElement;
    if (isWriting || event.altKey || event.ctrlKey || event.metaKey || !/^[\d*#]$/.test(event.key)) return;
    this.#press(event.key);
  };
}
