/** The emulator's telephone: a socket of its own, and words instead of sound. */
import { Handset, type HandsetOptions } from "../../phone/handset";
import { Sound } from "../../phone/sound";
import { isOver, type State } from "../../phone/state";
import type { Credentials, DeviceCall, DeviceEvents, SoftphoneDevice } from "./device";

type Emulated = Extract<Credentials, { kind: "emulator" }>;

const STANDINGS = { idle: "gone", connecting: "connecting", open: "ready", waiting: "reconnecting" } as const;

export class EmulatedDevice implements SoftphoneDevice {
  readonly #handset: Handset;
  readonly #address: string;
  #isMuted = false;
  #call: DeviceCall | null = null;

  constructor(
    { address, socket }: Emulated,
    private readonly events: DeviceEvents,
    options: Partial<HandsetOptions> = {},
  ) {
    this.#address = address;
    this.#handset = new Handset({
      origin: options.origin ?? location.origin,
      path: socket,
      answersByItself: false,
      sound: new Sound(),
      ...options,
    });
    this.#handset.follow((state) => this.#changed(state));
  }

  start(): void {
    this.#handset.start(this.#address);
  }

  stop(): void {
    this.hangUp();
    this.#handset.stop();
  }

  renew(): void {
    // The socket asks nobody who they are.
  }

  answer(): void {
    this.#handset.answer();
  }

  hangUp(): void {
    this.#handset.hangUp();
  }

  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
  }

  press(keys: string): void {
    for (const key of keys) this.#handset.press(key);
  }

  use(): void {
    // There is no sound to be carried.
  }

  readonly say = (words: string): void => {
    if (!this.#isMuted) this.#handset.say(words);
  };

  #changed({ link, address, call, captions }: State): void {
    const isRegistered = link === "open" && address === this.#address;
    this.events.onStanding(link === "open" && !isRegistered ? "connecting" : STANDINGS[link]);
    this.events.onCaptions(captions);
    if (isOver(call)) return this.#turn(null);
    if (call) this.#turn({ id: call.sid, isOpen: call.status === "in-progress" });
  }

  #turn(call: DeviceCall | null): void {
    if (call?.id === this.#call?.id && call?.isOpen === this.#call?.isOpen) return;
    if (call?.id !== this.#call?.id) this.#isMuted = false;
    this.#call = call;
    this.events.onCall(call);
  }
}
