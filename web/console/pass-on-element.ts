import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { ask, refusalIn } from "../shared/request";
import { asColleagues, chosen, type Colleagues, neighbour, type Target, targets, transfer, type Way, WAYS } from "./colleagues";
import type { Card } from "./desk";
import { passOnStyles } from "./styles/pass-on";
import type { SayConsole } from "./view";

const EVERY_MS = 3000;

export type Order = (type: string, fields: object) => Promise<void>;

/**
 * Whom to pass a contact on to, or to ask into it, how, and with which note. Opens as a modal when it is put on the page, asks every three
 * seconds who is free, and dispatches `done` when the contact is on its way or the agent has thought better of it.
 */
export class PassOn extends LitElement {
  static override styles = [controls, passOnStyles, css`:host { display: contents; }`];
  static override properties = {
    say: { attribute: false },
    card: { attribute: false },
    order: { attribute: false },
    look: { attribute: false },
  };

  declare say: SayConsole;
  declare card: Card;
  declare order: Order;
  /** Who there is to choose from. */
  declare look: () => Promise<unknown>;
  #told: Colleagues | null = null;
  #typed = "";
  #key: string | null = null;
  #way: Way = "cold";
  /** The first list: who is quicker than that is answered once it is there. */
  #asked: Promise<void> = Promise.resolve();
  #isBusy = false;
  #isDone = false;
  #trouble: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.look = () => ask("/api/v1/agent/colleagues");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#asked = this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
    this.renderRoot.querySelector<HTMLElement>("[name=sought]")?.focus();
  }

  protected override updated(): void {
    this.renderRoot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  protected override render(): TemplateResult {
    const { say } = this;
    const list = this.#list();
    const target = chosen(list, this.#key);
    const name = this.card.customer?.name ?? say("caller.unknown");
    return html`<dialog aria-labelledby="heading" data-testid="pass-on-dialog" @close=${() => this.#done()}
      @keydown=${this.#keydown}>
      <form @submit=${(event: SubmitEvent) => void this.#submit(event)}>
        <h2 id="heading">${say("pass-on.title", { way: this.#way, name })}</h2>
        <input class="input" name="sought" type="search" data-testid="pass-on-search" autocomplete="off" role="combobox"
          aria-expanded=${list.length > 0 ? "true" : "false"} aria-controls=${list.length > 0 ? "targets" : nothing} aria-activedescendant=${target ? rowId(target) : nothing}
          aria-label=${say("pass-on.search")} placeholder=${say("pass-on.search")} @input=${this.#sought} />
        ${this.#targets(list, target)}
        ${this.#ways(target)}
        <label class="field"><span>${say("pass-on.note", { way: this.#way })}</span>
          <textarea class="input" name="note" rows="3" maxlength="4000" dir="auto" data-testid="pass-on-note"
            placeholder=${say("pass-on.note.hint")}></textarea></label>
        <div role="alert">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="pass-on-trouble">${icons.warning(18)}<span dir="auto">${this.#trouble}</span></p>`}</div>
        <div class="buttons">
          <button class="button" type="button" @click=${() => this.#close()}>${say("cancel")}</button>
          <button class="button primary" data-testid="pass-on-send" ?disabled=${target === null || this.#isBusy}>
            ${say("pass-on.send", { way: this.#way, name: target?.name ?? "" })}</button>
        </div>
      </form>
    </dialog>`;
  }

  #list(): Target[] {
    return this.#told ? targets(this.#told, this.card.channel, this.card.queue, this.#typed) : [];
  }

  #targets(list: readonly Target[], target: Target | null): TemplateResult {
    const { say } = this;
    if (this.#told === null) return html`<p class="quiet loading" role="status">${say("empty.loading")}</p>`;
    if (list.length === 0) return html`<p class="quiet loading" role="status">${say("pass-on.nobody")}</p>`;
    return html`<ul id="targets" role="listbox" aria-label=${say("pass-on.list")}>
      ${list.map((item) => html`<li role="option" id=${rowId(item)} data-testid="target" data-key=${item.key}
        data-free=${String(item.isFree)} aria-selected=${item.key === target?.key ? "true" : "false"}
        aria-disabled=${item.canBeChosen ? "false" : "true"}
        @click=${() => item.canBeChosen && this.#turn(() => (this.#key = item.key))}>
        <i class=${item.isFree ? "free" : ""}>${item.queue ? icons.people(18) : icons.person(18)}</i>
        <b dir="auto">${item.name}</b><span>${this.#state(item)}</span></li>`)}
    </ul>`;
  }

  #state({ isFree, colleague, queue }: Target): string {
    const { say } = this;
    if (queue)
      return queue.is_open ? say("pass-on.queue", { waiting: queue.waiting, free: queue.free }) : say("pass-on.closed");
    if (colleague?.presence === "ready")
      return isFree ? say("pass-on.free", { n: colleague.free[this.card.channel] ?? 0 }) : say("pass-on.full");
    return colleague?.presence === "signed_out" || !colleague?.reason
      ? say("presence.signed_out")
      : say("reason", { reason: colleague.reason });
  }

  /** Cold: gone at once, the caller keeps the place. Warm: the agent stays until the colleague takes it. Join: the agent stays. */
  #ways(target: Target | null): TemplateResult {
    const { say } = this;
    const name = target?.name ?? "";
    const way = (way: Way): TemplateResult =>
      html`<label class="mode"><input type="radio" name="mode" .checked=${this.#way === way}
        data-testid="pass-on-${way}" @change=${() => this.#turn(() => (this.#way = way))} />
        <span><b>${say(`pass-on.${way}`)}</b><small>${say(`pass-on.${way}.note`, { name })}</small></span></label>`;
    return html`<fieldset class="modes"><legend class="unseen">${say("pass-on.how")}</legend>${WAYS.map(way)}</fieldset>`;
  }

  readonly #sought = (event: Event): void =>
    this.#turn(() => (this.#typed = (event.target as HTMLInputElement).value));

  readonly #keydown = (event: KeyboardEvent): void => {
    event.stopPropagation(); // the console's own keys rest
    if (event.key === "Escape") {
      event.preventDefault(); // or a field for searching would only be emptied
      this.#close();
    }
    const target = event.target as HTMLElement;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && target instanceof HTMLInputElement && target.type === "search") {
      event.preventDefault();
      const list = this.#list();
      this.#turn(() => (this.#key = neighbour(list, chosen(list, this.#key)?.key ?? null, step)));
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing)
      this.renderRoot.querySelector("form")?.requestSubmit();
  };

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const note = ((event.target as HTMLFormElement).elements.namedItem("note") as HTMLTextAreaElement).value;
    if (this.#told === null) await this.#asked;
    const target = chosen(this.#list(), this.#key);
    if (target === null || this.#isBusy || this.#isDone) return;
    this.#turn(() => (this.#isBusy = true));
    try {
      await this.order("transfer", transfer(this.card.contact_id, target, this.#way, note));
      this.#close();
    } catch (error) {
      this.#trouble = this.say("refused", { ...refusalIn(error) });
    } finally {
      this.#turn(() => (this.#isBusy = false));
    }
  }

  async #look(): Promise<void> {
    try {
      this.#told = asColleagues(await this.look()) ?? this.#told;
    } catch {
      // What was told last stands; the order itself is refused if it is wrong.
    }
    if (!this.isConnected) return;
    this.requestUpdate();
    this.#timer = setTimeout(() => void this.#look(), EVERY_MS);
  }

  #turn(change: () => unknown): void {
    change();
    this.requestUpdate();
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

const rowId = (target: Target): string => `target-${target.key.replace(/[^\w-]/gu, "-")}`;

if (!customElements.get("hf-pass-on")) customElements.define("hf-pass-on", PassOn);
