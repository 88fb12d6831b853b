import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import "../shared/language-element";
import { ask, AWAY, type Refusal, refusalIn, Refused } from "../shared/request";
import { Words } from "../shared/words";
import { answersIn, comment, type Question, question, questionsIn, surveyStyles } from "../survey/form";
import { surveyWords } from "../survey/words/index";
import { pagesWords } from "./words/index";

type Step = "looking" | "asking" | "thanks" | "void" | "away";

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
      hf-language { justify-self: center; }
      .thanks { display: flex; align-items: center; gap: 10px; color: var(--hf-good); font-weight: 600; }
    `,
  ];

  readonly #words = new Words(this, pagesWords);
  readonly #asked = new Words(this, surveyWords);
  readonly #token = location.hash.slice(1);
  #step: Step = "looking";
  #brand = "";
  #questions: readonly Question[] = [];
  #refusal: Refusal | "nothing" | null = null;
  #isSending = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    return html`<main data-testid="survey-page" data-step=${this.#step}>
      <h1 dir="auto">${this.#brand || say("survey.title")}</h1>
      ${this.#step === "asking" ? this.#form() : html`<p class=${this.#step} role="status">${this.#step === "thanks" ? icons.tick(20) : nothing}${this.#sentence()}</p>`}
      ${this.#step === "away" ? html`<button class="button" @click=${() => void this.#look()}>${say("survey.again")}</button>` : nothing}
      <hf-language></hf-language>
    </main>`;
  }

  protected override updated(): void {
    document.title = this.#brand || this.#words.say("survey.title");
  }

  #sentence(): string {
    const { say } = this.#words;
    return {
      looking: say("survey.looking"),
      asking: "",
      thanks: this.#asked.say("judge.thanks"),
      void: say("survey.void"),
      away: say("survey.refused", { ...AWAY }),
    }[this.#step];
  }

  #form(): TemplateResult {
    const { say } = this.#asked;
    return html`<form class="survey" data-testid="survey" @submit=${this.#submit} @change=${this.#changed}>
      ${this.#questions.map((asked) => question(this.#asked, asked))}${comment(say)}
      ${this.#refusal === null ? nothing : html`<p class="notice bad" role="alert" dir="auto">${this.#why(this.#refusal)}</p>`}
      <button class="button primary" data-testid="judge" ?disabled=${this.#isSending}>${say("judge.send")}</button>
    </form>`;
  }

  #why(refusal: Refusal | "nothing"): string {
    const { say } = this.#words;
    return refusal === "nothing" ? say("survey.nothing") : say("survey.refused", { ...refusal });
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
      this.#now("asking", "nothing");
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
      else this.#now("asking", refusalIn(error));
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

  #now(step: Step, refusal: Refusal | "nothing" | null = null): void {
    this.#step = step;
    this.#refusal = refusal;
    this.requestUpdate();
  }
}
