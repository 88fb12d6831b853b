import { html, LitElement, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import "../shared/language-element";
import "../shared/left-element";
import "../shared/sign-in";
import { Words } from "../shared/words";
import { comment, MEASURES, question, surveyStyles } from "../survey/form";
import { surveyWords } from "../survey/words/index";
import { type ConsoleSample, CONTACTS, OFFERS, RAILS, card } from "./agent-samples";
import { LAUNCHERS, PANELS, type WidgetSample } from "./caller-samples";
import { BOARDS } from "./board-samples";
import "./board-specimen";
import { ConsoleSpecimen } from "./console-specimen";
import { PHONES, SOFTPHONES } from "./phone-samples";
import "./phone-specimen";
import { ROOM_SAMPLES } from "./settings-samples";
import "./settings-specimen";
import { ERASURES, STORIES } from "./story-samples";
import "./story-specimen";
import { designStyles } from "./styles";
import { WidgetSpecimen } from "./widget-specimen";
import { designWords } from "./words/index";

customElements.define("hf-widget-specimen", WidgetSpecimen);
customElements.define("hf-console-specimen", ConsoleSpecimen);

const PARTS = ["tokens", "controls", "launcher", "widget", "survey", "rail", "offer", "contact", "dialog", "softphone", "board", "story", "settings", "phone", "entry"] as const;
type Part = (typeof PARTS)[number];
const COLOURS = [
  "ground", "surface", "raised", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "on-accent", "accent-ink", "accent-wash",
  "brass", "brass-wash", "good", "good-wash", "warn", "warn-wash", "bad", "bad-wash",
];
const TYPES = [12.5, 14, 15, 17, 20, 28, 46];
const SPACES = ["1", "2", "3", "4", "5", "6", "7"];
const BUTTONS = ["", "primary", "danger", "plain", "small"];
const BADGES = ["", "good", "warn", "bad", "brass"];
const DIALOGS: readonly ConsoleSample[] = [
  { name: "pass_on", desk: { cards: [card()] } },
  { name: "knowledge", desk: { cards: [] } },
];

/** The parts that the address asks for, `?parts=offer,contact`; all of them where it asks for none. */
function wantedParts(): readonly Part[] {
  const wanted = new URLSearchParams(location.search).get("parts")?.split(",") ?? PARTS;
  return PARTS.filter((part) => wanted.includes(part));
}

/** Every component in every state, for who draws them and for who looks whether all is well. */
export class Design extends LitElement {
  static override styles = [controls, surveyStyles, designStyles];

  readonly #words = new Words(this, designWords);
  readonly #asked = new Words(this, surveyWords);
  readonly #parts = wantedParts();

  protected override updated(): void {
    document.title = this.#words.say("title.page");
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    return html`<div class="page">
      <header>${icons.mark(38)}<h1>${say("title")}</h1><hf-language></hf-language><p>${say("lead")}</p></header>
      <nav aria-label=${say("parts")}>${this.#parts.map((part) => html`<a href="#${part}">${say(part)}</a>`)}</nav>
      <main data-testid="design">${this.#parts.map((part) => html`<section id=${part} data-testid="part-${part}" aria-label=${say(part)}><h2>${say(part)}</h2>${this.#part(part)}</section>`)}</main>
    </div>`;
  }

  #part(part: Part): TemplateResult {
    switch (part) {
      case "tokens":
        return this.#tokens();
      case "controls":
        return this.#controls();
      case "launcher":
        return widgets(LAUNCHERS, false);
      case "widget":
        return widgets(PANELS, true);
      case "survey":
        return html`<form class="survey">${MEASURES.map((measure) => question(this.#asked, { measure, says: null }))}${comment(this.#asked.say)}</form>`;
      case "rail":
        return console_(RAILS, "rail", "narrow");
      case "offer":
        return console_(OFFERS, "offer", "wide");
      case "contact":
        return console_(CONTACTS, "contact", "wide");
      case "dialog":
        return console_(DIALOGS, "dialog", "narrow");
      case "softphone":
        return specimens(SOFTPHONES, "narrow", (sample) => html`<hf-softphone-specimen .sample=${sample}></hf-softphone-specimen>`);
      case "board":
        return specimens(BOARDS, "wide", (sample) => html`<hf-board-specimen .sample=${sample}></hf-board-specimen>`);
      case "story":
        return html`${specimens(STORIES, "wide", (sample) => html`<hf-story-specimen .sample=${sample}></hf-story-specimen>`)}
          ${specimens(ERASURES, "narrow", (sample) => html`<hf-erase-specimen .sample=${sample}></hf-erase-specimen>`)}`;
      case "settings":
        return specimens(ROOM_SAMPLES, "wide", (sample) => html`<hf-settings-specimen .sample=${sample}></hf-settings-specimen>`);
      case "phone":
        return specimens(PHONES, "wide", (sample) => html`<hf-phone-specimen .sample=${sample}></hf-phone-specimen>`);
      case "entry":
        return html`<hf-sign-in isPart heading="Holdfast" note=${this.#words.say("entry")} .told=${this.#words.say("notice")}></hf-sign-in>`;
    }
  }

  #tokens(): TemplateResult {
    const { say } = this.#words;
    return html`<h3>${say("colours")}</h3>
      <div class="swatches">${COLOURS.map((name) => html`<div><i .style=${`background: var(--hf-${name})`}></i><code>${name}</code></div>`)}</div>
      <h3>${say("type")}</h3>
      <div class="types">${TYPES.map((size) => html`<p .style=${`font-size: ${size}px`}>${say("type.sample")}<code>${size}</code></p>`)}</div>
      <h3>${say("space")}</h3>
      <div class="spaces">${SPACES.map((n) => html`<div><i .style=${`width: var(--hf-${n})`}></i><code>${n}</code></div>`)}</div>`;
  }

  #controls(): TemplateResult {
    const { say } = this.#words;
    return html`<div class="row">${BUTTONS.map((kind) => html`<button class="button ${kind}">${icons.tick(17)}${say("button")}</button>`)}
        <button class="button primary" disabled>${say("button")}</button>
        <button class="icon-button" aria-label=${say("button")} title=${say("button")}>${icons.pencil()}</button></div>
      <div class="row">
        <label class="field"><span>${say("field")}</span><input class="input" placeholder=${say("field.placeholder")} /></label>
        <label class="field"><span>${say("field")}</span><input class="input" .value=${say("type.sample")} dir="auto" /></label>
        <label class="field"><span>${say("field")}</span><textarea class="input" rows="2" dir="auto" placeholder=${say("field.placeholder")}></textarea></label></div>
      <div class="row">${BADGES.map((kind) => html`<span class="badge ${kind}">${icons.shield(15)}${say("badge")}</span>`)}</div>
      <div class="row"><p class="notice">${icons.clock(18)}${say("notice")}</p><p class="notice bad">${icons.warning(18)}${say("notice.bad")}</p></div>`;
  }
}

function widgets(samples: readonly WidgetSample[], isOpen: boolean): TemplateResult {
  return specimens(samples, isOpen ? "" : "narrow", (sample) => html`<hf-widget-specimen .sample=${sample} .isOpen=${isOpen}></hf-widget-specimen>`);
}

function console_(samples: readonly ConsoleSample[], part: string, width: string): TemplateResult {
  return specimens(samples, width, (sample) => html`<hf-console-specimen .sample=${sample} .kind=${part}></hf-console-specimen>`);
}

/** Each state with its name above it. */
function specimens<S extends { readonly name: string }>(samples: readonly S[], width: string, draw: (sample: S) => TemplateResult): TemplateResult {
  return html`<div class="specimens ${width}">${samples.map((sample) => html`<figure data-testid="specimen" data-state=${sample.name}><figcaption dir="ltr">${sample.name}</figcaption>${draw(sample)}</figure>`)}</div>`;
}
