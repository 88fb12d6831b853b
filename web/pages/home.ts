import { css, html, LitElement, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import "../shared/language-element";
import { Words } from "../shared/words";
import { pagesWords } from "./words/index";

interface Ready {
  readonly status: string;
  readonly parts: Readonly<Record<string, string>>;
}

const EVERY_MS = 3000;
const DOORS = [
  ["demo", icons.chat],
  ["phone", icons.phone],
  ["console", icons.people],
  ["supervisor", icons.board],
] as const;
const MORE = ["/readyz", "/healthz", "/metrics", "/api/v1/openapi.json"];

/** The front page: the four doors, and how each part of the service is right now. */
export class Home extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block; min-height: 100vh; }
      main {
        display: grid; grid-template-columns: minmax(0, 1fr) 320px; align-items: start; gap: 32px 64px;
        width: min(1080px, 100% - 48px); margin-inline: auto; padding-block: 64px 48px;
      }
      header { grid-column: 1 / -1; display: grid; gap: 14px; max-width: 700px; }
      .brand { display: flex; align-items: center; gap: 12px; color: var(--hf-accent-ink); }
      .brand hf-language { margin-inline-start: auto; }
      h1 { font-size: 46px; letter-spacing: -0.035em; color: var(--hf-ink); }
      header p { font-size: 20px; line-height: 1.45; color: var(--hf-ink-2); text-wrap: pretty; }
      .doors { border-block-start: 2px solid var(--hf-ink); }
      .doors a {
        display: grid; grid-template-columns: 40px 1fr auto; align-items: center; gap: 2px 14px;
        padding-block: 17px; padding-inline: 4px 8px; border-block-end: 1px solid var(--hf-line); text-decoration: none; color: inherit;
        transition: background var(--hf-quick), padding var(--hf-quick);
      }
      .doors a:hover { background: var(--hf-accent-wash); padding-inline: 14px 8px; }
      .doors svg { color: var(--hf-accent-ink); grid-row: span 2; }
      .doors b { font-size: 19px; font-weight: 620; letter-spacing: -0.012em; }
      .doors small { grid-column: 2; font-size: 15px; color: var(--hf-ink-2); }
      .doors code { grid-area: 1 / 3 / span 2; font: 14px var(--hf-mono); color: var(--hf-ink-3); }
      .people { margin-block-start: 18px; font-size: 14.5px; color: var(--hf-ink-3); max-width: 38em; }
      aside {
        display: grid; gap: 4px; padding: 20px 22px 22px; border-radius: 18px; background: var(--hf-surface);
        box-shadow: var(--hf-shadow-small);
      }
      h2 { font-size: 16px; }
      .overall {
        display: flex; align-items: center; gap: 9px; padding-block: 4px 10px; font-weight: 600; color: var(--hf-brass);
      }
      .overall.ready { color: var(--hf-good); }
      .overall.away { color: var(--hf-bad); }
      .overall i { width: 11px; height: 11px; border-radius: 50%; background: currentColor; }
      dl div {
        display: flex; justify-content: space-between; gap: 12px; padding-block: 7px;
        border-block-start: 1px solid var(--hf-line); font-size: 14.5px;
      }
      dd { color: var(--hf-brass); text-align: end; overflow-wrap: anywhere; }
      dd.ready { color: var(--hf-good); }
      .more { display: flex; flex-wrap: wrap; gap: 4px 14px; padding-block-start: 14px; font-size: 14px; }
      .more a { color: var(--hf-accent-ink); font-family: var(--hf-mono); font-size: 13px; }
      @media (max-width: 860px) { main { grid-template-columns: 1fr; padding-block-start: 36px; } }
    `,
  ];

  readonly #words = new Words(this, pagesWords);
  #ready: Ready | "away" | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override updated(): void {
    document.title = this.#words.say("title");
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    return html`<main>
      <header>
        <span class="brand">${icons.mark(46)}<h1>${say("title")}</h1><hf-language></hf-language></span>
        <p>${say("lead")}</p>
      </header>
      <div>
        <nav class="doors">${DOORS.map(([door, icon]) => html`<a href="/${door}" data-testid="door-${door}">${icon(26)}<b>${say(door)}</b><small>${say(`${door}.note`)}</small><code dir="ltr">/${door}</code></a>`)}</nav>
        <p class="people">${say("people")}</p>
      </div>
      <aside aria-live="polite">
        <h2>${say("parts")}</h2>
        ${this.#parts()}
        <p class="more"><span>${say("more")}</span>${MORE.map((address) => html`<a href=${address} dir="ltr">${address}</a>`)}</p>
      </aside>
    </main>`;
  }

  #parts(): TemplateResult {
    const { say } = this.#words;
    const ready = this.#ready;
    if (ready === null) return html`<p class="overall"><i></i>${say("loading")}</p>`;
    if (ready === "away")
      return html`<p class="overall away" data-testid="overall" data-status="away"><i></i>${say("parts.away")}</p>`;
    const isReady = ready.status === "ready";
    return html`<p class="overall ${isReady ? "ready" : ""}" data-testid="overall"
      data-status=${ready.status}><i></i>${isReady ? say("parts.ready") : say("parts.starting")}</p>
      <dl data-testid="parts">${Object.entries(ready.parts).map(([part, state]) => html`<div><dt>${say("part.name", { part })}</dt><dd class=${state === "ready" ? "ready" : ""}>${say("part.state", { state })}</dd></div>`)}</dl>`;
  }

  async #look(): Promise<void> {
    try {
      // 503 is an answer too: it names the parts that are not ready yet.
      const answer = (await (await fetch("/readyz")).json()) as Partial<Ready>;
      this.#ready = { status: answer.status ?? "", parts: answer.parts ?? {} };
    } catch {
      this.#ready = "away";
    }
    this.requestUpdate();
  }
}
