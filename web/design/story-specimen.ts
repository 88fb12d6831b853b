import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import "../reports/erase-element";
import { storyStyles } from "../reports/styles/story";
import { story } from "../reports/views/story";
import { reportsWords } from "../reports/words/index";
import { controls } from "../shared/controls";
import { Words } from "../shared/words";
import { asParts } from "./parts";
import { type EraseSample, type StorySample, usualSteps, usualStory } from "./story-samples";

const QUEUES = new Map([["cards", "Cards"]]);

/** One contact's story in one state, with no service behind it. */
export class StorySpecimen extends LitElement {
  static override styles = [
    controls,
    storyStyles,
    css`
      .story { display: grid; gap: 14px; }
    `,
  ];
  static override properties = { sample: { attribute: false } };
  declare sample: StorySample;
  readonly #words = new Words(this, reportsWords);

  protected override render(): TemplateResult {
    const { sample } = this;
    const { recordings = [], hearings = new Map(), isUnknown = false, isAdmin = false } = sample;
    const nothing = (): void => undefined;
    const view = {
      ...{ say: this.#words.say, locale: this.#words.locale, queues: QUEUES, isAdmin },
      recordings: { list: recordings, hearings: new Map(hearings), isUnknown },
      ...{ hear: nothing, askAgain: nothing, askToErase: nothing },
    };
    return html`<div class="story">${story(view, { contact: { ...usualStory, ...sample.contact }, story: sample.steps ?? usualSteps })}</div>`;
  }

  protected override updated(): void {
    asParts(this.renderRoot);
    // A page full of samples makes no sound by itself.
    for (const sound of this.renderRoot.querySelectorAll("audio")) sound.pause();
  }
}

/** The question whether what was said is to be erased, behind a button, and what becomes of it. */
export class EraseSpecimen extends LitElement {
  static override styles = [controls];
  static override properties = { sample: { attribute: false }, isOpen: { state: true } };
  declare sample: EraseSample;
  declare isOpen: boolean;
  readonly #words = new Words(this, reportsWords);

  constructor() {
    super();
    this.isOpen = false;
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    return html`<button class="button" data-testid="open-${this.sample.name}" @click=${() => (this.isOpen = true)}>${say("erase")}</button>
      ${this.isOpen ? html`<hf-erase .say=${say} .erase=${this.sample.erase} @done=${() => (this.isOpen = false)}></hf-erase>` : nothing}`;
  }
}

customElements.define("hf-story-specimen", StorySpecimen);
customElements.define("hf-erase-specimen", EraseSpecimen);
