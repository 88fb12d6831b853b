import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { catalogue } from "../shared/catalogue";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { ask, Refused } from "../shared/request";
import { answersIn, comment, type Question, question, questionsIn, surveyStyles } from "../shared/survey-form";
import { en as judge } from "../shared/words/survey";
import { en as own } from "./words/survey";

type Step = "looking" | "asking" | "thanks" | "void" | "away";
const en = { ...judge, ...own };

/** The page behind a texted link: a question or two about one call. What opens it stands behind the `#`, and in no log. */
export class Survey extends LitElement {
  static override styles = [
    controls,
    surveyStyles,
    css`
      :host { display: grid; min-height: 100vh; place-items: center; }
      main {
        display: grid; gap: 18px; width: min(440px, 100% - 32px); margin-block: 32px; padding: 26px 26px 28px;
        border-radius: 18px; background: var(--hf-surface); box-shadow: var(--hf-shadow-small);
      }
      h1 { font-size: 24px; }
      .survey { gap: 20px; }
      .survey legend { font-size: 16px; }
      .scale span { min-height: 44px; }
      .notice { margin: 0; }
      .thanks { display: flex; align-items: center; gap: 10px; color: var(--hf-good); font-weight: 600; }
    `,
  ];

  readonly #say = catalogue<Record<keyof typeof en, string>>(en, navigator.language || "en");
  readonly #token = location.hash.slice(1);
  #step: Step = "looking";
  #brand = "";
  #questions: readonly Question[] = [];
  #refusal: string | null = null;
  #isSending = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  protected override render(): TemplateResult {
    const say = this.#say;
    return html`<main data-testid="survey-page" data-step=${this.#step}>
      <h1 dir="auto">${this.#brand || say("title")}</h1>
      ${this.#step === "asking" ? this.#form() : html`<p class=${this.#step} role="status">${this.#step === "thanks" ? icons.tick(20) : nothing}${this.#sentence()}</p>`}
      ${this.#step === "away" ? html`<button class="button" @click=${() => void this.#look()}>${say("again")}</button>` : nothing}
    </main>`;
  }

  #sentence(): string {
    const say = this.#say;
    return { looking: say("looking"), asking: "", thanks: say("judge.thanks"), void: say("void"), away: say("away") }[
      this.#step
    ];
  }

  #form(): TemplateResult {
    const say = this.#say;
    return html`<form class="survey" data-testid="survey" @submit=${this.#submit} @change=${this.#changed}>
      ${this.#questions.map((asked) => question(say, asked))}${comment(say)}
      ${this.#refusal === null ? nothing : html`<p class="notice bad" role="alert">${this.#refusal}</p>`}
      <button class="button primary" data-testid="judge" ?disabled=${this.#isSending}>${say("judge.send")}</button>
    </form>`;
  }

  readonly #changed = (): void => {
    if (this.#refusal !== null) this.#now("asking");
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#send(answersIn(new FormData(event.target as HTMLFormElement)));
  };

  async #send(answers: object): Promise<void> {
    if (Object.keys(answers).length === 0) {
      this.#now("asking", this.#say("nothing"));
      return;
    }
    this.#isSending = true;
    this.#now("asking");
    try {
      await ask(this.#address(), { body: answers });
      this.#now("thanks");
    } catch (error) {
      // said before is as good as said now
      if (error instanceof Refused && error.code === "feedback_given") this.#now("thanks");
      else this.#now("asking", error instanceof Refused ? error.message : this.#say("away"));
    } finally {
      this.#isSending = false;
      this.requestUpdate();
    }
  }

  async #look(): Promise<void> {
    this.#now("looking");
    try {
      const { brand, questions } = (await ask(this.#address())) as { brand?: unknown; questions?: unknown };
      this.#brand = typeof brand === "string" ? brand : "";
      this.#questions = questionsIn(questions);
      this.#now(this.#questions.length > 0 ? "asking" : "thanks");
    } catch (error) {
      this.#now(error instanceof Refused ? "void" : "away");
    }
  }

  #address(): string {
    return `/api/v1/surveys/${encodeURIComponent(this.#token || "none")}`;
  }

  #now(step: Step, refusal: string | null = null): void {
    this.#step = step;
    this.#refusal = refusal;
    this.requestUpdate();
  }
}
