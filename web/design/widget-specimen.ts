import { css, LitElement, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import { tokens } from "../shared/tokens";
import { Words } from "../shared/words";
import { surveyStyles } from "../survey/form";
import { Caller } from "../widget/caller";
import { Keep, memoryShelf } from "../widget/keep";
import { unread } from "../widget/state";
import { frame } from "../widget/styles/frame";
import { more } from "../widget/styles/more";
import { talk } from "../widget/styles/talk";
import { ticket } from "../widget/styles/ticket";
import { closedPanel, type View } from "../widget/view";
import { launcher } from "../widget/views/launcher";
import { panel } from "../widget/views/panel";
import { widgetWords } from "../widget/words/index";
import { NOW, stateOf, type WidgetSample } from "./caller-samples";
import { asParts } from "./parts";

const LINK = "https://bank.example/help#holdfast=48217730:a-token-that-opens-nothing";

/** The widget as it is in one state, with nobody behind it. */
export class WidgetSpecimen extends LitElement {
  static override styles = [
    tokens,
    controls,
    frame,
    ticket,
    talk,
    surveyStyles,
    more,
    css`
      :host { position: static; display: inline-block; }
      .panel { height: 680px; max-width: 100%; animation: none; }
    `,
  ];
  static override properties = { sample: { attribute: false }, isOpen: { type: Boolean } };

  declare sample: WidgetSample;
  declare isOpen: boolean;
  readonly #words = new Words(this, widgetWords(location.origin));
  readonly #caller = new Caller({
    server: location.origin,
    queue: () => null,
    language: () => "en",
    keep: new Keep(memoryShelf()),
    now: () => NOW,
  });

  protected override render(): TemplateResult {
    const view = this.#view();
    return this.isOpen ? panel(view) : launcher(view);
  }

  protected override updated(): void {
    asParts(this.renderRoot);
    const talked = this.renderRoot.querySelector(".talk");
    if (talked) talked.scrollTop = talked.scrollHeight;
  }

  #view(): View {
    const { say, locale } = this.#words;
    const state = stateOf(this.sample);
    return {
      say,
      locale,
      brand: say("brand"),
      state,
      panel: { ...closedPanel, isOpen: this.isOpen, ...this.sample.panel },
      caller: this.#caller,
      unread: this.sample.name === "unread" ? unread(state, 0) : 0,
      turn: () => undefined,
      wish: () => undefined,
      link: state.phase === "waiting" ? LINK : null,
      canNotify: true,
      notify: () => undefined,
      download: () => undefined,
      canReclaim: ["contained", "left", "abandoned"].includes(state.outcome ?? ""),
    };
  }
}
