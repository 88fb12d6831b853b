/** The telephone in a console: gets what it needs from the service, chooses the device, and tells the service whether it can be rung. */
import type { Agent } from "../../shared/agent-wire";
import type { Caption } from "../../phone/state";
import { ask, Refused } from "../../shared/request";
import { Store } from "../../shared/store";
import {
  asCredentials,
  type Credentials,
  type DeviceCall,
  type DeviceEvents,
  type SoftphoneDevice,
  type Sounds,
  type Standing,
  type Why,
} from "./device";
import { EmulatedDevice } from "./emulated-device";
import { VoiceDevice } from "./voice-device";

export interface SoftphoneState {
  readonly standing: "off" | Standing;
  readonly why: Why | null;
  readonly call: (DeviceCall & { readonly since: number }) | null;
  readonly sounds: Sounds | null;
  readonly captions: readonly Caption[];
  /** The line carries words instead of sound. */
  readonly isWritten: boolean;
}

export const off: SoftphoneState = {
  standing: "off",
  why: null,
  call: null,
  sounds: null,
  captions: [],
  isWritten: false,
};

export interface SoftphoneOptions {
  /** Tells the service whether this console can be rung; thrown away where the line is down, and told again with the next snapshot. */
  readonly tell: (isReady: boolean) => void;
  /** Whether a call that rings now is one that was asked for on this page. */
  readonly isAwaited: () => boolean;
  readonly credentials?: () => Promise<unknown>;
  readonly device?: (credentials: Credentials, events: DeviceEvents) => SoftphoneDevice;
  readonly now?: () => number;
}

const AGAIN_MS = 5000;
const CHOICES = { input: "holdfast.microphone", output: "holdfast.loudspeaker" } as const;

export class Softphone extends Store<SoftphoneState> {
  #device: SoftphoneDevice | null = null;
  #isWanted = false;
  #isLive = false;
  #told: boolean | null = null;
  #answered: string | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: SoftphoneOptions) {
    super(off);
  }

  /** A call rings and waits for a hand. */
  get isWaiting(): boolean {
    const { call } = this.state;
    return call !== null && !call.isOpen && this.#answered !== call.id;
  }

  /** Follows what the service says of the agent: on where calls are to ring here, off otherwise. `isLive`: it is so now. */
  attend(agent: Agent | null, isLive: boolean): void {
    if (isLive && !this.#isLive) this.#told = null; // a new connection knows nothing of this telephone
    this.#isLive = isLive;
    const isWanted = agent?.softphone != null && agent.ring_choice !== "phone";
    if (agent !== null && isWanted !== this.#isWanted) {
      this.#isWanted = isWanted;
      if (isWanted) void this.#begin();
      else this.stop();
    }
    this.#tell();
    this.#answerAwaited();
  }

  /** Tries again after a refusal: the microphone is there now, or allowed. */
  retry(): void {
    if (!this.#isWanted) return;
    this.#drop();
    void this.#begin();
  }

  stop(): void {
    this.#isWanted = false;
    this.#drop();
    this.set(off);
    this.#tell();
  }

  answer(): void {
    this.#device?.answer();
  }

  hangUp(): void {
    this.#device?.hangUp();
  }

  mute(isMuted: boolean): void {
    this.#device?.mute(isMuted);
  }

  press(keys: string): void {
    this.#device?.press(keys);
  }

  say(words: string): void {
    this.#device?.say?.(words);
  }

  use(choice: Partial<Pick<Sounds, "input" | "output">>): void {
    for (const kind of ["input", "output"] as const) if (choice[kind] !== undefined) keep(kind, choice[kind] ?? "");
    this.#device?.use(choice);
  }

  async #begin(): Promise<void> {
    clearTimeout(this.#again);
    this.patch({ standing: "connecting", why: null });
    try {
      const given = asCredentials(await (this.options.credentials ?? askForCredentials)());
      if (!this.#isWanted || this.#device) return;
      if (!given) throw new Refused("no_softphone", "", 0);
      const device = (this.options.device ?? makeDevice)(given, this.#events(() => this.#device === device));
      this.#device = device;
      this.patch({ isWritten: device.say !== null });
      device.use(kept());
      device.start();
    } catch (error) {
      if (!this.#isWanted) return;
      this.#stands("gone", error instanceof Refused ? "refused" : undefined);
      this.#later(() => void this.#begin());
    }
  }

  /** What a device tells once it has been replaced is about nothing. */
  #events(isCurrent: () => boolean): DeviceEvents {
    const current =
      <T extends unknown[]>(act: (...told: T) => void) =>
      (...told: T): void => {
        if (isCurrent()) act(...told);
      };
    return {
      onStanding: current((standing: Standing, why?: Why) => this.#stands(standing, why)),
      onCall: current((call: DeviceCall | null) => this.#called(call)),
      onSounds: current((sounds: Sounds) => this.patch({ sounds })),
      onCaptions: current((captions: readonly Caption[]) => {
        if (captions !== this.state.captions) this.patch({ captions });
      }),
      onEnding: current(() => void this.#renew()),
    };
  }

  #stands(standing: Standing, why?: Why): void {
    if (standing === this.state.standing && (why ?? null) === this.state.why) return;
    this.patch({ standing, why: why ?? null });
    this.#tell();
    // What was refused is asked for anew; a microphone is the person's to give.
    if (standing === "gone" && why === "refused" && this.#device) {
      this.#drop();
      this.#later(() => void this.#begin());
    }
  }

  #called(call: DeviceCall | null): void {
    const isNew = call?.id !== this.state.call?.id;
    const since = call?.isOpen && !this.state.call?.isOpen ? this.#now() : (this.state.call?.since ?? 0);
    this.patch({ call: call && { ...call, since } });
    if (isNew) this.#answered = null;
    this.#answerAwaited();
  }

  /** A call that was asked for is answered by itself, once: the ring may come before what it is about. */
  #answerAwaited(): void {
    const { call } = this.state;
    if (!call || call.isOpen || this.#answered === call.id || !this.options.isAwaited()) return;
    this.#answered = call.id;
    this.answer();
  }

  /** While a call is on, its connection is what counts: the token is renewed under it. */
  async #renew(): Promise<void> {
    const device = this.#device;
    try {
      const given = asCredentials(await (this.options.credentials ?? askForCredentials)());
      if (given && device && device === this.#device) device.renew(given);
    } catch {
      this.#later(() => void this.#renew());
    }
  }

  #tell(): void {
    const isReady = this.state.standing === "ready";
    if (!this.#isLive || this.#told === isReady) return;
    if (this.#told === null && !isReady) return; // nothing else is supposed of a new connection
    this.#told = isReady;
    this.options.tell(isReady);
  }

  #later(act: () => void): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(act, AGAIN_MS);
  }

  #drop(): void {
    clearTimeout(this.#again);
    const device = this.#device;
    this.#device = null;
    device?.stop();
    this.patch({ call: null, captions: [], sounds: null });
  }

  #now(): number {
    return (this.options.now ?? Date.now)();
  }
}

function makeDevice(credentials: Credentials, events: DeviceEvents): SoftphoneDevice {
  return credentials.kind === "twilio" ? new VoiceDevice(credentials, events) : new EmulatedDevice(credentials, events);
}

async function askForCredentials(): Promise<unknown> {
  return ask("/api/v1/agent/softphone", { method: "POST" });
}

function keep(kind: keyof typeof CHOICES, id: string): void {
  try {
    localStorage.setItem(CHOICES[kind], id);
  } catch {
    // A closed storage costs the memory of it, no more.
  }
}

function kept(): Pick<Sounds, "input" | "output"> {
  try {
    return { input: localStorage.getItem(CHOICES.input) || null, output: localStorage.getItem(CHOICES.output) || null };
  } catch {
    return { input: null, output: null };
  }
}
