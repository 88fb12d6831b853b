import { html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { troubleIn } from "./recordings";
import { eraseStyles } from "./styles/erase";
import type { SayReports } from "./view";

/**
 * Whether what was said is to be erased: what goes, what stays, and that nobody brings it back. Opens as a modal when it is put on the
 * page; dispatches `done` when it was erased, or is to be kept.
 */
export class Erase extends LitElement {
  static override styles = [controls, eraseStyles];
  static override properties = { say: { attribute: false }, erase: { attribute: false }, isBusy: { state: true } };

  declare say: SayReports;
  /** Erases it, or throws why not. */
  declare erase: () => Promise<void>;
  declare isBusy: boolean;
  #trouble: string | null = null;
  #isDone = false;

  constructor() {
    super();
    this.isBusy = false;
  }

  protected override firstUpdated(): void {
    this.#dialog?.showModal();
    this.#focus("keep");
  }

  protected override render(): TemplateResult {
    const { say, isBusy } = this;
    return html`<dialog aria-labelledby="heading" aria-describedby="never" data-testid="erase-dialog" @close=${this.#closed} @keydown=${this.#keydown}>
      <h2 id="heading" tabindex="-1">${say("erase.title")}</h2>
      <p id="never" class="never">${icons.warning(18)}<span>${say("erase.never")}</span></p>
      <h3>${say("erase.goes")}</h3>
      <ul class="goes">${(["said", "noted", "who"] as const).map((what) => html`<li>${icons.cross(16)}<span>${say(`erase.goes.${what}`)}</span></li>`)}</ul>
      <h3>${say("erase.stays")}</h3>
      <ul class="stays"><li>${icons.tick(16)}<span>${say("erase.stays.steps")}</span></li></ul>
      <div role="alert">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="erase-trouble">${icons.warning(18)}<span dir="auto">${this.#trouble}</span></p>`}</div>
      <div class="buttons"><span role="status" class="quiet">${isBusy ? say("erase.running") : nothing}</span>
        <button class="button" id="keep" data-testid="erase-no" ?disabled=${isBusy} @click=${() => this.#close()}>${say("erase.no")}</button>
        <button class="button danger" id="erase" data-testid="erase-yes" ?disabled=${isBusy} @click=${() => void this.#erase()}>${say("erase.yes")}</button></div>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!this.isBusy) this.#close();
  };

  /** By another way than ours. While it is being erased nobody can keep it: the outcome is waited for. */
  readonly #closed = (): void => {
    if (this.isBusy) this.#dialog?.showModal();
    else this.#done();
  };

  async #erase(): Promise<void> {
    if (this.isBusy) return;
    [this.isBusy, this.#trouble] = [true, null];
    this.#focus("heading"); // a button that is disabled would lose it
    try {
      await this.erase();
      this.isBusy = false;
      this.#close();
    } catch (error) {
      this.#trouble = this.say("erase.refused", { ...troubleIn(error) });
      this.isBusy = false;
      await this.updateComplete;
      this.#focus("erase");
    }
  }

  #focus(id: string): void {
    this.renderRoot.querySelector<HTMLElement>(`#${id}`)?.focus();
  }

  #close(): void {
    this.#dialog?.close();
    this.#done();
  }

  #done(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.dispatchEvent(new CustomEvent("done"));
  }
}

if (!customElements.get("hf-erase")) customElements.define("hf-erase", Erase);
