/**
 * Twilio's Voice SDK as the console's telephone. The package is loaded when it is needed, from our own address; its sounds, which
 * would come from Twilio's, are replaced by silence: the console rings by itself.
 */
import type { Call, Device } from "@twilio/voice-sdk";
import type { Credentials, DeviceEvents, Named, SoftphoneDevice, Sounds, Why } from "./device";

type Token = Extract<Credentials, { kind: "twilio" }>;

interface Emitter {
  on(event: string, heard: Parameters<Device["on"]>[1]): unknown;
}

/** As much of the SDK as is used here, by its own types. */
export type SdkCall = Pick<Call, "parameters" | "accept" | "reject" | "disconnect" | "mute" | "sendDigits"> & Emitter;
export type SdkDevice = Pick<Device, "register" | "destroy" | "updateToken" | "disconnectAll" | "audio"> & Emitter;
export interface Sdk {
  readonly Device: { new (token: string, options?: Device.Options): SdkDevice; readonly isSupported: boolean };
}

const RENEW_MS = 60_000;
const SILENT: readonly `${Device.SoundName}`[] = [
  ...(["incoming", "outgoing", "disconnect", "dtmfs", "dtmfh"] as const),
  ...(["dtmf0", "dtmf1", "dtmf2", "dtmf3", "dtmf4", "dtmf5", "dtmf6", "dtmf7", "dtmf8", "dtmf9"] as const),
];
// https://www.twilio.com/docs/api/errors
const TOKEN_ERRORS: readonly number[] = [20101, 20102, 20103, 20104, 20151, 20157, 31202, 31204, 31205];
const MICROPHONE_ERRORS: Readonly<Record<number, Why>> = { 31401: "microphone_refused", 31402: "no_microphone" };

interface Options {
  readonly load?: () => Promise<Sdk>;
  readonly microphone?: () => Promise<void>;
}

export class VoiceDevice implements SoftphoneDevice {
  readonly say = null;
  #token: string;
  #device: SdkDevice | null = null;
  #call: SdkCall | null = null;
  #isOpen = false;
  #isStopped = false;
  #input: string | null = null;
  #output: string | null = null;

  constructor(
    { token }: Token,
    private readonly events: DeviceEvents,
    private readonly options: Options = {},
  ) {
    this.#token = token;
  }

  start(): void {
    this.events.onStanding("connecting");
    void this.#begin().catch((error: unknown) => {
      if (!this.#isStopped) this.events.onStanding("gone", whyNot(error));
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#device?.disconnectAll();
    this.#device?.destroy();
    this.#device = null;
    this.#ended(this.#call);
  }

  renew(credentials: Credentials): void {
    if (credentials.kind !== "twilio") return;
    this.#token = credentials.token;
    this.#device?.updateToken(credentials.token);
  }

  answer(): void {
    this.#call?.accept();
  }

  hangUp(): void {
    if (this.#isOpen) this.#call?.disconnect();
    else this.#call?.reject();
  }

  mute(isMuted: boolean): void {
    this.#call?.mute(isMuted);
  }

  press(keys: string): void {
    if (this.#isOpen) this.#call?.sendDigits(keys);
  }

  /** Where one has been unplugged the browser takes another by itself. */
  use({ input, output }: Partial<Pick<Sounds, "input" | "output">>): void {
    const audio = this.#device?.audio;
    if (input !== undefined) this.#input = input;
    if (output !== undefined) this.#output = output;
    if (!audio) return;
    if (input !== undefined && this.#isOpen) this.#takeInput();
    const told = (): void => this.#tellSounds();
    if (this.#output && audio.isOutputSelectionSupported) void audio.speakerDevices.set(this.#output).then(told, told);
    this.#tellSounds();
  }

  /** The chosen microphone is open during calls alone: the SDK would leave it open afterwards. */
  #takeInput(): void {
    if (this.#input) void this.#device?.audio?.setInputDevice(this.#input).catch(() => undefined);
  }

  async #begin(): Promise<void> {
    await (this.options.microphone ?? askForMicrophone)();
    const sdk = await (this.options.load ?? (() => import("@twilio/voice-sdk")))();
    if (this.#isStopped) return;
    if (!sdk.Device.isSupported) throw new NotHere("unsupported");
    const device = new sdk.Device(this.#token, {
      allowIncomingWhileBusy: false,
      closeProtection: true,
      disableAudioContextSounds: true,
      logLevel: "silent",
      sounds: silentSounds(),
      tokenRefreshMs: RENEW_MS,
    });
    this.#device = device;
    this.#follow(device);
    await device.register();
    this.use({});
  }

  #follow(device: SdkDevice): void {
    device.on("registering", () => this.events.onStanding("connecting"));
    device.on("registered", () => this.events.onStanding("ready"));
    // The SDK registers again by itself once its connection is back.
    device.on("unregistered", () => !this.#isStopped && this.events.onStanding("reconnecting"));
    device.on("tokenWillExpire", () => this.events.onEnding());
    device.on("error", (error: unknown) => this.#failed(error));
    device.on("incoming", (call: SdkCall) => this.#rings(call));
    device.audio?.on("deviceChange", () => this.#tellSounds());
    for (const turn of ["incoming", "outgoing", "disconnect"] as const) device.audio?.[turn](false);
  }

  #rings(call: SdkCall): void {
    this.#call = call;
    this.#isOpen = false;
    call.on("accept", () => this.#opened(call));
    for (const over of ["disconnect", "cancel", "reject"]) call.on(over, () => this.#ended(call));
    call.on("error", (error: unknown) => this.#failed(error));
    this.events.onCall({ id: idOf(call), isOpen: false });
  }

  #opened(call: SdkCall): void {
    if (call !== this.#call) return;
    this.#isOpen = true;
    this.#takeInput();
    this.events.onCall({ id: idOf(call), isOpen: true });
  }

  #ended(call: SdkCall | null): void {
    if (!call || call !== this.#call) return;
    this.#call = null;
    this.#isOpen = false;
    if (this.#input) void this.#device?.audio?.unsetInputDevice().catch(() => undefined);
    this.events.onCall(null);
  }

  #failed(error: unknown): void {
    const code = codeOf(error);
    const why = MICROPHONE_ERRORS[code];
    if (why) this.events.onStanding("gone", why);
    else if (TOKEN_ERRORS.includes(code)) this.events.onStanding("gone", "refused");
    // Anything else is told by the events of the device and of the call.
  }

  #tellSounds(): void {
    const audio = this.#device?.audio;
    if (!audio) return;
    this.events.onSounds({
      inputs: named(audio.availableInputDevices),
      outputs: audio.isOutputSelectionSupported ? named(audio.availableOutputDevices) : [],
      input: this.#input,
      output: [...audio.speakerDevices.get()][0]?.deviceId ?? null,
    });
  }
}

class NotHere extends Error {
  constructor(readonly why: Why) {
    super(why);
  }
}

function whyNot(error: unknown): Why {
  if (error instanceof NotHere) return error.why;
  const why = MICROPHONE_ERRORS[codeOf(error)];
  if (why) return why;
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "microphone_refused";
  if (name === "NotFoundError" || name === "NotReadableError" || name === "OverconstrainedError") return "no_microphone";
  return "refused";
}

/** Asks before a caller waits for it; the microphone is opened anew for each call. */
async function askForMicrophone(): Promise<void> {
  if (!("mediaDevices" in navigator)) throw new NotHere("unsupported");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
}

function codeOf(error: unknown): number {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "number" ? code : 0;
}

function idOf(call: SdkCall): string {
  return call.parameters.CallSid ?? "";
}

function named(devices: ReadonlyMap<string, MediaDeviceInfo>): readonly Named[] {
  return [...devices.values()].map(({ deviceId, label }) => ({ id: deviceId, name: label || deviceId }));
}

/** The shortest sound there is, so that none is fetched from elsewhere. */
function silentSounds(): Partial<Record<Device.SoundName, string>> {
  const samples = 16;
  const wave = new DataView(new ArrayBuffer(44 + samples));
  const write = (at: number, text: string): void => {
    for (let n = 0; n < text.length; n++) wave.setUint8(at + n, text.charCodeAt(n));
  };
  write(0, "RIFF");
  wave.setUint32(4, 36 + samples, true);
  write(8, "WAVEfmt ");
  wave.setUint32(16, 16, true);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) wave.setUint16(at, value, true);
  for (const at of [24, 28]) wave.setUint32(at, 8000, true);
  write(36, "data");
  wave.setUint32(40, samples, true);
  for (let n = 0; n < samples; n++) wave.setUint8(44 + n, 128);
  const address = URL.createObjectURL(new Blob([wave.buffer], { type: "audio/wav" }));
  return Object.fromEntries(SILENT.map((name) => [name, address]));
}
