/** The telephone itself: its line to the exchange, its calls, and what it says and plays. */
import { type Frame, ResumableSocket, socketAddress, type SocketOptions } from "../shared/socket";
import { Store } from "../shared/store";
import type { Sound } from "./sound";
import { after, isOver, isTalking, linked, onHook, pressedByMe, saidByMe, type State } from "./state";

export interface HandsetOptions {
  readonly origin: string;
  /** Where the exchange is; the built-in one's address by default. */
  readonly path?: string;
  readonly answersByItself: boolean;
  readonly sound: Pick<Sound, "speak" | "play" | "stop" | "key">;
  readonly open?: SocketOptions["open"];
}

export class Handset extends Store<State> {
  readonly #socket: ResumableSocket;
  #address = "";
  #dialling: string | null = null;

  constructor(private readonly options: HandsetOptions) {
    super(onHook);
    this.#socket = new ResumableSocket({
      address: () => socketAddress(options.origin, options.path ?? "/emulator/phone"),
      protocol: "holdfast.phone.v1",
      resumes: false,
      hello: () => ({ type: "register", address: this.#address }),
      onFrame: (frame) => this.#take(frame),
      onLink: (link) => {
        if (link !== "open") options.sound.stop();
        this.set(linked(this.state, link));
      },
      ...(options.open ? { open: options.open } : {}),
    });
  }

  /** Connects under an address; calls to it ring here from now on. */
  start(address: string): void {
    this.#address = tidy(address);
    this.#socket.start();
  }

  stop(): void {
    this.options.sound.stop();
    this.#socket.stop();
  }

  /** Takes another address, between calls. */
  register(address: string): void {
    this.#address = tidy(address);
    if (isOver(this.state.call)) this.#socket.send({ type: "register", address: this.#address });
  }

  dial(mine: string, to: string): void {
    if (!isOver(this.state.call)) return;
    this.set({ ...this.state, trouble: null, captions: [] });
    this.#dialling = tidy(to);
    if (tidy(mine) === this.state.address) this.#dialNow();
    else this.register(mine);
  }

  answer(): void {
    if (this.state.call?.status === "ringing") this.#send("answer");
  }

  hangUp(): void {
    if (!isOver(this.state.call)) this.#send("hang_up");
  }

  say(words: string): void {
    const text = words.trim();
    if (!text || !isTalking(this.state)) return;
    this.#send("say", { text });
    this.set(saidByMe(this.state, text));
  }

  /** Writes to a number, by WhatsApp where that is asked for. */
  write(to: string, words: string, isWhatsApp: boolean): void {
    const body = words.trim();
    if (body) this.#socket.send({ type: "text", to: (isWhatsApp ? "whatsapp:" : "") + tidy(to), body });
  }

  press(key: string): void {
    this.options.sound.key(key);
    if (!isTalking(this.state)) return;
    this.#send("press", { digits: key });
    this.set(pressedByMe(this.state, 1));
  }

  wake(): void {
    this.#socket.wake();
  }

  #take(frame: Frame): void {
    const before = this.state;
    this.set(after(before, frame));
    if (frame.type === "registered" && this.#dialling) this.#dialNow();
    const { call } = this.state;
    if (call?.sid === before.call?.sid && isOver(call) && !isOver(before.call)) this.options.sound.stop();
    if (frame.data.call_sid === call?.sid) this.#sound(frame);
    const rings = call?.direction === "incoming" && call.status === "ringing" && before.call?.status !== "ringing";
    if (rings && this.options.answersByItself) this.answer();
  }

  #sound({ type, data }: Frame): void {
    const { sound } = this.options;
    const text = typeof data.text === "string" ? data.text : "";
    if (type === "spoken") sound.speak(text, typeof data.language === "string" ? data.language : "");
    if (type === "caption") sound.speak(text, "", true);
    if (type === "play" && typeof data.url === "string") sound.play(data.url, Number(data.loop ?? 1));
    if (type === "stop") sound.stop();
  }

  #dialNow(): void {
    this.#socket.send({ type: "dial", to: this.#dialling });
    this.#dialling = null;
  }

  #send(type: string, fields: object = {}): void {
    this.#socket.send({ type, call_sid: this.state.call?.sid, ...fields });
  }
}

/** `+44 (0)20 7183 8750` as it is dialled: `+442071838750`. Other addresses (`client:amira`, `anonymous`) stay as they are. */
export function tidy(address: string): string {
  const trimmed = address.trim();
  return /^[+\d][\d\s().-]*$/.test(trimmed) ? trimmed.replace(/^(\+.*)\(0\)/, "$1").replace(/[^\d+]/g, "") : trimmed;
}
