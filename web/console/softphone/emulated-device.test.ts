import { describe, expect, it, vi } from "vitest";
import { FakeSocket } from "../../shared/fixtures";
import type { DeviceEvents } from "./device";
import { EmulatedDevice } from "./emulated-device";

function rig() {
  const told: string[] = [];
  let latest = "";
  const sockets: FakeSocket[] = [];
  const events: DeviceEvents = {
    onStanding: (standing) => {
      if (standing !== latest) told.push((latest = standing));
    },
    onCall: (call) => told.push(call ? `${call.id} ${call.isOpen ? "open" : "ringing"}` : "no call"),
    onSounds: vi.fn<DeviceEvents["onSounds"]>(),
    onCaptions: vi.fn<DeviceEvents["onCaptions"]>(),
    onEnding: vi.fn<DeviceEvents["onEnding"]>(),
  };
  const device = new EmulatedDevice(
    { kind: "emulator", identity: "id", address: "client:id", socket: "/emulator/phone" },
    events,
    {
      origin: "http://here",
      sound: { speak: vi.fn(), play: vi.fn(), stop: vi.fn(), key: vi.fn() },
      open: (address) => {
        sockets.push(new FakeSocket(address));
        return sockets.at(-1) as FakeSocket;
      },
    },
  );
  device.start();
  const socket = sockets[0] as FakeSocket;
  socket.onopen?.();
  const call = (status: string, sid = "CA1"): void =>
    socket.tell({ type: "call", call_sid: sid, direction: "incoming", from: "+44", to: "client:id", status });
  return { device, told, socket, call, events };
}

describe("the emulator's telephone", () => {
  it("is ready once it is registered under its own address", () => {
    const { told, socket } = rig();
    expect(socket.address).toBe("ws://here/emulator/phone");
    expect(socket.sent).toEqual([{ type: "register", address: "client:id" }]);
    expect(told).toEqual(["connecting"]);
    socket.tell({ type: "registered", address: "client:id" });
    expect(told).toEqual(["connecting", "ready"]);
    socket.onclose?.({ code: 1006, reason: "" });
    expect(told.at(-1)).toBe("reconnecting");
  });

  it("answers, presses keys, says words unless it is muted, and hangs up", () => {
    const { device, told, socket, call } = rig();
    socket.tell({ type: "registered", address: "client:id" });
    call("ringing");
    device.answer();
    call("in-progress");
    device.press("1#");
    device.say("Hello");
    device.mute(true);
    device.say("Not for your ears");
    device.mute(false);
    device.hangUp();
    call("completed");
    expect(socket.sent.slice(1).map(({ type, digits, text }) => [type, digits ?? text])).toEqual([
      ["answer", undefined],
      ["press", "1"],
      ["press", "#"],
      ["say", "Hello"],
      ["hang_up", undefined],
    ]);
    expect(told.slice(2)).toEqual(["CA1 ringing", "CA1 open", "no call"]);
  });
});
