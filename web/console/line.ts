/** The agent's line to the service: the socket, commands that are answered by their `ref`, and the desk that they change. */
import { asAgentFrame } from "../shared/agent-wire";
import { ServerClock } from "../shared/instants";
import { freshKey } from "../shared/keys";
import { Refused, Unavailable } from "../shared/request";
import { type Frame, ResumableSocket, socketAddress, type SocketOptions } from "../shared/socket";
import { Store } from "../shared/store";
import { after, type Desk, emptyDesk, linked, put, select } from "./desk";

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
}

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

const POLICY_VIOLATION = 1008;

export class Line extends Store<Desk> {
  readonly clock = new ServerClock();
  readonly #socket: ResumableSocket;
  readonly #waiting = new Map<string, Waiting>();
  readonly #shown = new Set<string>();

  constructor(private readonly options: LineOptions) {
    super(emptyDesk);
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

  stop(): void {
    this.#socket.stop();
    this.#shown.clear();
    this.set(emptyDesk);
  }

  wake(): void {
    this.#socket.wake();
  }

  /** Sends a command and waits for its answer. Throws Refused with the service's sentence, or Unavailable when the line broke first. */
  async order(type: string, fields: object = {}): Promise<void> {
    const ref = freshKey();
    await new Promise<void>((done, failed) => {
      this.#waiting.set(ref, { done, failed });
      if (!this.#socket.send({ type, ...fields, ref })) {
        this.#waiting.delete(ref);
        failed(new Unavailable("The line is down."));
      }
    });
  }

  /** The briefing is on the screen: nothing more stands before the connection. Said once for each time it's handed over. */
  briefingShown(contactId: string): void {
    if (this.#shown.has(contactId)) return;
    this.#shown.add(contactId);
    this.order("briefing_shown", { contact_id: contactId }).catch(() => this.#shown.delete(contactId));
  }

  async say(contactId: string, text: string): Promise<void> {
    const said = { client_id: freshKey(), text };
    this.#pend(contactId, (pending) => [...pending, said]);
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
    const offers = this.state.offers;
    this.set(after(this.state, frame));
    if (this.state.offers.some((offer) => !offers.some((known) => known.offer_id === offer.offer_id)))
      this.options.onOffer?.();
    if (frame.type === "message.added" && frame.data.author === "caller" && !frame.data.caption)
      this.options.onWords?.();
    if (frame.type === "contact.returned") this.options.onReturned?.(frame.data.reason ?? "");
    if (frame.type === "snapshot") this.#sayAgain();
  }

  #sayAgain(): void {
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

  #over(): void {
    this.stop();
    this.options.onSignedOut();
  }
}
