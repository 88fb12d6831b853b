/** The port where a console becomes a telephone. Two devices fit: the Voice SDK of Twilio, and the emulator's own socket. */
import type { Caption } from "../../phone/state";

/** `reconnecting` mends itself; `gone` does not, and says why. */
export type Standing = "connecting" | "ready" | "reconnecting" | "gone";

export type Why = "microphone_refused" | "no_microphone" | "unsupported" | "refused";

/** The one call on the device. */
export interface DeviceCall {
  readonly id: string;
  readonly isOpen: boolean;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** The microphones and loudspeakers of this machine, and which are in use. */
export interface Sounds {
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
  readonly input: string | null;
  readonly output: string | null;
}

export interface DeviceEvents {
  readonly onStanding: (standing: Standing, why?: Why) => void;
  readonly onCall: (call: DeviceCall | null) => void;
  readonly onSounds: (sounds: Sounds) => void;
  /** What is heard, where the line carries words instead of sound. */
  readonly onCaptions: (captions: readonly Caption[]) => void;
  /** The credentials will not hold much longer. */
  readonly onEnding: () => void;
}

export interface SoftphoneDevice {
  /** Registers; how that goes is told by `onStanding`. */
  start(): void;
  /** Hangs up, and is rung no more. */
  stop(): void;
  renew(credentials: Credentials): void;
  answer(): void;
  /** Ends the call, or declines it while it rings. */
  hangUp(): void;
  mute(isMuted: boolean): void;
  press(keys: string): void;
  use(sounds: Partial<Pick<Sounds, "input" | "output">>): void;
  /** Words instead of a voice; null where the line carries sound. */
  readonly say: ((words: string) => void) | null;
}

/** What the service gives a signed-in agent: which device, and how it is reached. */
export type Credentials =
  | { readonly kind: "twilio"; readonly identity: string; readonly token: string; readonly ttl_seconds: number }
  | { readonly kind: "emulator"; readonly identity: string; readonly address: string; readonly socket: string };

export function asCredentials(value: unknown): Credentials | null {
  const given = value as Partial<Record<string, unknown>> | null;
  const has = (...names: string[]): boolean => names.every((name) => typeof given?.[name] === "string");
  if (given?.kind === "twilio" && has("identity", "token")) return value as Credentials;
  if (given?.kind === "emulator" && has("identity", "address", "socket")) return value as Credentials;
  return null;
}
