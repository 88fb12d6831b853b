/** The caller's side of one contact: takes the place, follows it, says things, and comes back after every interruption. */
import { asContactFrame, isPlace } from "../shared/contact-wire";
import { ServerClock } from "../shared/instants";
import { fingerprint, freshKey } from "../shared/keys";
import { AWAY, refusalIn, Refused } from "../shared/request";
import { type Frame, ResumableSocket, socketAddress } from "../shared/socket";
import { Store } from "../shared/store";
import { Typing } from "../shared/typing";
import { Door, type Held, type Instead, path } from "./door";
import { Holding, Keep } from "./keep";
import type { Handed } from "./link";
import type { CallerOptions } from "./options";
import { after, linked, nothing, type Pending, reclaimableFor, shutBy, type State, taken } from "./state";
import { Wishes } from "./wishes";

/** What the service says to a token that opens no contact (any more). */
const OPENS_NOTHING = ["no_such_contact", "unauthorized", "invalid_token"];

export class Caller extends Store<State> {
  readonly wishes: Wishes;
  /** Agrees with the service's, whatever this device's says. */
  readonly clock: ServerClock;
  readonly #holding: Holding;
  readonly #door: Door;
  readonly #socket: ResumableSocket;
  readonly #now: () => number;
  readonly #typing = new Typing();
  #isLive = false;

  constructor(private readonly options: CallerOptions) {
    super(nothing);
    this.#holding = new Holding(options.keep ?? new Keep());
    this.#door = new Door(options.server, options.fetch);
    this.wishes = new Wishes(
      this.#door,
      this.#holding,
      (place) => this.patch({ place }),
      () => this.#judged(),
      (isRemembered) => this.patch({ isRemembered, preference: null }),
    );
    this.#now = options.now ?? Date.now;
    this.clock = new ServerClock(this.#now);
    this.#socket = new ResumableSocket({
      address: (seq) => socketAddress(options.server, `${path(this.#holding.id)}/socket?after=${seq}`),
      protocol: "holdfast.v1",
      hello: () => ({ type: "hello", token: this.#holding.token }),
      onFrame: (frame) => this.#take(frame),
      isKnown: (frame) => asContactFrame(frame) !== null,
      onLink: (link) => this.#linked(link),
      onLost: (failures) => {
        if (failures === 2) void this.#look();
      },
      ...(options.open ? { open: options.open } : {}),
    });
  }

  get hasPlace(): boolean {
    return this.#holding.id !== "";
  }

  get read(): number {
    return this.#holding.kept?.read ?? 0;
  }

  /** What takes the place along to another device; null while there is none to take. */
  get handed(): Handed | null {
    const code = this.state.place?.code;
    return this.state.phase === "waiting" && code && this.hasPlace ? { code, token: this.#holding.token } : null;
  }

  /** Picks up what was kept before a reload: same place, same transcript. Does nothing when nothing was. */
  resume(): void {
    if (!this.hasPlace) return;
    const { from = 1, pending = [], isJudged = false } = this.#holding.kept ?? {};
    this.set({ ...nothing, phase: "waiting", from, pending, isJudged });
    this.#socket.start(0);
    void this.#look();
  }

  /** Takes a place, or what can be had instead. Trying again after trouble uses the same key, so it's the same place. */
  async join(instead?: Instead): Promise<void> {
    if (this.state.phase === "joining" || this.hasPlace) return;
    const { shut } = this.state;
    this.patch({ phase: "joining", trouble: null });
    const asked = instead ? fingerprint(JSON.stringify(instead)) : null;
    const { queue, key } = this.#holding.begin(this.options.queue(), asked, this.#now());
    try {
      this.#hold(await this.#door.join({ queue, language: this.options.language(), key, instead }));
    } catch (error) {
      if (error instanceof Refused) this.#holding.forget();
      const isShut = error instanceof Refused ? shutBy(error) : null;
      const trouble = isShut ? null : refusalIn(error);
      this.patch({ phase: "idle", trouble, shut: isShut ?? shut });
    }
  }

  /** Takes over the place that a link from another device hands over, in place of what this device held. */
  async takeOver({ code, token }: Handed): Promise<void> {
    this.#socket.stop();
    this.set({ ...nothing, phase: "joining" });
    try {
      this.#claimed(await this.#door.claim(code, token));
    } catch (error) {
      this.set({ ...nothing, trouble: refusalIn(error) });
      this.resume();
    }
  }

  /** Has back the place that was given up a short while ago. */
  async reclaim(): Promise<void> {
    const { place } = this.state;
    if (!place || reclaimableFor(this.state, this.clock.now()) === 0) return;
    this.patch({ trouble: null });
    try {
      this.#claimed(await this.#door.claim(place.code, this.#holding.token));
    } catch (error) {
      this.patch({ trouble: refusalIn(error) });
    }
  }

  say(text: string): void {
    const words = text.trim().slice(0, 4000);
    if (!words || this.state.phase === "closed" || !this.hasPlace) return;
    const said = { client_id: freshKey(), text: words };
    this.#setPending([...this.state.pending, said]);
    this.patch({ trouble: null });
    this.#sayAgain(said);
  }

  /** Says refused words once more; the same `client_id`, so they are never said twice. */
  retry(said: Pending): void {
    const again = { client_id: said.client_id, text: said.text };
    this.#setPending(this.state.pending.map((other) => (other.client_id === said.client_id ? again : other)));
    this.patch({ trouble: null });
    this.#sayAgain(again);
  }

  /** Hands over an answer that was asked for apart from the talk. The value passes through and is kept nowhere. */
  secure(value: string): void {
    const input = this.state.input;
    if (!input) return;
    const sent = this.#socket.send({ type: "secure", request_id: input.request_id, name: input.name, value });
    this.patch({ inputState: sent ? "sent" : "again", trouble: null });
  }

  /** Whether it was handed over; the caller is told where it was not. */
  correct(id: string, value: string): boolean {
    return this.#order({ type: "correct", id, value });
  }

  holdQuietly(): void {
    if (this.#order({ type: "hold_quietly" })) this.patch({ isQuiet: true });
  }

  settled(): void {
    this.#order({ type: "settled", give_up_place: true });
  }

  /** Leaves the line, also when the socket is down just now. */
  leave(): void {
    if (this.#socket.send({ type: "leave" })) return;
    void this.#door.leave(this.#holding.id, this.#holding.token).catch(() => undefined);
    const closedAt = new Date(this.#now()).toISOString();
    this.set({ ...this.state, phase: "closed", outcome: "left", closedAt, input: null });
    this.#socket.stop();
  }

  typing(): void {
    if (this.state.phase === "connected" && this.#typing.isDue("", this.#now())) this.#socket.send({ type: "typing" });
  }

  markRead(seq: number): void {
    if (seq <= this.read) return;
    this.#holding.write({ read: seq });
    this.set({ ...this.state });
  }

  /** Back to the beginning, after the end. */
  startAgain(): void {
    this.#socket.stop();
    this.#holding.forget();
    this.set(nothing);
  }

  /** Another tab changed what is kept: follow it to a new contact, or to none. */
  reread(): void {
    if (this.#holding.reread()) this.#follow();
  }

  wake(): void {
    this.#socket.wake();
  }

  stop(): void {
    this.#typing.stop();
    this.#socket.stop();
  }

  #hold({ contactId, token, place, greeting, language }: Held): void {
    this.#holding.write({ contactId, token, from: place.position ?? 1, instead: null });
    this.set(taken(place, greeting, language));
    this.#socket.start(0);
  }

  #follow(): void {
    this.#socket.stop();
    this.set(nothing);
    this.resume();
  }

  #judged(): void {
    this.#holding.write({ isJudged: true });
    this.patch({ isJudged: true });
  }

  /** A place that was claimed: the transcript comes anew, and what was read before stays read. */
  #claimed(claimed: Held): void {
    const read = this.#holding.id === claimed.contactId ? this.read : 0;
    this.#holding.begin(this.options.queue(), null, this.#now());
    this.#holding.write({ read });
    this.#hold(claimed);
  }

  #take(raw: Frame): void {
    const frame = asContactFrame(raw);
    if (!frame) return;
    // The place comes behind what is replayed: from it on frames are new, and tell the time.
    if (frame.type === "place.updated") this.#isLive = true;
    if (this.#isLive) this.clock.learn(frame.at);
    // The greeting of the answer stands until the transcript itself arrives, which has it in its place.
    const state =
      frame.seq === undefined ? this.state : { ...this.state, talk: this.state.talk.filter((item) => item.seq > 0) };
    const next = after(state, frame);
    this.set(next);
    if (next.pending.length !== state.pending.length) this.#holding.write({ pending: next.pending });
    if (next.from !== this.#holding.kept?.from) this.#holding.write({ from: next.from });
    if (frame.type === "contact.closed") this.#socket.stop();
    if (frame.type === "typing") this.#typing.shown("", () => this.patch({ typing: null }));
    if (frame.type === "error") this.#refusedBy(frame.data.code);
  }

  #linked(link: State["link"]): void {
    this.set(linked(this.state, link));
    if (link !== "open") {
      this.#isLive = false;
      return;
    }
    for (const said of this.state.pending) if (!said.failed) this.#sayAgain(said);
  }

  #order(frame: object): boolean {
    const isSent = this.#socket.send(frame);
    this.patch({ trouble: isSent ? null : AWAY });
    return isSent;
  }

  #sayAgain({ client_id, text }: Pending): void {
    this.#socket.send({ type: "say", text, client_id });
  }

  #refusedBy(code: string): void {
    if (code === "claimed_elsewhere") this.#movedAway();
    if (OPENS_NOTHING.includes(code)) this.#gone();
  }

  /** The place has moved: to another tab, which this one follows, or to another device. */
  #movedAway(): void {
    if (this.#holding.reread() && this.hasPlace) return this.#follow();
    this.#gone("elsewhere");
    this.#holding.forget();
  }

  /** Asks over HTTP how the contact stands: what frames don't repeat, and whether the token still opens anything. */
  async #look(): Promise<void> {
    try {
      const view = await this.#door.look(this.#holding.id, this.#holding.token);
      const [seen, known] = [isPlace(view.place) ? view.place : null, this.state.place];
      // The socket's place may be newer than this answer; how the caller is reached it may not have said.
      const place = known && seen ? { ...seen, ...known } : (known ?? seen);
      const from = Math.max(this.state.from, place?.position ?? 1);
      const language = typeof view.language === "string" ? view.language : this.state.language;
      this.clock.learn(view.now);
      this.patch({ isQuiet: view.dialogue === "quiet", place, from, language });
    } catch (error) {
      if (error instanceof Refused && [401, 403, 404, 410].includes(error.status)) this.#gone();
    }
  }

  /** The contact can't be reached with what we hold: said once, and the way is free for a new one. */
  #gone(why = "gone"): void {
    this.#socket.stop();
    const outcome = this.state.outcome ?? why;
    this.set({ ...this.state, phase: "closed", outcome, input: null, pending: [], trouble: null });
  }

  #setPending(pending: State["pending"]): void {
    this.patch({ pending });
    this.#holding.write({ pending });
  }
}
