import { css, html, LitElement, type TemplateResult } from "lit";
import { styles } from "../settings/styles/settings";
import type { View } from "../settings/view";
import { DRAWN } from "../settings/views/rooms";
import { settingsWords } from "../settings/words/index";
import { controls } from "../shared/controls";
import { Words } from "../shared/words";
import { asParts } from "./parts";
import { editingOf, PEOPLE, SETTINGS, type SettingsSample } from "./settings-samples";

/** A room of the settings in one state, with no service behind it. */
export class SettingsSpecimen extends LitElement {
  static override styles = [
    controls,
    styles,
    css`
      :host { min-height: 0; }
    `,
  ];
  static override properties = { sample: { attribute: false } };
  declare sample: SettingsSample;
  readonly #words = new Words(this, settingsWords);

  protected override render(): TemplateResult {
    return html`<div class="room">${DRAWN[this.sample.room](this.#view())}</div>`;
  }

  protected override updated(): void {
    asParts(this.renderRoot);
  }

  #view(): View {
    const { sample } = this;
    const nothing = (): void => undefined;
    return {
      ...{ say: this.#words.say, locale: this.#words.locale, settings: SETTINGS, people: PEOPLE, me: "nadia", role: "admin" },
      ...{ versions: sample.versions ?? null, hasMoreVersions: (sample.versions ?? []).length > 0, only: null, asking: sample.asking ?? null },
      editing: (section) => editingOf(sample, section),
      may: () => sample.isTheirs !== true,
      ...{ open: nothing, edit: nothing, comment: nothing, save: nothing, discard: nothing, keepMine: nothing, takeTheirs: nothing },
      ...{ undo: nothing, more: nothing, history: nothing, ask: nothing },
      password: () => Promise.resolve(true),
    };
  }
}

customElements.define("hf-settings-specimen", SettingsSpecimen);
