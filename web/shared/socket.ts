/** A socket that comes back by itself and resumes where it was. */

export interface Frame {
  readonly type: string;
  readonly seq?: number;
  readonly revision?: number;
  readonly at?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export type Link = "idle" | "connecting" | "open" | "waiting";

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketOptions {
  /** The address to connect to, given the last numbered frame that was seen (0 at first). */
  readonly address: (after: number) => string;
  readonly protocol: string;
  /** The first frame to send on every connection, if the protocol wants one. */
  readonly hello?: () => object | null;
  /** Whether `seq` numbers the whole stream. False where every connection starts with a snapshot of its own. */
  readonly resumes?: boolean;
  readonly onFrame: (frame: Frame) => void;
  /** Whether a numbered frame can be understood: one that can't counts for nothing, so that its number hides no other. */
  readonly isKnown?: (frame: Frame) => boolean;
  readonly onLink?: (link: Link) => void;
  /** Every close that was not asked for, with how many tries in a row have failed to receive anything. */
  readonly onLost?: (failures: number, code: number) => void;
  readonly open?: (address: string, protocol: string) => SocketLike;
  readonly random?: () => number;
}

const PING_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 10_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;
/** A link from which nothing came for so long is asked whether it lives before more is entrusted to it. */
const QUIET_MS = 5_000;
/** So long a connection may take to be made. */
const OPEN_WITHIN_MS = 15_000;

/** How long to wait before try number `failures + 1`: doubling, capped well inside a caller's grace, spread by half. */
export function backOff(failures: number, random: () => number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return full / 2 + (full / 2) * random();
}

/** A frame when `raw` is one, else null: a JSON object with a `type`. Where `data` is left out, the other fields are the data. */
export function readFrame(raw: unknown): Frame | null {
  if (typeof raw !== "string") return null;
  try {
    const value = JSON.parse(raw) as ({ type: string } & Record<string, unknown>) | null;
    if (value === null || typeof value !== "object" || typeof value.type !== "string") return null;
    const { type, data = value } = value;
    if (typeof data !== "object" || data === null) return null;
    return { ...value, type, data: data as Record<string, unknown> };
  } catch {
    return null;
  }
}

/**
 * Promises: frames reach `onFrame` in order, numbered ones once each across reconnections (by rising `seq`); while `start`ed it
 * reconnects for ever, with back-off, at once when told to `wake`; a link on which a ping is not answered is replaced.
 */
export class ResumableSocket {
  #socket: SocketLike | null = null;
  #link: Link = "idle";
  #lastSeq = 0;
  #failures = 0;
  #heard = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #pong: ReturnType<typeof setTimeout> | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;

  constructor(private readonly options: SocketOptions) {}

  get link(): Link {
    return this.#link;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Connects, asking for everything after `after`. */
  start(after = 0): void {
    this.#lastSeq = after;
    this.#failures = 0;
    this.#connect();
  }

  /** Closes and stays closed. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#drop();
    this.#turn("idle");
  }

  /** The network or the tab is back: try now, or make sure that the open link is alive. */
  wake(): void {
    if (this.#link === "waiting") this.#connect();
    else if (this.#link === "open") this.#ping();
  }

  /** Sends a frame if the link is open; says whether it was handed over (which is not yet a confirmation). */
  send(frame: object): boolean {
    if (this.#link !== "open" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    if (Date.now() - this.#heardAt > QUIET_MS) this.#ping();
    return true;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#drop();
    this.#turn("connecting");
    const open = this.options.open ?? ((url, protocol) => new WebSocket(url, protocol) as unknown as SocketLike);
    const socket = open(this.options.address(this.#lastSeq), this.options.protocol);
    this.#socket = socket;
    this.#heard = false;
    this.#opening = setTimeout(() => this.#lost(4000), OPEN_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(this.#opening);
      this.#heardAt = Date.now();
      const hello = this.options.hello?.();
      if (hello) socket.send(JSON.stringify(hello));
      this.#heartbeat = setInterval(() => this.#ping(), PING_EVERY_MS);
      this.#turn("open");
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
  }

  #receive(raw: unknown): void {
    const frame = readFrame(raw);
    if (!frame) return;
    clearTimeout(this.#pong);
    this.#pong = undefined;
    this.#heard = true;
    this.#heardAt = Date.now();
    this.#failures = 0;
    if (frame.type === "pong") return;
    if (typeof frame.seq === "number" && this.options.resumes !== false) {
      if (frame.seq <= this.#lastSeq || this.options.isKnown?.(frame) === false) return;
      this.#lastSeq = frame.seq;
    }
    this.options.onFrame(frame);
  }

  #ping(): void {
    if (this.#link !== "open" || this.#pong !== undefined) return;
    this.#socket?.send(JSON.stringify({ type: "ping" }));
    this.#pong = setTimeout(() => this.#lost(4000), PONG_WITHIN_MS);
  }

  #lost(code: number): void {
    this.#drop();
    if (this.#link === "idle") return;
    const failures = this.#heard ? 0 : this.#failures;
    this.#failures = failures + 1;
    this.#turn("waiting");
    this.#retry = setTimeout(() => this.#connect(), backOff(failures, this.options.random ?? Math.random));
    this.options.onLost?.(this.#failures, code);
  }

  #drop(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#opening);
    clearTimeout(this.#pong);
    this.#pong = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #turn(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    this.options.onLink?.(link);
  }
}

/** The socket address beside an HTTP origin. */
export function socketAddress(origin: string, path: string): string {
  return origin.replace(/^http/, "ws") + path;
}
