import { css, html, LitElement, type TemplateResult } from "lit";
import { controls } from "./controls";
import { choose, type Language, LANGUAGES } from "./language";
import { Words } from "./words";
import { sharedWords } from "./words/index";

/** The switch of the page's language. Each language is called by its own name, so that everybody finds the way back. */
export class LanguageSwitch extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: inline-block; }
      select {
        min-height: 36px; max-width: 100%; padding: 4px 8px; border: 1px solid var(--hf-line);
        border-radius: var(--hf-radius-small); background: transparent; color: var(--hf-ink-2); font-size: 14px;
        cursor: pointer;
      }
      select:hover { background: var(--hf-surface); }
      option { background: var(--hf-surface); color: var(--hf-ink); }
    `,
  ];

  readonly #words = new Words(this, sharedWords);

  protected override render(): TemplateResult {
    const { say, language } = this.#words;
    return html`<select data-testid="language" title=${say("language")} aria-label=${say("language")} @change=${this.#chosen}>
      ${Object.entries(LANGUAGES).map(([tag, name]) => html`<option value=${tag} lang=${tag} .selected=${tag === language}>${name}</option>`)}
    </select>`;
  }

  readonly #chosen = (event: Event): void => choose((event.target as HTMLSelectElement).value as Language);
}

if (!customElements.get("hf-language")) customElements.define("hf-language", LanguageSwitch);
