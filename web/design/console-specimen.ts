import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Desk } from "../console/desk";
import "../console/knowledge-element";
import { Line } from "../console/line";
import "../console/pass-on-element";
import { contactStyles } from "../console/styles/contact";
import { Softphone } from "../console/softphone/softphone";
import { SoftphoneElement } from "../console/softphone/softphone-element";
import { frame } from "../console/styles/frame";
import { Talk } from "../console/talk-element";
import { firstPage, type View } from "../console/view";
import { contact } from "../console/views/contact";
import { offers } from "../console/views/offer";
import { rail } from "../console/views/rail";
import { consoleWords } from "../console/words/index";
import { controls } from "../shared/controls";
import { Words } from "../shared/words";
import { COLLEAGUES, type ConsoleSample, desk } from "./agent-samples";
import { NOW } from "./caller-samples";
import { asParts } from "./parts";

if (!customElements.get("hf-talk")) customElements.define("hf-talk", Talk);
if (!customElements.get("hf-softphone")) customElements.define("hf-softphone", SoftphoneElement);

/** A part of the console in one state, with nobody behind it. */
export class ConsoleSpecimen extends LitElement {
  static override styles = [
    controls,
    frame,
    contactStyles,
    css`
      :host { display: block; height: auto; min-height: 0; overflow: visible; }
      .rail { width: 268px; min-height: 560px; border-radius: 14px; }
      .offers { padding: 0; }
      .offer { animation: none; }
      .contact { height: 660px; }
    `,
  ];
  static override properties = { sample: { attribute: false }, kind: {}, opened: { state: true } };

  declare sample: ConsoleSample;
  declare kind: "rail" | "offer" | "contact" | "dialog";
  declare opened: boolean;
  readonly #words = new Words(this, consoleWords);
  readonly #line = new Line({
    origin: location.origin,
    onSignedOut: () => undefined,
    isSignedIn: () => Promise.resolve(true),
    now: () => NOW,
  });
  readonly #softphone = new Softphone({ tell: () => undefined, isAwaited: () => false });

  constructor() {
    super();
    this.opened = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const view = this.#view();
    const [card] = view.desk.cards;
    if (this.kind === "rail") return rail(view);
    if (this.kind === "offer") return html`${offers(view)}`;
    return card && this.kind === "contact" ? contact(view, card, true) : this.#dialog(view);
  }

  protected override updated(): void {
    asParts(this.renderRoot);
  }

  #dialog({ say, desk: { cards, knowledge } }: View): TemplateResult {
    const done = (): boolean => (this.opened = false);
    const opened =
      this.sample.name === "pass_on"
        ? html`<hf-pass-on .say=${say} .card=${cards[0]} .order=${() => Promise.resolve()} .look=${() => Promise.resolve(COLLEAGUES)} @done=${done}></hf-pass-on>`
        : html`<hf-knowledge .say=${say} .articles=${knowledge} .isCall=${false} @done=${done}></hf-knowledge>`;
    const label = this.sample.name === "pass_on" ? say("pass-on") : say("knowledge.title");
    return html`<button class="button" data-testid="open-${this.sample.name}" @click=${() => (this.opened = true)}>${label}</button>
      ${this.opened ? opened : nothing}`;
  }

  #view(): View {
    const state: Desk = { ...desk, ...this.sample.desk };
    this.#line.set({ ...state, selected: state.selected ?? state.cards[0]?.contact_id ?? null });
    return {
      say: this.#words.say,
      locale: this.#words.locale,
      desk: this.#line.state,
      page: { ...firstPage, ...this.sample.page },
      line: this.#line,
      softphone: this.#softphone,
      turn: () => undefined,
      give: () => Promise.resolve(true),
      refused: () => undefined,
      answer: () => undefined,
      signOut: () => undefined,
      drafts: new Map(),
      write: () => undefined,
      fill: () => undefined,
    };
  }
}
