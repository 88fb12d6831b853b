import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import { save } from "../shared/files";
import { localeOf } from "../shared/language";
import type { Refusal } from "../shared/request";
import { tokens } from "../shared/tokens";
import { Words } from "../shared/words";
import { surveyStyles } from "../survey/form";
import { Attention } from "./attention";
import { Caller } from "./caller";
import { linkFor, takeHanded } from "./link";
import { positionWords, waitWords } from "./place-words";
import { lastSeq, reclaimableFor, type State, unread } from "./state";
import { frame } from "./styles/frame";
import { more } from "./styles/more";
import { talk as talkStyles } from "./styles/talk";
import { ticket } from "./styles/ticket";
import { transcript } from "./transcript";
import { closedPanel, type Panel, type View } from "./view";
import { launcher } from "./views/launcher";
import { panel } from "./views/panel";
import { widgetWords } from "./words/index";

const OPEN = "holdfast.open";

/**
 * `<holdfast-widget queue="cards" brand="Fernhill Bank">`: the whole of the caller's side. Attributes: `queue`, `brand`, `language`,
 * `server` (where the service is; the script's own origin when left out), `theme` (`light` or `dark`; the system's when left out).
 * Themed by --holdfast-accent, -on-accent, -accent-ink, -accent-dark, -on-accent-dark, -ticket, -radius and -font.
 */
export class HoldfastWidget extends LitElement {
  static override styles = [tokens, controls, frame, ticket, talkStyles, surveyStyles, more];
  static override properties = { queue: {}, brand: {}, language: {}, server: {} };
  /** Where the script came from, set by the entry. */
  static origin = "";

  declare queue: string | null;
  declare brand: string | null;
  declare language: string | null;
  declare server: string | null;

  #panel: Panel = closedPanel;
  #caller: Caller | null = null;
  #stopFollowing: (() => void) | null = null;
  #announced = "";
  #announcedKey = "";
  readonly #attention = new Attention();
  #with: string | null = null;
  #wasWaiting = false;
  #reclaimTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #words = new Words(this, widgetWords(HoldfastWidget.origin || location.origin), () => this.language);

  override connectedCallback(): void {
    super.connectedCallback();
    this.#caller ??= new Caller({
      server: this.server ?? (HoldfastWidget.origin || location.origin),
      queue: () => this.queue,
      language: () => localeOf(this.#words.wanted),
    });
    this.#stopFollowing = this.#caller.follow(() => this.#changed());
    const handed = takeHanded();
    if (handed) {
      this.#turn({ isOpen: true });
      void this.#caller.takeOver(handed);
    } else this.#caller.resume();
    if (this.#caller.hasPlace && session(OPEN) === "yes") this.#panel = { ...this.#panel, isOpen: true };
    addEventListener("online", this.#wake);
    addEventListener("pageshow", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("hashchange", this.#handed);
    addEventListener("storage", this.#otherTab);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopFollowing?.();
    this.#caller?.stop();
    removeEventListener("online", this.#wake);
    removeEventListener("pageshow", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("hashchange", this.#handed);
    clearTimeout(this.#reclaimTimer);
    removeEventListener("storage", this.#otherTab);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("language")) void this.#words.follow();
  }

  protected override render(): TemplateResult {
    const view = this.#view();
    if (!view) return html``;
    const live = html`<div class="unseen" aria-live="polite" data-testid="announcement">${this.#announced}</div>`;
    if (!this.#panel.isOpen) return html`${launcher(view)}${live}`;
    return html`${panel(view)}${live}`;
  }

  protected override updated(): void {
    this.toggleAttribute("open", this.#panel.isOpen);
    const talk = this.#talk();
    if (talk && this.#panel.isAtEnd) talk.scrollTop = talk.scrollHeight;
    if (talk && !talk.onscroll) talk.onscroll = () => this.#scrolled(talk);
    this.#focusNew();
  }

  #view(): View | null {
    const caller = this.#caller;
    if (!caller) return null;
    const { say } = this.#words;
    return {
      say,
      locale: this.#words.locale,
      brand: this.brand ?? say("brand"),
      state: caller.state,
      panel: this.#panel,
      caller,
      unread: unread(caller.state, caller.read),
      turn: (change) => this.#turn(change),
      wish: (asked) => void this.#wish(asked),
      link: caller.handed ? linkFor(location.href, caller.handed) : null,
      canNotify: this.#attention.canAsk,
      notify: () => void this.#attention.ask().then(() => this.requestUpdate()),
      download: () => this.#download(),
      canReclaim: reclaimableFor(caller.state, caller.clock.now()) > 0,
    };
  }

  async #wish(asked: Promise<Refusal | null>): Promise<void> {
    this.#turn({ isAsking: true, refusal: null });
    const refusal = await asked;
    this.#turn({ isAsking: false, refusal, ...(refusal === null ? { confirming: null } : {}) });
  }

  #download(): void {
    const view = this.#view();
    if (!view) return;
    const { say, state, brand, locale } = view;
    save(`${say("download.name")}-${state.place?.code ?? ""}.txt`, transcript(say, state, brand, locale));
  }

  #changed(): void {
    const caller = this.#caller;
    if (!caller) return;
    const { state } = caller;
    const has = state.phase === "connected" ? state.agentName : null;
    if (has !== null && has !== this.#with && state.link === "open" && this.#wasWaiting)
      this.#attention.agentJoined(this.#words.say("announce.connected", { name: has }));
    this.#with = has;
    this.#wasWaiting = state.phase === "waiting" && state.link === "open";
    if (!state.input && this.#panel.writeInstead) this.#panel = { ...this.#panel, writeInstead: false };
    if (state.phase !== "closed" && this.#panel.isJudging) this.#panel = { ...this.#panel, isJudging: false };
    if (state.phase === "closed" && this.#panel.confirming) this.#panel = { ...this.#panel, confirming: null };
    if (this.#panel.isOpen && document.visibilityState === "visible") caller.markRead(lastSeq(state));
    this.#attention.unread(this.#panel.isOpen || this.#caller?.hasPlace ? unread(state, caller.read) : 0);
    this.#announce();
    this.#untilReclaimEnds(state, caller.clock.now());
    this.requestUpdate();
  }

  /** The way back to a place that was given up goes when its time is over. */
  #untilReclaimEnds(state: State, now: number): void {
    clearTimeout(this.#reclaimTimer);
    const left = reclaimableFor(state, now);
    if (left > 0) this.#reclaimTimer = setTimeout(() => this.requestUpdate(), left + 1000);
  }

  /** Says a new position, politely and once: the wait alone changing is not read out. */
  #announce(): void {
    const state = this.#caller?.state;
    const key =
      state?.phase === "connected"
        ? `with ${state.agentName ?? ""}`
        : state?.phase === "waiting" && state.place
          ? `at ${state.place.position ?? ""}`
          : "";
    if (!state || !key || key === this.#announcedKey) return;
    const { say } = this.#words;
    const isFirst = this.#announcedKey === "";
    this.#announcedKey = key;
    if (state.phase === "connected") this.#announced = say("announce.connected", { name: state.agentName ?? "" });
    else if (state.place) {
      const values = { where: positionWords(say, state.place.position), wait: waitWords(say, state.place.wait) };
      this.#announced = say(isFirst ? "announce.place" : "announce.moved", values);
    }
  }

  #turn(change: Partial<Panel>): void {
    const was = this.#panel;
    this.#panel = { ...was, ...change };
    if (this.#panel.isOpen !== was.isOpen) {
      if (this.#panel.isOpen) this.#panel = { ...this.#panel, isAtEnd: true, confirming: null };
      session(OPEN, this.#panel.isOpen ? "yes" : "no");
      void this.updateComplete.then(() => this.#focusFirst());
    }
    this.#changed();
  }

  #focusFirst(): void {
    const first = this.#panel.isOpen ? "[name=secure], [name=words], [data-testid=join], .panel" : ".launcher";
    this.renderRoot.querySelector<HTMLElement>(first)?.focus();
  }

  /** What has just been asked for takes the focus, when the caller is in the panel and not in the middle of writing. */
  #focusNew(): void {
    const asked = this.renderRoot.querySelector<HTMLInputElement>("[autofocus]:not([data-met])");
    if (!asked) return;
    asked.dataset.met = "";
    const active = this.shadowRoot?.activeElement;
    const isWriting = active instanceof HTMLTextAreaElement && active.value !== "";
    if (this.#panel.isOpen && !isWriting) asked.focus();
  }

  #talk(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".talk");
  }

  #scrolled(talk: HTMLElement): void {
    const isAtEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 48;
    if (isAtEnd === this.#panel.isAtEnd) return;
    this.#panel = { ...this.#panel, isAtEnd };
    this.requestUpdate();
  }

  readonly #wake = (): void => {
    if (document.visibilityState === "visible") this.#caller?.wake();
    this.#changed();
  };

  /** A link from another device was opened in a tab that was on this page already. */
  readonly #handed = (): void => {
    const handed = takeHanded();
    if (!handed) return;
    this.#turn({ isOpen: true });
    void this.#caller?.takeOver(handed);
  };

  /** Another tab took a place or let it go: this one follows. */
  readonly #otherTab = (event: StorageEvent): void => {
    if (event.key === "holdfast.contact") this.#caller?.reread();
  };
}

/** A word of this tab, where the browser keeps one. */
function session(name: string, value?: string): string | null {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}
