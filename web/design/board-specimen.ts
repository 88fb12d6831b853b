import { css, html, LitElement, type TemplateResult } from "lit";
import { emptyDesk } from "../console/desk";
import { Talk } from "../console/talk-element";
import { consoleWords } from "../console/words/index";
import { reportsWords } from "../reports/words/index";
import { controls } from "../shared/controls";
import { Words } from "../shared/words";
import { styles } from "../supervisor/styles/board";
import { firstPage, type View } from "../supervisor/view";
import { board } from "../supervisor/views/board";
import { supervisorWords } from "../supervisor/words/index";
import { type BoardSample, usual } from "./board-samples";
import { NOW } from "./caller-samples";
import { asParts } from "./parts";

if (!customElements.get("hf-talk")) customElements.define("hf-talk", Talk);

/** The supervisor's board in one state, with nobody behind it. */
export class BoardSpecimen extends LitElement {
  static override styles = [
    controls,
    styles,
    css`
      :host { min-height: 0; }
      .board { display: grid; grid-template-columns: minmax(0, 1fr); gap: 26px; }
    `,
  ];
  static override properties = { sample: { attribute: false } };
  declare sample: BoardSample;
  readonly #words = new Words(this, supervisorWords);
  readonly #ofConsole = new Words(this, consoleWords);
  readonly #ofReports = new Words(this, reportsWords);

  protected override render(): TemplateResult {
    return html`<div class="board">${board(this.#view(), this.#ofConsole.say)}</div>`;
  }

  protected override updated(): void {
    asParts(this.renderRoot);
  }

  #view(): View {
    const { sample } = this;
    return {
      say: this.#words.say,
      sayReports: this.#ofReports.say,
      locale: this.#words.locale,
      board: { ...usual, ...sample.board },
      today: sample.today ?? new Map(),
      desk: { ...emptyDesk, link: "open", isLive: true, ...sample.desk },
      page: { ...firstPage, ...sample.page },
      now: NOW,
      turn: () => undefined,
      give: () => Promise.resolve(true),
    };
  }
}

customElements.define("hf-board-specimen", BoardSpecimen);
