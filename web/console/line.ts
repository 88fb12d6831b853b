/** The agent's line to the service: the socket, commands that are answered by their `ref`, and the desk that they change. */
import { asAgentFrame, type Offer } from "../shared/agent-wire";
import { ServerClock } from "../shared/instants";
import { freshKey } from "../shared/keys";
import { Refused, Unavailable } from "../shared/request";
import { type Frame, ResumableSocket, socketAddress, type SocketOptions } from "../shared/socket";
import { Store } from "../shared/store";
import { Typing } from "../shared/typing";
import { after, concerns, type Desk, emptyDesk, linked, type Pending, put, select } from "./desk";

export interface LineOptions {
  readonly origin: string;
  /** The service no longer knows this session. */
  readonly onSignedOut: () => void;
  /** Asked after a few failed tries: is it the network, or is the session over? */
  readonly isSignedIn: () => Promise<boolean>;
  readonly onOffer?: () => void;
  /** A caller has said something. */
  readonly onWords?: () => void;
  /** An accepted contact has gone back to its place before anybody was connected, or after; with the reason. */
  readonly onReturned?: (reason: string) => void;
  readonly open?: SocketOptions["open"];
  readonly now?: () => number;
}

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

const POLICY_VIOLATION = 1008;
/** How long after its deadline an offer is still shown: what the two clocks may differ by. */
const GRACE_SECONDS = 0.5;

export class Line extends Store<Desk> {
  readonly clock: ServerClock;
  readonly #socket: ResumableSocket;
  readonly #waiting = new Map<string, Waiting>();
  readonly #shown = new Set<string>();
  readonly #typing = new Typing();
  /** Words that nobody has confirmed, and whose they are, over the end of a session. */
  #unsent: { readonly username: string; readonly byContact: ReadonlyMap<string, readonly Pending[]> } | null = null;

  constructor(private readonly options: LineOptions) {
    super(emptyDesk);
    this.clock = new ServerClock(options.now);
    this.#socket = new ResumableSocket({
      address: () => socketAddress(options.origin, "/api/v1/agent/socket"),
      protocol: "holdfast.agent.v1",
      resumes: false,
      onFrame: (frame) => this.#take(frame),
      onLink: (link) => this.#linked(link),
      onLost: (failures, code) => void this.#lost(failures, code),
      ...(options.open ? { open: options.open } : {}),
    });
  }

  start(): void {
    this.#socket.start();
  }

  /** Nothing is kept. */
  stop(): void {
    this.#unsent = null;
    this.#close();
  }

  /** The offers that stand: one whose time is up is none any more, whether or not the service has said so yet. */
  get standing(): readonly Offer[] {
    return this.state.offers.filter((offer) => this.clock.secondsUntil(offer.expires_at) > -GRACE_SECONDS);
  }

  #close(): void {
    this.#socket.stop();
    this.#shown.clear();
    this.#typing.stop();
    this.set(emptyDesk);
  }

  wake(): void {
    this.#socket.wake();
  }

  /** Sends a command and waits for its answer. Throws Refused with the service's sentence, or Unavailable when the line broke first. */
  readonly order = async (type: string, fields: object = {}): Promise<void> => {
    const ref = freshKey();
    await new Promise<void>((done, failed) => {
      this.#waiting.set(ref, { done, failed });
      if (!this.#socket.send({ type, ...fields, ref })) {
        this.#waiting.delete(ref);
        failed(new Unavailable("The line is down."));
      }
    });
  };

  /** The briefing is on the screen: nothing more stands before the connection. Said once for each time it's handed over. */
  briefingShown(contactId: string): void {
    if (this.#shown.has(contactId)) return;
    this.#shown.add(contactId);
    this.order("briefing_shown", { contact_id: contactId }).catch(() => this.#shown.delete(contactId));
  }

  /** The agent is writing to the caller: told now and then. */
  typing(contactId: string): void {
    if (this.#typing.isDue(contactId, this.clock.now())) this.#socket.send({ type: "typing", contact_id: contactId });
  }

  async say(contactId: string, text: string): Promise<void> {
    const said = { client_id: freshKey(), text };
    this.#pend(contactId, (pending) => [...pending, said]);
    await this.#say(contactId, said);
  }

  /** Says refused words once more; the same `client_id`, so they are never said twice. */
  async sayAgain(contactId: string, { client_id, text }: Pending): Promise<void> {
    const said = { client_id, text };
    this.#pend(contactId, (pending) => pending.map((other) => (other.client_id === client_id ? said : other)));
    await this.#say(contactId, said);
  }

  async #say(contactId: string, said: Pending): Promise<void> {
    try {
      await this.order("say", { contact_id: contactId, ...said });
    } catch (error) {
      // Broken off: sent again with the same client_id when the line is back. Refused: it stays, marked, for the agent.
      if (error instanceof Refused)
        this.#pend(contactId, (pending) =>
          pending.map((item) => (item.client_id === said.client_id ? { ...item, failed: true } : item)),
        );
      throw error;
    }
  }

  select(contactId: string): void {
    this.set(select(this.state, contactId));
  }

  #pend(
    contactId: string,
    change: (pending: Desk["cards"][number]["pending"]) => Desk["cards"][number]["pending"],
  ): void {
    const card = this.state.cards.find((known) => known.contact_id === contactId);
    if (card) this.set(put(this.state, { ...card, pending: change(card.pending) }));
  }

  #take(raw: Frame): void {
    const frame = asAgentFrame(raw);
    if (!frame) return;
    this.clock.learn(frame.type === "snapshot" || frame.revision !== undefined ? frame.at : undefined);
    if (frame.type === "ok" || frame.type === "error") this.#answered(frame.data);
    if (frame.type === "contact.briefing") this.#shown.delete(frame.data.contact_id);
    const { offers, beside } = this.state;
    this.set(after(this.state, frame));
    if (this.state.offers.some((offer) => !offers.some((known) => known.offer_id === offer.offer_id)))
      this.options.onOffer?.();
    if (frame.type === "message.added" && frame.data.author === "caller" && !frame.data.caption && concerns(this.state, frame.data.contact_id))
      this.options.onWords?.();
    if (frame.type === "contact.returned" && !beside.has(frame.data.contact_id)) this.options.onReturned?.(frame.data.reason ?? "");
    if (frame.type === "typing") this.#shows(frame.data.contact_id);
    if (frame.type === "snapshot") this.#resend();
  }

  #shows(contactId: string): void {
    this.#typing.shown(contactId, () => {
      const card = this.state.cards.find((known) => known.contact_id === contactId);
      if (card) this.set(put(this.state, { ...card, isTyping: false }));
    });
  }

  /** What was not confirmed before the line broke or the session ended. */
  #resend(): void {
    const { agent } = this.state;
    const unsent = this.#unsent?.username === agent?.username ? this.#unsent : null;
    this.#unsent = null;
    for (const card of this.state.cards) {
      const arrived = new Set(card.transcript.map((said) => said.client_id));
      const words = unsent?.byContact.get(card.contact_id)?.filter((said) => !arrived.has(said.client_id)) ?? [];
      if (words.length > 0) this.#pend(card.contact_id, (pending) => [...words, ...pending]);
    }
    for (const card of this.state.cards) {
      for (const said of card.pending) {
        if (!said.failed)
          this.#socket.send({ type: "say", contact_id: card.contact_id, text: said.text, client_id: said.client_id });
      }
    }
  }

  #answered(data: { ref?: unknown; code?: string; message?: string }): void {
    const ref = typeof data.ref === "string" ? data.ref : "";
    const waiting = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    if (data.code === "unauthorized") this.#over();
    else if (data.code === undefined) waiting?.done();
    else waiting?.failed(new Refused(data.code, data.message ?? data.code, 0, data));
  }

  #linked(link: Desk["link"]): void {
    this.set(linked(this.state, link));
    if (link === "open") return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { failed } of waiting) failed(new Unavailable("The line broke."));
  }

  async #lost(failures: number, code: number): Promise<void> {
    if (code !== POLICY_VIOLATION && failures !== 2) return;
    if (!(await this.options.isSignedIn().catch(() => true))) this.#over();
  }

  /** The session is over: what was not confirmed waits for the same agent to come back. */
  #over(): void {
    const { agent, cards } = this.state;
    const byContact = new Map(cards.map((card) => [card.contact_id, card.pending]));
    if (agent) this.#unsent = { username: agent.username, byContact };
    this.#close();
    this.options.onSignedOut();
  }
}
