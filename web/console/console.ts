import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Agent } from "../shared/agent-wire";
import { controls } from "../shared/controls";
import * as icons from "../shared/icons";
import { refusalIn } from "../shared/request";
import { signOut, whoIsSignedIn } from "../shared/session";
import "../shared/left-element";
import "../shared/sign-in";
import { Following, Ticking } from "../shared/store";
import { Words } from "../shared/words";
import { press, turnTo, write } from "./actions";
import { Bell } from "./bell";
import { awaitsCall, type Card } from "./desk";
import { shortcut } from "./keyboard";
import "./knowledge-element";
import { Line } from "./line";
import "./pass-on-element";
import { Softphone } from "./softphone/softphone";
import { SoftphoneElement } from "./softphone/softphone-element";
import { contactStyles } from "./styles/contact";
import { frame } from "./styles/frame";
import { Talk } from "./talk-element";
import { firstPage, type Page, type View } from "./view";
import { noting } from "./views/composer";
import { contacts, empty } from "./views/contacts";
import { dialogs } from "./views/dialogs";
import { headline, offers } from "./views/offer";
import { rail } from "./views/rail";
import { consoleWords } from "./words/index";

if (!customElements.get("hf-talk")) customElements.define("hf-talk", Talk);
if (!customElements.get("hf-softphone")) customElements.define("hf-softphone", SoftphoneElement);

type Entry = "asking" | "signed-out" | "signed-in";
const RETRY_MS = 2000;

/** The agents' page: sign in, offers, contacts with the briefing first. */
export class Console extends LitElement {
  static override styles = [controls, frame, contactStyles];

  readonly #words = new Words(this, consoleWords);
  readonly #bell = new Bell();
  readonly #line = new Line({
    origin: location.origin,
    onSignedOut: () => this.#over(),
    isSignedIn: async () => (await whoIsSignedIn()) !== null,
    onWords: () => this.#bell.words(),
    onReturned: (reason) => {
      if (reason.startsWith("callback_")) this.#turn({ trouble: this.#words.say("callback.returned", { reason }) });
    },
  });
  readonly #softphone = new Softphone({
    tell: (ready) => void this.#line.order("softphone", { ready }).catch(() => undefined),
    isAwaited: () => awaitsCall(this.#line.state, this.#taken),
  });
  /** Contacts that were accepted on this page: their calls are answered by it. */
  readonly #taken = new Set<string>();
  /** Contacts of others that this page has said yes to: turned to once they are here. */
  readonly #joining = new Set<string>();
  #entry: Entry = "asking";
  #isSlow = false;
  #page: Page = { ...firstPage, isSilent: this.#bell.isSilent };
  readonly #drafts = new Map<string, string>();
  /** Whose session has ended by itself: what they were writing waits for them. */
  #expected: string | null = null;
  #who: string | null = null;

  constructor() {
    super();
    new Following(this, this.#line);
    new Following(this, this.#softphone);
    new Ticking(this, () => this.#line.state.offers.length > 0 || this.#line.state.cards.length > 0);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#key);
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#key);
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#softphone.stop();
    this.#line.stop();
  }

  protected override render(): TemplateResult {
    if (this.#entry === "asking")
      return html`<div class="empty" aria-busy="true"><p
        class="quiet">${this.#isSlow ? this.#words.say("empty.loading") : nothing}</p></div>`;
    if (this.#entry === "signed-out") {
      const { say } = this.#words;
      return html`<hf-sign-in heading=${say("brand")} note=${say("title")} .told=${this.#expected === null ? null : say("session.over")}
        @signed-in=${(event: CustomEvent<Agent>) => this.#signedIn(event.detail)}></hf-sign-in>`;
    }
    const view = this.#view();
    const { desk, page, say } = view;
    return html`<div class="desk">
        ${rail(view)}
        <main class="main">
          <div role="status">${desk.isLive || desk.agent === null ? nothing : html`<p class="notice" data-testid="reconnecting"><i class="spinner"></i>${say("link.lost")}</p>`}</div>
          ${
            page.trouble === null
              ? nothing
              : html`<p class="notice bad" role="alert" data-testid="trouble">${icons.warning(18)}<span
                dir="auto">${page.trouble}</span>
            <button class="icon-button" aria-label=${say("keys.close")}
              @click=${() => this.#turn({ trouble: null })}>${icons.cross(16)}</button></p>`
          }
          ${offers(view)}
          ${page.isLeftShown || desk.cards.length > 0 ? nothing : empty(view)}
          ${desk.cards.length > 0 ? contacts(view) : nothing}
          ${page.isLeftShown ? html`<h1 class="unseen">${say("left.title")}</h1>` : nothing}
          ${desk.agent === null ? nothing : html`<hf-left class="left-list" ?hidden=${!page.isLeftShown} .queues=${desk.queues} @count=${(event: CustomEvent<number>) => this.#turn({ leftCount: event.detail })}></hf-left>`}
          <div class="unseen" role="status" data-testid="copied">${page.copied?.text ?? ""}</div>
        </main>
      </div>
      ${dialogs(view)}`;
  }

  protected override updated(): void {
    const { cards, beside, isLive, agent } = this.#line.state;
    this.#softphone.attend(agent, isLive);
    const offered = this.#line.standing.map((offer) => [offer.offer_id, headline(this.#words.say, offer)] as const);
    const calls = this.#softphone.isWaiting ? [["call", this.#words.say("softphone.rings")] as const] : [];
    this.#bell.offers(new Map([...offered, ...calls]));
    document.title = this.#title();
    const help = this.renderRoot.querySelector("dialog");
    if (help && this.#page.isHelpOpen && !help.open) help.showModal();
    if (help?.open && !this.#page.isHelpOpen) help.close();
    if (isLive) this.#forgetDrafts(cards);
    if (isLive)
      for (const card of cards)
        if (card.state === "offered" && !beside.has(card.contact_id) && this.#isShown(card.contact_id)) this.#line.briefingShown(card.contact_id);
    const joined = cards.find((card) => this.#joining.has(card.contact_id));
    if (joined && this.#joining.delete(joined.contact_id)) turnTo(this.#view(), joined);
  }

  /** What was half written to somebody who is gone. */
  #forgetDrafts(cards: readonly Card[]): void {
    for (const box of this.#drafts.keys())
      if (!cards.some((card) => box.startsWith(`${card.contact_id}/`))) this.#drafts.delete(box);
  }

  #title(): string {
    const { cards } = this.#line.state;
    const [offered] = this.#line.standing;
    const title = this.#words.say("title.page", { title: this.#words.say("title") });
    if (offered?.kind === "join") return headline(this.#words.say, offered);
    if (offered) return this.#words.say("title.offer", { headline: offered.headline });
    const unread = cards.reduce((sum, card) => sum + card.unread, 0);
    return unread > 0 ? this.#words.say("title.unread", { n: unread, title }) : title;
  }

  #isShown(contactId: string): boolean {
    return this.renderRoot.querySelector(`.briefing[data-contact="${CSS.escape(contactId)}"]`) !== null;
  }

  #view(): View {
    return {
      say: this.#words.say,
      locale: this.#words.locale,
      desk: this.#line.state,
      page: this.#page,
      line: this.#line,
      softphone: this.#softphone,
      turn: (change) => this.#turn(change),
      give: (type, fields) => this.#give(type, fields),
      refused: (error) => this.#refused(error),
      answer: (offerId, type, fields) => this.#answer(offerId, type, fields),
      signOut: () => void this.#signOut(),
      drafts: this.#drafts,
      write: (contactId, isNote) => this.#write(contactId, isNote),
      fill: (contactId, text) => this.#fill(contactId, text),
    };
  }

  #turn(change: Partial<Page>): void {
    this.#page = { ...this.#page, ...change };
    if (change.isSilent !== undefined) this.#bell.isSilent = change.isSilent;
    this.requestUpdate();
  }

  /** Gives an order; a refusal is shown in the service's own words. True when it was carried out. */
  async #give(type: string, fields: object = {}): Promise<boolean> {
    try {
      if (type === "ready") this.#bell.askToNotify();
      await this.#line.order(type, fields);
      this.#turn({ trouble: null });
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  #refused(error: unknown): void {
    this.#turn({ trouble: this.#words.say("refused", { ...refusalIn(error) }) });
  }

  #answer(offerId: string, type: "accept" | "decline", fields: object = {}): void {
    if (this.#page.answering.has(offerId)) return;
    this.#turn({ answering: new Set([...this.#page.answering, offerId]) });
    const offer = this.#line.state.offers.find((known) => known.offer_id === offerId);
    if (offer && type === "accept") this.#taken.add(offer.contact_id);
    if (offer?.kind === "join" && type === "accept") this.#joining.add(offer.contact_id);
    void this.#give(type, { offer_id: offerId, ...fields }).then(() =>
      this.#turn({ answering: new Set([...this.#page.answering].filter((id) => id !== offerId)) }),
    );
  }

  async #ask(): Promise<void> {
    try {
      const agent = await whoIsSignedIn();
      if (agent) this.#signedIn(agent);
      else this.#enter("signed-out");
    } catch {
      this.#isSlow = true;
      this.requestUpdate();
      setTimeout(() => void this.#ask(), RETRY_MS);
    }
  }

  #enter(entry: Entry): void {
    if (entry === this.#entry) return;
    this.#entry = entry;
    this.#page = { ...firstPage, isSilent: this.#bell.isSilent };
    if (entry !== "signed-in") this.#silence();
    if (entry === "signed-in") this.#line.start();
    this.requestUpdate();
  }

  #silence(): void {
    this.#bell.stop();
    this.#softphone.stop();
    this.#taken.clear();
    this.#joining.clear();
  }

  #over(): void {
    this.#expected = this.#who;
    this.#enter("signed-out");
  }

  /** Somebody else finds nothing of what was being written here. */
  #signedIn({ username }: Agent): void {
    if (username !== this.#expected) this.#drafts.clear();
    this.#expected = null;
    this.#who = username;
    this.#enter("signed-in");
  }

  async #signOut(): Promise<void> {
    await signOut().catch(() => undefined);
    this.#line.stop();
    this.#drafts.clear();
    this.#enter("signed-out");
  }

  readonly #wake = (): void => {
    if (document.visibilityState === "visible") this.#line.wake();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    const isWriting =
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && target.type !== "radio") ||
      target instanceof HTMLSelectElement;
    const meant = this.#entry === "signed-in" ? shortcut(event, isWriting) : null;
    const { isHelpOpen, passing, seeking } = this.#page;
    if (!meant || isHelpOpen || passing !== null || seeking !== null) return;
    event.preventDefault();
    press(this.#view(), meant);
  };

  #write(contactId: string, isNote: boolean): void {
    this.#turn({ noting: noting(this.#page.noting, contactId, isNote) });
    void this.updateComplete.then(() => this.#box(contactId)?.focus());
  }

  #fill(contactId: string, text: string): void {
    const card = this.#line.state.cards.find((known) => known.contact_id === contactId);
    this.#write(contactId, false);
    void this.updateComplete.then(() => {
      const box = this.#box(contactId);
      if (card && box) write(this.#view(), card, box, text);
    });
  }

  #box(contactId: string): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector(`.contact[data-contact="${CSS.escape(contactId)}"] textarea:not([hidden])`);
  }
}
