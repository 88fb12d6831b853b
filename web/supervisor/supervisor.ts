import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Line } from "../console/line";
import { Talk } from "../console/talk-element";
import { consoleWords } from "../console/words/index";
import type { Agent } from "../shared/agent-wire";
import { reportAddress } from "../reports/address";
import "../reports/contacts-element";
import { preset } from "../reports/range";
import "../reports/reports-element";
import "../reports/story-element";
import { asReport, type Row } from "../reports/wire";
import { reportsWords } from "../reports/words/index";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { timeOfDay } from "../shared/instants";
import "../shared/left-element";
import { ask, refusalIn, Refused } from "../shared/request";
import { signOut, whoIsSignedIn } from "../shared/session";
import "../shared/sign-in";
import { Following, Ticking } from "../shared/store";
import { Words } from "../shared/words";
import { alarmed } from "./alarms";
import { asBoard, type Board } from "./board";
import { styles } from "./styles/board";
import { firstPage, type Page, type View } from "./view";
import { board } from "./views/board";
import { supervisorWords } from "./words/index";

if (!customElements.get("hf-talk")) customElements.define("hf-talk", Talk);

const EVERY_MS = 2000;
const TODAY_EVERY_MS = 30_000;
const PLACES = ["board", "left", "reports"] as const;
type Where = (typeof PLACES)[number] | "contacts" | "contact";

/** The supervisor's page: the board as it stands, read every two seconds; what was left; reports. */
export class Supervisor extends LitElement {
  static override styles = [controls, styles];

  readonly #words = new Words(this, supervisorWords);
  readonly #ofConsole = new Words(this, consoleWords);
  readonly #ofReports = new Words(this, reportsWords);
  readonly #line = new Line({
    origin: location.origin,
    onSignedOut: () => this.#out(),
    isSignedIn: async () => (await whoIsSignedIn()) !== null,
  });
  #who: Agent | null | "asking" = "asking";
  #where: Where = whereBy(location.hash);
  #query = queryIn(location.hash);
  #page = firstPage;
  #isForbidden = false;
  #board: Board | null = null;
  #today: ReadonlyMap<string, Row> = new Map();
  #todayAt = 0;
  #leftCount = 0;
  #at = "";
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new Following(this, this.#line);
    new Ticking(this, () => this.#where === "board" && this.#board !== null);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#hash);
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#hash);
    clearTimeout(this.#timer);
    this.#line.stop();
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    if (this.#who === "asking") return html``;
    if (this.#who === null)
      return html`<hf-sign-in heading=${say("brand")} note=${say("title")}
        @signed-in=${(event: CustomEvent<Agent>) => this.#enter(event.detail)}></hf-sign-in>`;
    const { trouble } = this.#page;
    return html`<main>
      ${this.#head(this.#who)}
      ${this.#isForbidden ? html`<p class="notice" role="alert" data-testid="forbidden">${say("not-yours", { name: this.#who.name })}</p>` : nothing}
      ${this.#isStale && this.#board ? html`<p class="notice bad" role="status" data-testid="stale">${icons.warning(18)}${say("stale", { time: timeOfDay(this.#at, this.#words.locale) })}</p>` : nothing}
      ${trouble === null ? nothing : html`<p class="notice bad" role="alert" data-testid="trouble">${icons.warning(18)}<span dir="auto">${trouble}</span><span class="gap"></span><button class="icon-button" aria-label=${say("close")} @click=${() => this.#turn({ trouble: null })}>${icons.cross(16)}</button></p>`}
      <div class="unseen" role="status">${this.#page.told}</div>
      ${this.#isForbidden ? nothing : html`${this.#board ? this.#shown(this.#board) : nothing}${this.#reports()}`}
    </main>`;
  }

  protected override updated(): void {
    const { say } = this.#words;
    const n = this.#board && !this.#isForbidden ? alarmed(this.#board, this.#today).length : 0;
    document.title = say("title.alarms", { n, title: say("title.page", { title: say("title") }) });
  }

  #head(who: Agent): TemplateResult {
    const { say } = this.#words;
    const name = (where: (typeof PLACES)[number]): string => (where === "left" ? say("left.count", { n: this.#leftCount }) : say(where));
    const shown = this.#where === "contacts" || this.#where === "contact" ? "reports" : this.#where;
    return html`<header>${icons.mark(26)}<h1>${say("title")}</h1>
      ${this.#isForbidden ? nothing : html`<nav aria-label=${say("pages")}>${PLACES.map((where) => html`<a href="#${where}" data-testid="to-${where}" aria-current=${where === shown ? "page" : "false"}>${name(where)}</a>`)}<a href="/console/settings" data-testid="to-settings">${say("settings")}</a></nav>`}
      <span class="gap"></span>
      <span class="quiet num"
        data-testid="as-of">${this.#at ? say("now", { time: timeOfDay(this.#at, this.#words.locale) }) : nothing}</span>
      <span dir="auto">${who.name}</span>
      <hf-language></hf-language>
      <button class="icon-button" data-testid="sign-out" title=${say("sign-out")} aria-label=${say("sign-out")}
        @click=${() => void this.#leave()}>${icons.leave(18)}</button>
    </header>`;
  }

  #shown(stands: Board): TemplateResult {
    const view = this.#view(stands);
    return html`${this.#where === "board" ? board(view, this.#ofConsole.say) : nothing}
      <hf-left ?hidden=${this.#where !== "left"} .queues=${this.#queues} @count=${(event: CustomEvent<number>) => this.#counted(event.detail)}></hf-left>`;
  }

  /** Reports wait for no board: they know the lines' names themselves, and take longer. */
  #reports(): TemplateResult | typeof nothing {
    const { say, locale } = this.#ofReports;
    const queues = this.#queues;
    switch (this.#where) {
      case "reports":
        return html`<hf-reports .say=${say} .locale=${locale} .queues=${queues} .query=${this.#query}></hf-reports>`;
      case "contacts":
        return this.#board === null ? nothing : html`<hf-contacts .say=${say} .locale=${locale} .queues=${queues} .query=${this.#query}></hf-contacts>`;
      case "contact":
        return this.#board === null ? nothing : html`<hf-story .say=${say} .locale=${locale} .queues=${queues} .contact=${this.#query} .isAdmin=${this.#isAdmin}></hf-story>`;
      default:
        return nothing;
    }
  }

  #view(board: Board): View {
    return {
      say: this.#words.say,
      sayReports: this.#ofReports.say,
      locale: this.#words.locale,
      board,
      today: this.#today,
      desk: this.#line.state,
      page: this.#page,
      now: this.#line.clock.now(),
      turn: (change) => this.#turn(change),
      give: (type, fields) => this.#give(type, fields),
    };
  }

  get #isAdmin(): boolean {
    return this.#who !== null && this.#who !== "asking" && this.#who.role === "admin";
  }

  get #queues(): ReadonlyMap<string, string> {
    return new Map(this.#board?.queues.map((queue) => [queue.id, queue.name]));
  }

  #turn(change: Partial<Page>): void {
    this.#page = { ...this.#page, ...change };
    this.requestUpdate();
  }

  #counted(n: number): void {
    this.#leftCount = n;
    this.requestUpdate();
  }

  async #give(type: string, fields: object): Promise<boolean> {
    try {
      await this.#line.order(type, fields);
      this.#turn({ trouble: null });
      void this.#look();
      return true;
    } catch (error) {
      this.#turn({ trouble: this.#words.say("refused", { ...refusalIn(error) }) });
      return false;
    }
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
    this.#isForbidden = who.role === "agent";
    this.#page = firstPage;
    if (!this.#isForbidden) this.#line.start();
    this.requestUpdate();
    if (!this.#isForbidden) void this.#look();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#board = asBoard(await ask("/api/v1/supervisor/board")) ?? this.#board;
      const isFirst = this.#at === "";
      this.#at = new Date().toISOString();
      this.#isStale = false;
      this.requestUpdate();
      // Whoever comes for a report has it first.
      const mayCount = this.#where === "board" || !isFirst;
      if (mayCount && Date.now() - this.#todayAt > TODAY_EVERY_MS) await this.#count();
    } catch (error) {
      if (error instanceof Refused && error.status === 403) this.#isForbidden = true;
      else if (error instanceof Refused && error.status === 401) this.#out();
      else this.#isStale = true;
    }
    this.requestUpdate();
    if (this.#who !== null && !this.#isForbidden && this.isConnected)
      this.#timer = setTimeout(() => void this.#look(), EVERY_MS);
  }

  /** Today's measures: they cost more than the board, and move more slowly. */
  async #count(): Promise<void> {
    this.#todayAt = Date.now();
    const report = asReport(await ask(reportAddress(preset("today", new Date()), "queue", {}, false)));
    if (report) this.#today = new Map(report.rows.map((row) => [row.queue ?? "", row]));
  }

  readonly #hash = (): void => {
    [this.#where, this.#query] = [whereBy(location.hash), queryIn(location.hash)];
    this.#turn({ trouble: null });
  };

  async #leave(): Promise<void> {
    await signOut().catch(() => undefined);
    this.#out();
  }

  #out(): void {
    clearTimeout(this.#timer);
    this.#line.stop();
    this.#who = null;
    this.#board = null;
    this.requestUpdate();
  }
}

const nameIn = (hash: string): string => /^#([a-z]*)/u.exec(hash)?.[1] ?? "";

function whereBy(hash: string): Where {
  const name = nameIn(hash);
  return name === "contacts" || name === "contact" ? name : (PLACES.find((where) => where === name) ?? "board");
}

/** What follows the page's name: what a report is asked for, or which contact. */
const queryIn = (hash: string): string => decodeContact(hash.slice(nameIn(hash).length + 2));

function decodeContact(rest: string): string {
  return rest.includes("=") ? rest : rest.replace(/[^\w-]/gu, "");
}
