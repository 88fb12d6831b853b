import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { Refused, Unavailable } from "../../shared/request";
import { agent } from "../fixtures";
import { asCredentials, type Credentials, type DeviceEvents } from "./device";
import { Softphone } from "./softphone";

const CREDENTIALS: Credentials = { kind: "emulator", identity: "id", address: "client:id", socket: "/emulator/phone" };

const ORDERS = ["start", "stop", "renew", "answer", "hangUp", "mute", "press", "use"] as const;
type Orders = Record<(typeof ORDERS)[number], Mock>;
type FakeDevice = Orders & { say: null };

function rig(credentials: () => Promise<unknown> = () => Promise.resolve(CREDENTIALS)) {
  const tell = vi.fn<(isReady: boolean) => void>();
  const devices: { events: DeviceEvents; device: FakeDevice }[] = [];
  let isAwaited = false;
  const softphone = new Softphone({
    tell,
    isAwaited: () => isAwaited,
    credentials: vi.fn(credentials),
    now: () => 1000,
    device: (_, events) => {
      const device = { ...(Object.fromEntries(ORDERS.map((name) => [name, vi.fn()])) as Orders), say: null };
      devices.push({ events, device });
      return device;
    },
  });
  const last = (): (typeof devices)[number] => devices.at(-1) as (typeof devices)[number];
  return { softphone, tell, devices, last, await: () => (isAwaited = true) };
}

async function ready(rigged: ReturnType<typeof rig>): Promise<void> {
  rigged.softphone.attend(agent, true);
  await vi.waitFor(() => expect(rigged.devices).toHaveLength(1));
  rigged.last().events.onStanding("ready");
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("whether it can be rung", () => {
  it("is told once it is so, when it is not any more, and again on every connection", async () => {
    const rigged = rig();
    await ready(rigged);
    const { softphone, tell, last } = rigged;
    expect(tell.mock.calls).toEqual([[true]]);
    last().events.onStanding("reconnecting");
    last().events.onStanding("ready");
    expect(tell.mock.calls).toEqual([[true], [false], [true]]);
    softphone.attend(agent, false);
    softphone.attend(agent, true);
    expect(tell.mock.calls).toEqual([[true], [false], [true], [true]]);
  });

  it("is not told where calls are to ring elsewhere, and ends with that choice", async () => {
    const elsewhere = rig();
    elsewhere.softphone.attend({ ...agent, ring_choice: "phone" }, true);
    expect(elsewhere.devices).toHaveLength(0);
    const rigged = rig();
    await ready(rigged);
    rigged.softphone.attend({ ...agent, ring_choice: "phone" }, true);
    expect(rigged.last().device.stop).toHaveBeenCalledOnce();
    expect(rigged.tell.mock.calls).toEqual([[true], [false]]);
    expect(rigged.softphone.state.standing).toBe("off");
  });

  it("is asked for again where the service is away, and said where it refuses", async () => {
    const answers: (() => Promise<unknown>)[] = [
      () => Promise.reject(new Unavailable("away")),
      () => Promise.reject(new Refused("no_softphone", "You take no calls in the console.", 409)),
      () => Promise.resolve(CREDENTIALS),
    ];
    const { softphone, devices } = rig(() => (answers.shift() as () => Promise<unknown>)());
    softphone.attend(agent, true);
    await vi.advanceTimersByTimeAsync(0);
    expect([softphone.state.standing, softphone.state.why]).toEqual(["gone", null]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(softphone.state.why).toBe("refused");
    await vi.advanceTimersByTimeAsync(5000);
    expect(devices).toHaveLength(1);
  });

  it("is had anew where the token is refused; a microphone is the person's to give", async () => {
    const rigged = rig();
    await ready(rigged);
    rigged.last().events.onStanding("gone", "refused");
    await vi.advanceTimersByTimeAsync(5000);
    expect(rigged.devices).toHaveLength(2);
    rigged.last().events.onStanding("gone", "microphone_refused");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rigged.devices).toHaveLength(2);
    rigged.softphone.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(rigged.devices).toHaveLength(3);
    rigged.devices[0]?.events.onStanding("ready");
    expect(rigged.softphone.state.standing).toBe("connecting");
  });

  it("goes on under a new token", async () => {
    const rigged = rig();
    await ready(rigged);
    rigged.last().events.onEnding();
    await vi.advanceTimersByTimeAsync(0);
    expect(rigged.last().device.renew).toHaveBeenCalledWith(CREDENTIALS);
    expect(rigged.devices).toHaveLength(1);
  });
});

describe("a call that rings", () => {
  it("is answered by itself where it was asked for here, and waits for the person otherwise", async () => {
    const rigged = rig();
    await ready(rigged);
    rigged.last().events.onCall({ id: "CA1", isOpen: false });
    expect(rigged.last().device.answer).not.toHaveBeenCalled();
    rigged.await();
    rigged.softphone.attend(agent, true); // the briefing comes after the ring
    rigged.softphone.attend(agent, true);
    expect(rigged.last().device.answer).toHaveBeenCalledOnce();
    rigged.last().events.onCall({ id: "CA1", isOpen: true });
    expect(rigged.softphone.state.call).toEqual({ id: "CA1", isOpen: true, since: 1000 });
    rigged.last().events.onCall(null);
    rigged.last().events.onCall({ id: "CA2", isOpen: false });
    expect(rigged.last().device.answer).toHaveBeenCalledTimes(2);
  });
});

describe("what the service gives", () => {
  it("is one of two kinds, or nothing that can be used", () => {
    expect(asCredentials(CREDENTIALS)).toBe(CREDENTIALS);
    const token = { kind: "twilio", identity: "id", token: "t", ttl_seconds: 900 };
    expect(asCredentials(token)).toBe(token);
    for (const strange of [null, {}, { kind: "twilio", identity: "id" }, { kind: "smoke", identity: "id", token: "t" }])
      expect(asCredentials(strange)).toBeNull();
  });
});
