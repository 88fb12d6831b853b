import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Agent } from "../../shared/agent-wire";
import { controls } from "../../shared/controls";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import { Following, Ticking } from "../../shared/store";
import type { SayConsole } from "../view";
import type { Named } from "./device";
import type { Softphone } from "./softphone";
import { softphoneStyles } from "./styles";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** The agent's telephone in the console: whether it can be rung, the call on it, and where calls ring. */
export class SoftphoneElement extends LitElement {
  static override styles = [controls, softphoneStyles];
  static override properties = {
    say: { attribute: false },
    locale: {},
    agent: { attribute: false },
    softphone: { attribute: false },
    choose: { attribute: false },
    isPadOpen: { state: true },
    isChoosing: { state: true },
  };

  declare say: SayConsole;
  declare locale: string;
  declare agent: Agent;
  declare softphone: Softphone;
  /** Asks the service to ring elsewhere. */
  declare choose: (at: "softphone" | "phone") => void;
  declare isPadOpen: boolean;
  declare isChoosing: boolean;
  #isFollowing = false;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    new Following(this, this.softphone);
    new Ticking(this, () => this.softphone.state.call?.isOpen === true);
  }

  protected override updated(): void {
    const captions = this.renderRoot.querySelector(".captions");
    if (captions) captions.scrollTop = captions.scrollHeight;
  }

  protected override render(): TemplateResult {
    const { call, isWritten } = this.softphone.state;
    return html`<section aria-label=${this.say("phone")} data-testid="softphone" data-call=${call ? (call.isOpen ? "open" : "ringing") : "none"}>
      <div class="line">${icons.phone(18)}${this.#standing()}${this.#buttons()}</div>
      ${this.#trouble()}
      ${this.isPadOpen && call?.isOpen ? this.#keypad() : nothing}
      ${call?.isOpen && isWritten ? this.#written() : nothing}
      ${this.isChoosing ? this.#choices() : nothing}
    </section>`;
  }

  #standing(): TemplateResult {
    const { say, locale } = this;
    const { standing, call } = this.softphone.state;
    const isElsewhere = this.agent.ring_choice === "phone";
    const told = isElsewhere ? "elsewhere" : standing;
    const words = call?.isOpen
      ? html`${say("softphone.open")} <span class="num">${running((Date.now() - call.since) / 1000, locale)}</span>`
      : call
        ? say("softphone.rings")
        : say("softphone.standing", { standing: told, phone: this.agent.phone ?? "" });
    return html`<b role="status" data-testid="softphone-standing" data-standing=${told} class=${told}>${words}</b>`;
  }

  #buttons(): TemplateResult {
    const { say, softphone } = this;
    const { call } = softphone.state;
    const button = (testid: string, kind: string, label: string, icon: TemplateResult, act: () => void): TemplateResult =>
      html`<button class="icon-button ${kind}" data-testid=${testid} title=${label} aria-label=${label} @click=${act}>${icon}</button>`;
    const toggle = (): void => void (this.isChoosing = !this.isChoosing);
    if (!call) return button("softphone-settings", "", say("softphone.settings"), icons.sliders(18), toggle);
    if (!call.isOpen)
      return html`${button("softphone-answer", "take", say("softphone.answer"), icons.phone(18), () => softphone.answer())}
        ${button("softphone-hang-up", "end", say("softphone.decline"), icons.phone(18), () => softphone.hangUp())}`;
    return html`${button("softphone-keypad", "", say("softphone.keypad"), icons.keypad(18), () => void (this.isPadOpen = !this.isPadOpen))}
      ${button("softphone-settings", "", say("softphone.settings"), icons.sliders(18), toggle)}
      ${button("softphone-hang-up", "end", say("softphone.hang-up"), icons.phone(18), () => softphone.hangUp())}`;
  }

  /** Why nobody can ring here, what happens with calls meanwhile, and what can be done. */
  #trouble(): TemplateResult | typeof nothing {
    const { standing, why } = this.softphone.state;
    if (standing !== "gone" || this.agent.ring_choice === "phone") return nothing;
    const { phone } = this.agent;
    return html`<p class="trouble" role="alert" data-testid="softphone-trouble">${this.say("softphone.why", { why: why ?? "lost" })}
        ${phone ? this.say("softphone.instead", { phone }) : this.say("softphone.no-calls")}</p>
      <button class="button small" data-testid="softphone-retry" @click=${() => this.softphone.retry()}>${this.say("softphone.retry")}</button>`;
  }

  #keypad(): TemplateResult {
    return html`<div class="keys" role="group" aria-label=${this.say("softphone.keypad")} dir="ltr">${KEYS.map(
      (key) => html`<button class="key num" data-testid="softphone-key-${key}" @click=${() => this.softphone.press(key)}>${key}</button>`,
    )}</div>`;
  }

  #written(): TemplateResult {
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem("words") as HTMLInputElement;
      this.softphone.say(field.value);
      field.value = "";
    };
    const label = this.say("softphone.say");
    return html`<div class="captions" role="log" aria-label=${this.say("softphone.heard")} tabindex="0">${repeat(
        this.softphone.state.captions,
        (said) => said.id,
        (said) =>
          said.who === "event" || said.keys !== undefined
            ? nothing
            : html`<p class="caption ${said.who}" data-testid="softphone-caption" data-who=${said.who}><q dir="auto">${said.text}</q></p>`,
      )}</div>
      <form class="say" @submit=${submit}><input class="input" name="words" data-testid="softphone-say" dir="auto"
        maxlength="4000" autocomplete="off" placeholder=${label} aria-label=${label} /></form>`;
  }

  #choices(): TemplateResult {
    const { say, agent, softphone } = this;
    const { sounds, call } = softphone.state;
    const ring = (at: "softphone" | "phone", words: string): TemplateResult =>
      html`<label class="choice"><input type="radio" name="ring" data-testid="ring-at-${at}" .checked=${agent.ring_choice === at} ?disabled=${call !== null}
        @change=${() => this.choose(at)} /><span dir="auto">${words}</span></label>`;
    return html`<fieldset data-testid="softphone-choices"><legend class="label">${say("softphone.ring")}</legend>
        ${ring("softphone", say("softphone.ring.here"))}
        ${agent.phone ? ring("phone", say("softphone.ring.phone", { phone: agent.phone })) : nothing}
      </fieldset>
      ${sounds ? this.#sound("input", say("softphone.input"), sounds.inputs, sounds.input) : nothing}
      ${sounds ? this.#sound("output", say("softphone.output"), sounds.outputs, sounds.output) : nothing}`;
  }

  #sound(kind: "input" | "output", label: string, devices: readonly Named[], used: string | null): TemplateResult | typeof nothing {
    if (devices.length === 0) return nothing;
    const turn = (event: Event): void => this.softphone.use({ [kind]: (event.target as HTMLSelectElement).value });
    return html`<label class="field"><span>${label}</span><select class="input" data-testid="softphone-${kind}" @change=${turn}>
      ${devices.map(({ id, name }) => html`<option value=${id} ?selected=${id === used}>${name}</option>`)}
    </select></label>`;
  }
}
