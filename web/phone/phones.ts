import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { controls } from "../shared/controls";
import "../shared/language-element";
import { Words } from "../shared/words";
import { adding } from "./adding";
import { freeAddress, type Kind, wishes } from "./presets";
import { addingStyles } from "./styles";
import { phoneWords } from "./words/index";

interface Telephone {
  readonly id: number;
  /** null: as the page's address has it. */
  readonly address: string | null;
}

/** The page: one telephone, or several side by side, each with a line and a number of its own. */
export class Phones extends LitElement {
  static override styles = [
    controls,
    addingStyles,
    css`
      :host { display: block; }
      .many { display: flex; flex-direction: column; gap: 14px; min-height: 100vh; padding: 20px 24px 24px; }
      .many > header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; }
      .many h1 { font-size: 25px; letter-spacing: -0.022em; }
      .many > header a { margin-inline-start: auto; color: var(--hf-accent-ink); font-size: 14px; }
      .many > div { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 18px; }
      .many holdfast-phone { min-height: 0; max-width: 440px; }
    `,
  ];
  static override properties = { telephones: { state: true } };
  declare telephones: readonly Telephone[];
  readonly #words = new Words(this, phoneWords);
  readonly #wishes = wishes(location.search);
  #count = 0;

  constructor() {
    super();
    this.telephones = [null, ...this.#wishes.beside].map((address) => this.#telephone(address));
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    const isOne = this.telephones.length === 1;
    const header = html`<header><h1>${say("telephones")}</h1>${adding(say, this.#add)}<a href="/">${say("home")}</a><hf-language></hf-language></header>`;
    return html`<main class=${isOne ? "" : "many"}>${isOne ? nothing : header}<div>${repeat(
      this.telephones,
      ({ id }) => id,
      ({ id, address }) => html`<holdfast-phone .number=${address} .add=${this.#add}
        .beside=${isOne ? null : { remove: () => this.#remove(id) }}></holdfast-phone>`,
    )}</div></main>`;
  }

  readonly #add = (kind: Kind): void => {
    const taken = this.telephones.map(({ address }) => address ?? this.#wishes.mine);
    this.telephones = [...this.telephones, this.#telephone(freeAddress(kind, taken))];
  };

  #remove(id: number): void {
    this.telephones = this.telephones.filter((telephone) => telephone.id !== id);
  }

  #telephone(address: string | null): Telephone {
    this.#count += 1;
    return { id: this.#count, address };
  }
}
