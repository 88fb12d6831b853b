import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Agent } from "./agent-wire";
import { controls } from "./controls";
import * as icons from "./icons";
import { Refused } from "./request";
import "./language-element";
import { signIn } from "./session";
import { Words } from "./words";
import { sharedWords } from "./words/index";

/** The form that agents and supervisors sign in with. Dispatches `signed-in` with the agent; the password is not kept. */
export class SignIn extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; place-items: center; min-height: 100vh; padding: 24px; }
      main, form { width: min(372px, 100%); }
      form {
        display: grid; gap: 18px; padding: 36px 36px 32px; border-radius: 20px; background: var(--hf-surface);
        box-shadow: var(--hf-shadow);
      }
      .sign {
        display: grid; place-items: center; width: 52px; height: 52px; border-radius: 15px;
        background: var(--hf-accent); color: var(--hf-on-accent);
      }
      h1 { font-size: 27px; letter-spacing: -0.025em; }
      h1 + p { margin-block-start: -14px; }
      .notice { border-radius: 10px; }
      .button { min-height: 48px; font-size: 16px; }
      hf-language { justify-self: center; margin-block-end: -10px; }
    `,
  ];
  static override properties = { heading: {}, note: {}, told: { attribute: false }, isPart: { type: Boolean }, trouble: { state: true }, isBusy: { state: true } };

  declare heading: string;
  declare note: string;
  /** Why somebody has to sign in again; null where they don't come from anywhere. */
  declare told: string | null;
  /** It stands amid a page instead of being one. */
  declare isPart: boolean;
  declare trouble: string | null;
  declare isBusy: boolean;

  readonly #words = new Words(this, sharedWords);

  constructor() {
    super();
    this.told = null;
    this.isPart = false;
    this.trouble = null;
    this.isBusy = false;
  }

  protected override render(): TemplateResult {
    return this.isPart ? this.#form() : html`<main>${this.#form()}</main>`;
  }

  #form(): TemplateResult {
    const { say } = this.#words;
    return html`<form @submit=${(event: SubmitEvent) => void this.#submit(event)}>
      <span class="sign">${icons.mark(30)}</span>
      <h1>${this.heading}</h1>
      <p class="quiet">${this.note}</p>
      ${this.told === null ? nothing : html`<p class="notice" role="status" data-testid="session-over">${this.told}</p>`}
      <label class="field"><span>${say("sign-in.username")}</span>
        <input class="input" name="username" data-testid="username" autocomplete="username" autocapitalize="none"
          spellcheck="false" maxlength="80" required autofocus /></label>
      <label class="field"><span>${say("sign-in.password")}</span>
        <input class="input" name="password" data-testid="password" type="password" autocomplete="current-password"
          maxlength="1000" required /></label>
      ${this.trouble === null ? nothing : html`<p class="notice bad" role="alert" data-testid="trouble">${this.trouble}</p>`}
      <button class="button primary" data-testid="sign-in"
        ?disabled=${this.isBusy}>${this.isBusy ? say("sign-in.entering") : say("sign-in.enter")}</button>
      <hf-language></hf-language>
    </form>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
    this.isBusy = true;
    this.trouble = null;
    try {
      const agent: Agent = await signIn(field("username").value.trim(), field("password").value);
      this.dispatchEvent(new CustomEvent("signed-in", { detail: agent }));
      form.reset();
    } catch (error) {
      const { say } = this.#words;
      this.trouble = error instanceof Refused ? say("sign-in.refused", { code: error.code, message: error.message }) : say("sign-in.away");
      field("password").select();
    } finally {
      this.isBusy = false;
    }
  }
}

if (!customElements.get("hf-sign-in")) customElements.define("hf-sign-in", SignIn);
