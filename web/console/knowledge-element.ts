import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Article } from "../shared/agent-wire";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { found } from "./knowledge";
import { passOnStyles } from "./styles/pass-on";
import type { SayConsole } from "./view";

/**
 * The tenant's articles, to be looked through by words. Opens as a modal when it is put on the page; dispatches `chosen` with an
 * article that is to be used, and `done` when it is closed.
 */
export class Knowledge extends LitElement {
  static override styles = [
    controls,
    passOnStyles,
    css`
      :host { display: contents; }
      ul { max-height: min(360px, 46vh); }
      li { grid-template-columns: minmax(0, 1fr); gap: 2px; padding-block: 10px; }
      li span { text-align: start; font-size: 14.5px; overflow-wrap: anywhere; }
    `,
  ];
  static override properties = { say: { attribute: false }, articles: { attribute: false }, isCall: { type: Boolean } };

  declare say: SayConsole;
  declare articles: readonly Article[];
  /** Nothing can be sent to somebody on the telephone: the article is copied instead. */
  declare isCall: boolean;
  #typed = "";
  #at = 0;
  #isDone = false;

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override updated(): void {
    this.renderRoot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  protected override render(): TemplateResult {
    const { say } = this;
    const list = this.#list();
    return html`<dialog aria-labelledby="heading" data-testid="knowledge" @close=${() => this.#done()}
      @keydown=${this.#keydown}>
      <form @submit=${this.#submit}>
        <h2 id="heading">${say("knowledge.title")}</h2>
        <input class="input" type="search" data-testid="knowledge-search" autocomplete="off" dir="auto" role="combobox" maxlength="200"
          aria-expanded=${list.length > 0 ? "true" : "false"} aria-controls="articles" aria-activedescendant=${list.length > 0 ? `article-${this.#at}` : nothing}
          aria-label=${say("knowledge.search")} placeholder=${say("knowledge.search")} @input=${this.#sought} />
        ${this.#articles(list)}
        <div class="buttons">
          <button class="button" type="button" @click=${() => this.#close()}>${say("cancel")}</button>
          <button class="button primary" data-testid="knowledge-use" ?disabled=${list.length === 0}>${icons.copy(17)}${say(this.isCall ? "knowledge.copy" : "knowledge.put")}</button>
        </div>
      </form>
    </dialog>`;
  }

  #list(): readonly Article[] {
    return found(this.articles, this.#typed);
  }

  #articles(list: readonly Article[]): TemplateResult {
    const { say } = this;
    const none = this.articles.length === 0 ? say("knowledge.empty") : say("knowledge.none");
    if (list.length === 0) return html`<p class="quiet loading" role="status" id="articles">${none}</p>`;
    return html`<ul id="articles" role="listbox" aria-label=${say("knowledge.list")}>
      ${list.map((article, n) => html`<li role="option" id="article-${n}" data-testid="article" data-article=${article.id}
        aria-selected=${n === this.#at ? "true" : "false"} @click=${() => this.#use(article)}>
        <b dir="auto">${article.title}</b><span dir="auto">${article.text}</span></li>`)}
    </ul>`;
  }

  readonly #sought = (event: Event): void => {
    this.#typed = (event.target as HTMLInputElement).value;
    this.#at = 0;
    this.requestUpdate();
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    event.stopPropagation(); // the console's own keys rest
    if (event.key === "Escape") {
      event.preventDefault(); // or a field for searching would only be emptied
      this.#close();
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const count = this.#list().length;
    if (step === 0 || count === 0 || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    this.#at = (this.#at + step + count) % count;
    this.requestUpdate();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const article = this.#list()[this.#at];
    if (article) this.#use(article);
  };

  #use(article: Article): void {
    this.dispatchEvent(new CustomEvent("chosen", { detail: article }));
    this.#close();
  }

  /** The console has its keys back at once: the dialog's own event comes later than the next key may. */
  #close(): void {
    this.renderRoot.querySelector("dialog")?.close();
    this.#done();
  }

  #done(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.dispatchEvent(new CustomEvent("done"));
  }
}

if (!customElements.get("hf-knowledge")) customElements.define("hf-knowledge", Knowledge);
