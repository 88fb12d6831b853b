import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Agent } from "../shared/agent-wire";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import "../shared/language-element";
import { refusalIn, Refused } from "../shared/request";
import { signOut, whoIsSignedIn } from "../shared/session";
import "../shared/sign-in";
import { Words } from "../shared/words";
import { Editor } from "./editor";
import { formOf } from "./forms";
import { styles } from "./styles/settings";
import { nameOf, type Room, ROOMS, type View } from "./view";
import { DRAWN } from "./views/rooms";
import { people, type Person, type Settings, settings, setPassword, undo, type Version, versions } from "./wire";
import { settingsWords } from "./words/index";

const AGAIN_MS = 3000;

/** What supervisors and admins change while the service runs: a room for each kind, and every change with its way back. */
export class SettingsPage extends LitElement {
  static override styles = [controls, styles];

  readonly #words = new Words(this, settingsWords);
  readonly #editor = new Editor({
    redraw: () => this.requestUpdate(),
    may: (kind) => this.#settings?.may.includes(kind) ?? false,
    saved: (section, version) => void this.#saved(section, version),
    reload: async (section) => {
      await this.#look();
      this.#begin(section);
    },
    refused: (error) => this.#refused(error),
  });
  #who: Agent | null | "asking" = "asking";
  #room: Room = roomBy(location.hash);
  #settings: Settings | null = null;
  #people: readonly Person[] | null = null;
  #versions: readonly Version[] | null = null;
  #next: number | null = null;
  #only: string | null = null;
  #asking: string | null = null;
  #isForbidden = false;
  #isAway = false;
  #told: { readonly sentence: string; readonly undoes: number | null } | null = null;
  #trouble: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#hash);
    addEventListener("beforeunload", this.#leaving);
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#hash);
    removeEventListener("beforeunload", this.#leaving);
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const { say } = this.#words;
    if (this.#who === "asking") return html``;
    if (this.#who === null)
      return html`<hf-sign-in heading=${say("brand")} note=${say("title")}
        @signed-in=${(event: CustomEvent<Agent>) => this.#enter(event.detail)}></hf-sign-in>`;
    return html`<main>${this.#head(this.#who)}
      ${this.#isForbidden ? html`<p class="notice" role="alert" data-testid="forbidden">${say("not-agents", { name: this.#who.name })}</p>` : nothing}
      ${this.#isAway ? html`<p class="notice bad" role="status" data-testid="away">${icons.warning(18)}${say("away")}</p>` : nothing}
      ${this.#settings ? this.#rooms(this.#view(this.#who, this.#settings)) : nothing}
    </main>`;
  }

  protected override updated(): void {
    const { say } = this.#words;
    document.title = say("title.page", { title: say("title") });
  }

  #head(who: Agent): TemplateResult {
    const { say } = this.#words;
    return html`<header>${icons.mark(26)}<h1>${say("title")}</h1>
      <nav class="pages" aria-label=${say("pages")}><a href="/supervisor">${say("to-board")}</a><a href="/console">${say("to-console")}</a></nav>
      <span class="gap"></span><span dir="auto">${who.name}</span><hf-language></hf-language>
      <button class="icon-button" data-testid="sign-out" title=${say("sign-out")} aria-label=${say("sign-out")} @click=${() => void this.#leave()}>${icons.leave(18)}</button>
    </header>`;
  }

  #rooms(view: View): TemplateResult {
    const { say } = view;
    const room = this.#room;
    return html`<div class="rooms"><nav class="list" aria-label=${say("rooms")}>${ROOMS.map((each) => html`<a href="#${each}" data-testid="room-${each}"
        aria-current=${each === room ? "page" : "false"}>${say(each)}${view.may(each) || each === "people" || each === "changes" ? nothing : html`<span title=${say("not-yours")}>${icons.lock(13)}<span class="unseen">${say("not-yours")}</span></span>`}</a>`)}</nav>
      <section class="room" aria-labelledby="room" data-testid="room" data-room=${room}><h2 id="room" tabindex="-1">${say(room)}</h2>
        <p class="lead quiet">${say(`lead.${room}`)}</p>
        <div role="status" class="told" data-testid="told">${this.#saidLast(view)}</div>
        ${this.#trouble === null ? nothing : html`<p class="notice bad" role="alert" data-testid="page-trouble">${icons.warning(18)}<span dir="auto">${this.#trouble}</span></p>`}
        ${DRAWN[room](view)}</section></div>`;
  }

  #saidLast({ say }: View): TemplateResult | typeof nothing {
    const told = this.#told;
    if (told === null) return nothing;
    const { undoes } = told;
    return html`<p class="notice good">${icons.tick(17)}<span dir="auto">${told.sentence}</span>
      ${undoes === null ? nothing : html`<button class="button small" data-testid="undo-last" @click=${() => void this.#undo(undoes)}>${icons.undo(15)}${say("undo")}</button>`}</p>`;
  }

  #view(who: Agent, settings: Settings): View {
    const editor = this.#editor;
    return {
      ...{ say: this.#words.say, locale: this.#words.locale, settings, people: this.#people, me: who.username, role: who.role },
      ...{ versions: this.#versions, hasMoreVersions: this.#next !== null, only: this.#only, asking: this.#asking },
      editing: (section) => editor.of(section),
      may: (kind) => kind === "people" || settings.may.includes(kind),
      open: (section, draft, version) => editor.open(section, draft, version),
      edit: (section, draft) => this.#turn(() => editor.edit(section, draft)),
      comment: (section, text) => editor.comment(section, text),
      save: (section) => void editor.save(section).then(() => this.#showWrong()),
      discard: (section) => this.#discard(section),
      keepMine: (section) => editor.keepMine(section),
      takeTheirs: (section) => void editor.takeTheirs(section),
      undo: (version) => void this.#undo(version),
      more: () => void this.#listOrTell(this.#next),
      history: (section) => this.#history(section),
      ask: (what) => this.#turn(() => (this.#asking = what)),
      password: (username, password) => this.#password(username, password),
    };
  }

  #turn(act: () => void): void {
    this.#told = null;
    this.#trouble = null;
    act();
    this.requestUpdate();
  }

  /** A room of one section is open as soon as it is entered. */
  #begin(section: string): void {
    const found = this.#settings?.sections.find((each) => each.section === section && each.name === null);
    if (found && !this.#editor.of(section)) this.#editor.open(section, formOf(section).open(found.value, ""), found.version);
  }

  #discard(section: string): void {
    this.#turn(() => this.#editor.close(section));
    if (this.#asking === section) this.#asking = null;
    this.#begin(section);
  }

  async #saved(section: string, version: number | null): Promise<void> {
    const { say } = this.#words;
    if (this.#asking === section) this.#asking = null;
    await this.#look();
    this.#begin(section);
    if (this.#settings && typeof this.#who === "object" && this.#who)
      this.#tell(say("saved", { name: nameOf(this.#view(this.#who, this.#settings), section) }), version);
    this.renderRoot.querySelector<HTMLElement>("#room")?.focus();
  }

  #tell(sentence: string, undoes: number | null): void {
    this.#told = { sentence, undoes };
    this.requestUpdate();
  }

  /** The first field that is wrong gets the focus, so that a reader hears why. */
  async #showWrong(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  async #undo(version: number): Promise<void> {
    try {
      await undo(version);
      this.#editor.forget();
      await this.#look();
      this.#tell(this.#words.say("undone"), null);
    } catch (error) {
      this.#refused(error);
    }
  }

  async #password(username: string, password: string): Promise<boolean> {
    try {
      await setPassword(username, password);
      this.#tell(this.#words.say("people.password.done"), null);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  #refused(error: unknown): void {
    if (error instanceof Refused && error.status === 401) this.#who = null;
    this.#told = null;
    this.#trouble = this.#words.say("refused", { ...refusalIn(error) });
    this.requestUpdate();
  }

  #history(section: string | null): void {
    this.#only = section;
    this.#versions = null;
    if (section !== null) location.hash = "changes";
    void this.#listOrTell(null);
  }

  async #ask(): Promise<void> {
    try {
      const who = await whoIsSignedIn();
      if (who) this.#enter(who);
      else this.#who = null;
      this.requestUpdate();
    } catch {
      this.#timer = setTimeout(() => void this.#ask(), AGAIN_MS);
    }
  }

  #enter(who: Agent): void {
    this.#who = who;
    this.#isForbidden = who.role === "agent";
    this.requestUpdate();
    if (!this.#isForbidden) void this.#look();
  }

  /** Everything anew: what holds, who works here, and the latest changes. */
  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      [this.#settings, this.#people] = await Promise.all([settings(), people()]);
      await this.#list(null);
      this.#begin(this.#room);
      this.#isAway = false;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) this.#who = null;
      else if (error instanceof Refused && error.status === 403) this.#isForbidden = true;
      else {
        this.#isAway = true;
        this.#timer = setTimeout(() => void this.#look(), AGAIN_MS);
      }
    }
    this.requestUpdate();
  }

  async #listOrTell(before: number | null): Promise<void> {
    try {
      await this.#list(before);
    } catch (error) {
      this.#refused(error);
    }
  }

  async #list(before: number | null): Promise<void> {
    const found = await versions(before, this.#only);
    this.#versions = [...(before === null ? [] : (this.#versions ?? [])), ...found.versions];
    this.#next = found.next;
    this.requestUpdate();
  }

  readonly #hash = (): void => {
    this.#room = roomBy(location.hash);
    if (this.#room !== "changes" && this.#only !== null) this.#history(null);
    this.#turn(() => this.#begin(this.#room));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("#room")?.focus());
  };

  /** What was begun and not saved would be lost. */
  readonly #leaving = (event: BeforeUnloadEvent): void => {
    if (this.#editor.hasUnsaved) event.preventDefault();
  };

  async #leave(): Promise<void> {
    await signOut().catch(() => undefined);
    this.#editor.forget();
    this.#settings = null;
    this.#who = null;
    this.requestUpdate();
  }
}

function roomBy(hash: string): Room {
  return ROOMS.find((room) => `#${room}` === hash) ?? "hours";
}
