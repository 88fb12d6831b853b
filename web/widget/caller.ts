/** The caller's side of one contact: takes the place, follows it, says things, and comes back after every interruption. */
import { asContactFrame, type Gathered, isPlace, type Place } from "../shared/contact-wire";
import { freshKey } from "../shared/keys";
import { ask, Refused } from "../shared/request";
import { type Frame, ResumableSocket, socketAddress, type SocketOptions } from "../shared/socket";
import { Store } from "../shared/store";
import { Keep, type Kept } from "./keep";
import { after, linked, nothing, type Pending, type State } from "./state";

export interface CallerOptions {
  /** The service's origin, `https://help.bank.example`. */
  readonly server: string;
  readonly queue: () => string | null;
  readonly language: string;
  readonly keep?: Keep;
  readonly fetch?: typeof fetch;
  readonly open?: SocketOptions["open"];
  readonly now?: () => number;
}

/** How long the service honours an idempotency key; a kept one that is older would be refused or take a second place anyway. */
const KEY_LASTS_MS = 9 * 60_000;
const TYPING_SHOWN_MS = 6_000;
const TYPING_TOLD_EVERY_MS = 3_000;

export class Caller extends Store<State> {
  readonly #keep: Keep;
  readonly #socket: ResumableSocket;
  readonly #now: () => number;
  #kept: Kept | null;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #toldTypingAt = 0;

  constructor(private readonly options: CallerOptions) {
    super(nothing);
    this.#keep = options.keep ?? new Keep();
    this.#now = options.now ?? Date.now;
    this.#kept = this.#keep.read();
    this.#socket = new ResumableSocket({
      address: (seq) => socketAddress(options.server, `${this.#path()}/socket?after=${seq}`),
      protocol: "holdfast.v1",
      hello: () => ({ type: "hello", token: this.#kept?.token }),
      onFrame: (frame) => this.#take(frame),
      onLink: (link) => this.#linked(link),
      onLost: (failures) => {
        if (failures === 2) void this.#look();
      },
      ...(options.open ? { open: options.open } : {}),
    });
  }

  get hasPlace(): boolean {
    return this.#kept?.contactId != null;
  }

  get read(): number {
    return this.#kept?.read ?? 0;
  }

  /** Picks up what was kept before a reload: same place, same transcript. Does nothing when nothing was. */
  resume(): void {
    if (!this.#kept?.contactId) return;
    this.set({ ...nothing, phase: "waiting", from: this.#kept.from, pending: this.#kept.pending });
    this.#socket.start(0);
    void this.#look();
  }

  /** Takes a place. Trying again after trouble uses the same key, so it's the same place. */
  async join(): Promise<void> {
    if (this.state.phase === "joining" || this.hasPlace) return;
    this.patch({ phase: "joining", trouble: null });
    const queue = this.options.queue();
    const old = this.#kept;
    const isUsable = old !== null && old.queue === queue && this.#now() - old.keyAt < KEY_LASTS_MS;
    this.#kept = isUsable
      ? old
      : {
          version: 1,
          key: freshKey(),
          keyAt: this.#now(),
          queue,
          contactId: null,
          token: null,
          from: 1,
          pending: [],
          read: 0,
        };
    this.#keep.write(this.#kept);
    try {
      const asked = {
        channel: "chat",
        ...(queue ? { queue } : {}),
        language: this.options.language,
        idempotency_key: this.#kept.key,
        identity_token: null,
      };
      this.#joined(await this.#ask("/api/v1/contacts", asked));
    } catch (error) {
      if (error instanceof Refused) this.#forget();
      this.patch({ phase: "idle", trouble: error instanceof Refused ? error.message : "" });
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

  correct(id: string, value: string): void {
    this.#socket.send({ type: "correct", id, value });
  }

  holdQuietly(): void {
    if (this.#socket.send({ type: "hold_quietly" })) this.patch({ isQuiet: true });
  }

  settled(): void {
    this.#socket.send({ type: "settled", give_up_place: true });
  }

  /** Leaves the line, also when the socket is down just now. */
  leave(): void {
    if (this.#socket.send({ type: "leave" })) return;
    void this.#ask(this.#path(), undefined, "DELETE").catch(() => undefined);
    this.set({ ...this.state, phase: "closed", outcome: "left", input: null });
    this.#socket.stop();
  }

  typing(): void {
    if (this.state.phase !== "connected" || this.#now() - this.#toldTypingAt < TYPING_TOLD_EVERY_MS) return;
    this.#toldTypingAt = this.#now();
    this.#socket.send({ type: "typing" });
  }

  markRead(seq: number): void {
    if (!this.#kept || seq <= this.#kept.read) return;
    this.#write({ read: seq });
    this.set({ ...this.state });
  }

  /** Back to the beginning, after the end. */
  startAgain(): void {
    this.#socket.stop();
    this.#forget();
    this.set(nothing);
  }

  /** Another tab changed what is kept: follow it to a new contact, or to none. */
  reread(): void {
    const kept = this.#keep.read();
    if (kept?.contactId === this.#kept?.contactId) return;
    this.#socket.stop();
    this.#kept = kept;
    this.set(nothing);
    this.resume();
  }

  wake(): void {
    this.#socket.wake();
  }

  stop(): void {
    clearTimeout(this.#typingTimer);
    this.#socket.stop();
  }

  #joined(answer: unknown): void {
    const { contact_id, token, place, greeting } = answer as {
      contact_id: string;
      token: string;
      place: Place;
      greeting?: { text: string };
    };
    if (!isPlace(place)) throw new Error("no place in the answer");
    const from = place.position ?? 1;
    this.#write({ contactId: contact_id, token, from });
    const first = greeting?.text
      ? [{ kind: "message", seq: 0, at: place.entered_at, author: "assistant", text: greeting.text } as const]
      : [];
    this.set({ ...nothing, phase: "waiting", place, from, talk: first });
    this.#socket.start(0);
  }

  #take(raw: Frame): void {
    const frame = asContactFrame(raw);
    if (!frame) return;
    // The greeting of the answer stands until the transcript itself arrives, which has it in its place.
    const state =
      frame.seq === undefined ? this.state : { ...this.state, talk: this.state.talk.filter((item) => item.seq > 0) };
    const next = after(state, frame);
    this.set(next);
    if (next.pending.length !== state.pending.length) this.#write({ pending: next.pending });
    if (next.from !== this.#kept?.from) this.#write({ from: next.from });
    if (frame.type === "contact.closed") this.#socket.stop();
    if (frame.type === "typing") this.#fadeTyping();
    if (frame.type === "error" && ["no_such_contact", "unauthorized", "invalid_token"].includes(frame.data.code))
      this.#gone();
  }

  #linked(link: State["link"]): void {
    this.set(linked(this.state, link));
    if (link !== "open") return;
    for (const said of this.state.pending) if (!said.failed) this.#sayAgain(said);
  }

  #sayAgain({ client_id, text }: Pending): void {
    this.#socket.send({ type: "say", text, client_id });
  }

  #fadeTyping(): void {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.patch({ typing: null }), TYPING_SHOWN_MS);
  }

  /** Asks over HTTP how the contact stands: what frames don't repeat, and whether the token still opens anything. */
  async #look(): Promise<void> {
    try {
      const view = (await this.#ask(this.#path())) as {
        dialogue?: string;
        place?: unknown;
        gathered?: Gathered | null;
      };
      const place = isPlace(view.place) && !this.state.place ? view.place : this.state.place;
      this.patch({ isQuiet: view.dialogue === "quiet", place, from: Math.max(this.state.from, place?.position ?? 1) });
    } catch (error) {
      if (error instanceof Refused && [401, 403, 404, 410].includes(error.status)) this.#gone();
    }
  }

  /** The contact can't be reached with what we hold: said once, and the way is free for a new one. */
  #gone(): void {
    this.#socket.stop();
    this.set({
      ...this.state,
      phase: "closed",
      outcome: this.state.outcome ?? "gone",
      input: null,
      pending: [],
      trouble: null,
    });
  }

  #path(): string {
    return `/api/v1/contacts/${encodeURIComponent(this.#kept?.contactId ?? "")}`;
  }

  #ask(path: string, body?: unknown, method?: "DELETE"): Promise<unknown> {
    const { fetch, server } = this.options;
    const token = this.#kept?.token;
    return ask(server + path, {
      body,
      ...(method ? { method } : {}),
      ...(token ? { token } : {}),
      ...(fetch ? { fetch } : {}),
    });
  }

  #setPending(pending: State["pending"]): void {
    this.patch({ pending });
    this.#write({ pending });
  }

  #write(change: Partial<Kept>): void {
    if (!this.#kept) return;
    this.#kept = { ...this.#kept, ...change };
    this.#keep.write(this.#kept);
  }

  #forget(): void {
    this.#kept = null;
    this.#keep.clear();
  }
}
