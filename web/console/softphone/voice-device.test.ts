import * as sdk from "@twilio/voice-sdk";
import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import type { Credentials, DeviceEvents } from "./device";
import { type Sdk, type SdkCall, type SdkDevice, VoiceDevice } from "./voice-device";

const CREDENTIALS: Credentials & { kind: "twilio" } = { kind: "twilio", identity: "id", token: "first", ttl_seconds: 900 };

/** A call as the SDK has them: by its own types, with the test at the other end. */
class FakeCall extends EventEmitter implements SdkCall {
  parameters = { CallSid: "CA1" };
  readonly accept = vi.fn<SdkCall["accept"]>(() => void this.emit("accept", this));
  readonly reject = vi.fn<SdkCall["reject"]>(() => void this.emit("reject"));
  readonly disconnect = vi.fn<SdkCall["disconnect"]>(() => void this.emit("disconnect", this));
  readonly mute = vi.fn<SdkCall["mute"]>();
  readonly sendDigits = vi.fn<SdkCall["sendDigits"]>();
}

class FakeAudio extends EventEmitter {
  availableInputDevices = new Map([["mic", { deviceId: "mic", label: "Headset" }]]);
  availableOutputDevices = new Map([["out", { deviceId: "out", label: "" }]]);
  isOutputSelectionSupported = true;
  readonly setInputDevice = vi.fn(() => Promise.resolve());
  readonly unsetInputDevice = vi.fn(() => Promise.resolve());
  readonly speakerDevices = { get: () => new Set([{ deviceId: "out" }]), set: vi.fn(() => Promise.resolve()) };
  readonly incoming = vi.fn();
  readonly outgoing = vi.fn();
  readonly disconnect = vi.fn();
}

class FakeDevice extends EventEmitter implements SdkDevice {
  static readonly made: FakeDevice[] = [];
  static readonly isSupported: boolean = true;
  readonly fakeAudio = new FakeAudio();
  readonly audio = this.fakeAudio as unknown as SdkDevice["audio"];
  readonly updateToken = vi.fn<SdkDevice["updateToken"]>();
  readonly destroy = vi.fn<SdkDevice["destroy"]>();
  readonly disconnectAll = vi.fn<SdkDevice["disconnectAll"]>();

  constructor(
    readonly token: string,
    readonly given: sdk.Device.Options = {},
  ) {
    super();
    FakeDevice.made.push(this);
  }

  register(): Promise<void> {
    this.emit("registering");
    this.emit("registered");
    return Promise.resolve();
  }
}

async function rig(more: Partial<Sdk> = {}, microphone = (): Promise<void> => Promise.resolve()) {
  const told: string[] = [];
  const events: DeviceEvents = {
    onStanding: (standing, why) => told.push(why ? `${standing}: ${why}` : standing),
    onCall: (call) => told.push(call ? `call ${call.id} ${call.isOpen ? "open" : "ringing"}` : "no call"),
    onSounds: vi.fn<DeviceEvents["onSounds"]>(),
    onCaptions: vi.fn<DeviceEvents["onCaptions"]>(),
    onEnding: vi.fn<DeviceEvents["onEnding"]>(),
  };
  FakeDevice.made.length = 0;
  const device = new VoiceDevice(CREDENTIALS, events, {
    load: () => Promise.resolve({ Device: FakeDevice, ...more }),
    microphone,
  });
  device.start();
  await vi.waitFor(() => expect(told.length).toBeGreaterThan(1));
  await Promise.resolve();
  return { device, told, events, sdk: FakeDevice.made[0] as FakeDevice };
}

function rings(device: FakeDevice): FakeCall {
  const call = new FakeCall();
  device.emit("incoming", call);
  return call;
}

describe("the SDK's own names", () => {
  it("are those that the adapter listens to", () => {
    const { EventName } = sdk.Device;
    expect([EventName.Registering, EventName.Registered, EventName.Unregistered]).toEqual([
      "registering",
      "registered",
      "unregistered",
    ]);
    expect([EventName.Incoming, EventName.Error, EventName.TokenWillExpire]).toEqual([
      "incoming",
      "error",
      "tokenWillExpire",
    ]);
    const { UserMediaErrors, AuthorizationErrors } = sdk.TwilioError as unknown as Record<string, Record<string, new () => { code: number }>>;
    const codes = [UserMediaErrors?.PermissionDeniedError, UserMediaErrors?.AcquisitionFailedError, AuthorizationErrors?.AccessTokenExpired];
    expect(codes.map((Known) => Known && new Known().code)).toEqual([31401, 31402, 20104]);
  });
});

describe("registration", () => {
  it("is told, and that it mends itself", async () => {
    const { told, sdk } = await rig();
    expect(told).toEqual(["connecting", "connecting", "ready"]);
    sdk.emit("unregistered");
    sdk.emit("registered");
    expect(told.slice(3)).toEqual(["reconnecting", "ready"]);
  });

  it("asks nobody else for a sound, and rings by nothing but the console", async () => {
    const { sdk } = await rig();
    expect(sdk.token).toBe("first");
    const sounds = Object.values(sdk.given.sounds ?? {});
    expect(sounds).toHaveLength(Object.keys(sdkSounds()).length);
    expect(sounds.every((address) => address.startsWith("blob:"))).toBe(true);
    expect(sdk.fakeAudio.incoming).toHaveBeenCalledWith(false);
  });

  it("is renewed under a call before it ends", async () => {
    const { device, events, sdk } = await rig();
    sdk.emit("tokenWillExpire", sdk);
    expect(events.onEnding).toHaveBeenCalledOnce();
    device.renew({ ...CREDENTIALS, token: "second" });
    expect(sdk.updateToken).toHaveBeenCalledWith("second");
  });

  it("comes to nothing without a microphone, a browser that can, or a token that holds, and says which", async () => {
    const refused = await rig({}, () => Promise.reject(new DOMException("", "NotAllowedError")));
    expect(refused.told).toEqual(["connecting", "gone: microphone_refused"]);
    const none = await rig({}, () => Promise.reject(new DOMException("", "NotFoundError")));
    expect(none.told).toEqual(["connecting", "gone: no_microphone"]);
    class Old extends FakeDevice {
      static override readonly isSupported = false;
    }
    expect((await rig({ Device: Old })).told).toEqual(["connecting", "gone: unsupported"]);
    const { told, sdk } = await rig();
    sdk.emit("error", { code: 20104 });
    expect(told.at(-1)).toBe("gone: refused");
  });
});

describe("a call", () => {
  it("rings, is answered, muted, given keys and hung up", async () => {
    const { device, told, sdk } = await rig();
    const call = rings(sdk);
    device.press("1");
    expect(call.sendDigits).not.toHaveBeenCalled();
    device.answer();
    device.mute(true);
    device.press("1#");
    device.hangUp();
    expect(told.slice(3)).toEqual(["call CA1 ringing", "call CA1 open", "no call"]);
    expect(call.mute).toHaveBeenCalledWith(true);
    expect(call.sendDigits).toHaveBeenCalledWith("1#");
    expect([call.reject, call.disconnect].map((done) => done.mock.calls.length)).toEqual([0, 1]);
  });

  it("is declined while it rings, and over when the other side gives up", async () => {
    const { device, told, sdk } = await rig();
    const first = rings(sdk);
    device.hangUp();
    expect(first.reject).toHaveBeenCalledOnce();
    rings(sdk).emit("cancel");
    expect(told.slice(3)).toEqual(["call CA1 ringing", "no call", "call CA1 ringing", "no call"]);
  });

  it("that the microphone fails in is told as such", async () => {
    const { device, told, sdk } = await rig();
    const call = rings(sdk);
    device.answer();
    call.emit("error", { code: 31401 });
    call.emit("disconnect", call);
    expect(told.slice(-2)).toEqual(["gone: microphone_refused", "no call"]);
  });

  it("has the chosen microphone for as long as it lasts", async () => {
    const { device, events, sdk } = await rig();
    device.use({ input: "mic", output: "out" });
    expect(sdk.fakeAudio.setInputDevice).not.toHaveBeenCalled();
    const call = rings(sdk);
    device.answer();
    expect(sdk.fakeAudio.setInputDevice).toHaveBeenCalledWith("mic");
    expect(sdk.fakeAudio.speakerDevices.set).toHaveBeenCalledWith("out");
    call.emit("disconnect", call);
    expect(sdk.fakeAudio.unsetInputDevice).toHaveBeenCalledOnce();
    expect(events.onSounds).toHaveBeenLastCalledWith({
      inputs: [{ id: "mic", name: "Headset" }],
      outputs: [{ id: "out", name: "out" }],
      input: "mic",
      output: "out",
    });
  });

  it("ends with the telephone, which then tells nothing more", async () => {
    const { device, told, sdk } = await rig();
    rings(sdk);
    device.stop();
    expect(sdk.disconnectAll).toHaveBeenCalledOnce();
    expect(sdk.destroy).toHaveBeenCalledOnce();
    sdk.emit("unregistered");
    expect(told.at(-1)).toBe("no call");
  });
});

function sdkSounds(): Record<string, string> {
  return sdk.Device.SoundName;
}
