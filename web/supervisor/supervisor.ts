import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Agent } from "../shared/agent-wire";
import { catalogue } from "../shared/catalogue";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { running, timeOfDay } from "../shared/instants";
import { ask, Refused } from "../shared/request";
import { signOut, whoIsSignedIn } from "../shared/session";
import "../shared/sign-in";
import { asBoard, type Board, type Line, type Person, readyCount, share, silentAgents, staff } from "./board";
import { styles } from "./styles";
import { en, type SupervisorWords } from "./words/en";

const EVERY_MS = 2000;

/** The supervisor's page: the lines and the agents as they stand, read every two seconds. */
export class Supervisor extends LitElement {
  static override styles = [controls, styles];

  readonly #locale = navigator.language || "en";
  readonly #say = catalogue<SupervisorWords>(en, this.#locale);
  #who: Agent | null | "asking" = "asking";
  #isForbidden = false;
  #board: Board | null = null;
  #at = "";
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const say = this.#say;
    if (this.#who === "asking") return html``;
    if (this.#who === null)
      return html`<hf-sign-in heading="Holdfast" note=${say("title")}
        @signed-in=${(event: CustomEvent<Agent>) => this.#enter(event.detail)}></hf-sign-in>`;
    return html`<main>
      <header>${icons.mark(26)}<h1>${say("title")}</h1>
        <span class="gap"></span>
        <span class="quiet num"
          data-testid="as-of">${this.#at ? say("now", { time: timeOfDay(this.#at, this.#locale) }) : nothing}</span>
        <span dir="auto">${this.#who.name}</span>
        <button class="icon-button" data-testid="sign-out" title=${say("sign-out")} aria-label=${say("sign-out")}
          @click=${() => void this.#leave()}>${icons.leave(18)}</button>
      </header>
      ${this.#isForbidden ? html`<p class="notice" role="alert" data-testid="forbidden">${say("not-yours", { name: this.#who.name })}</p>` : nothing}
      ${this.#isStale && this.#board ? html`<p class="notice bad" role="status" data-testid="stale">${icons.warning(18)}${say("stale", { time: timeOfDay(this.#at, this.#locale) })}</p>` : nothing}
      ${this.#board ? html`${this.#lines(this.#board)}${this.#people(staff(this.#board), silentAgents(this.#board))}` : nothing}
    </main>`;
  }

  #lines(board: Board): TemplateResult {
    const say = this.#say;
    return html`<section class="lines" aria-label=${say("queues")} data-testid="queues">
      ${repeat(
        board.queues,
        (line) => line.id,
        (line) => this.#line(line, board.queues),
      )}
    </section>`;
  }

  #line(line: Line, lines: readonly Line[]): TemplateResult {
    const say = this.#say;
    const figure = (name: "longest" | "offered" | "connected", value: string | number): TemplateResult =>
      html`<div><dt>${say(name)}</dt><dd class="num" data-testid=${name}>${value}</dd></div>`;
    return html`<article class=${line.waiting > 0 ? "busy" : ""} data-testid="queue" data-queue=${line.id}>
      <h2 dir="auto">${line.name}</h2>
      <p class="waiting"><b class="num"
        data-testid="waiting">${new Intl.NumberFormat(this.#locale).format(line.waiting)}</b><span>${say("waiting")}</span></p>
      <div class="bar" .style=${`--share: ${share(line, lines)}`}><i></i></div>
      <dl>
        ${figure("longest", line.longest_wait_seconds > 0 ? running(line.longest_wait_seconds) : say("nobody"))}
        ${figure("offered", line.offered)}
        ${figure("connected", line.connected)}
      </dl>
    </article>`;
  }

  #people(people: readonly Person[], silent: ReadonlySet<string>): TemplateResult {
    const say = this.#say;
    return html`<section class="people" data-testid="agents">
      <h2>${say("agents")}<small
        class="quiet num">${say("agents.count", { ready: readyCount(people), all: people.length })}</small></h2>
      <ul>${repeat(
        people,
        (person) => person.username,
        (
          person,
        ) => html`<li class=${person.presence} data-testid="agent" data-username=${person.username}
          data-presence=${person.presence}>
        <i></i><b dir="auto">${person.name}</b>
        <span><span class="badge ${person.presence === "ready" ? "good" : person.reason === "rona" ? "bad" : ""}">${say("presence", { presence: person.presence })}${person.reason && person.presence === "not_ready" ? html` · ${say("reason", { reason: person.reason })}` : nothing}</span>
        ${silent.has(person.username) ? html`<span class="badge bad" data-testid="silent">${say("silent")}</span>` : nothing}</span>
        <span class="num quiet">${say("contacts", { n: person.connected })}</span>
      </li>`,
      )}</ul>
    </section>`;
  }

  async #ask(): Promise<void> {
    try {
      const who = await whoIsSignedIn();
      if (who) this.#enter(who);
      else this.#who = null;
      this.requestUpdate();
    } catch {
      this.#timer = setTimeout(() => void this.#ask(), EVERY_MS);
    }
  }

  #enter(who: Agent): void {
    this.#who = who;
    this.#isForbidden = false;
    this.requestUpdate();
    void this.#look();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#board = asBoard(await ask("/api/v1/supervisor/board")) ?? this.#board;
      this.#at = new Date().toISOString();
      this.#isStale = false;
    } catch (error) {
      if (error instanceof Refused && error.status === 403) this.#isForbidden = true;
      else if (error instanceof Refused && error.status === 401) this.#who = null;
      else this.#isStale = true;
    }
    this.requestUpdate();
    if (this.#who !== null && !this.#isForbidden && this.isConnected)
      this.#timer = setTimeout(() => void this.#look(), EVERY_MS);
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#timer);
    await signOut().catch(() => undefined);
    this.#who = null;
    this.#board = null;
    this.requestUpdate();
  }
}
