import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "./fixtures";
import { backOff, type Frame, readFrame, ResumableSocket, socketAddress } from "./socket";

function rig() {
  const sockets: FakeSocket[] = [];
  const frames: Frame[] = [];
  const lost: number[] = [];
  const socket = new ResumableSocket({
    address: (after) => `ws://here/socket?after=${after}`,
    protocol: "holdfast.v1",
    hello: () => ({ type: "hello", token: "t" }),
    onFrame: (frame) => frames.push(frame),
    onLost: (failures) => lost.push(failures),
    random: () => 1,
    open: (address) => {
      sockets.push(new FakeSocket(address));
      return sockets.at(-1) as FakeSocket;
    },
  });
  const latest = (): FakeSocket => sockets.at(-1) as FakeSocket;
  return { socket, sockets, frames, lost, latest };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a resumable socket", () => {
  it("says hello first and only then anything else", () => {
    const { socket, latest } = rig();
    socket.start();
    expect(socket.send({ type: "say" })).toBe(false);
    latest().onopen?.();
    socket.send({ type: "say" });
    expect(latest().sent.map((frame) => frame.type)).toEqual(["hello", "say"]);
  });

  it("resumes after the last numbered frame when the link is lost", () => {
    const { socket, sockets, latest } = rig();
    socket.start();
    latest().onopen?.();
    latest().tell({ type: "message.added", seq: 7, data: {} });
    latest().tell({ type: "place.updated", data: {} });
    latest().onclose?.({ code: 1006, reason: "" });
    expect(socket.link).toBe("waiting");
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    expect(latest().address).toBe("ws://here/socket?after=7");
  });

  it("drops a numbered frame that it has seen, and keeps those without a number", () => {
    const { socket, frames, latest } = rig();
    socket.start();
    latest().onopen?.();
    latest().tell({ type: "message.added", seq: 3, data: {} });
    latest().tell({ type: "message.added", seq: 3, data: {} });
    latest().tell({ type: "message.added", seq: 2, data: {} });
    latest().tell({ type: "typing", data: { author: "agent" } });
    expect(frames.map((frame) => frame.type)).toEqual(["message.added", "typing"]);
  });

  it("counts no frame that is not understood: its number must not hide those that are", () => {
    const sockets: FakeSocket[] = [];
    const seen: number[] = [];
    const socket = new ResumableSocket({
      address: (after) => `ws://here/socket?after=${after}`,
      protocol: "holdfast.v1",
      onFrame: (frame) => seen.push(frame.seq ?? 0),
      isKnown: (frame) => frame.type !== "from.the.future",
      open: () => {
        sockets.push(new FakeSocket());
        return sockets.at(-1) as FakeSocket;
      },
    });
    socket.start();
    sockets[0]?.tell({ type: "from.the.future", seq: 999_999, data: {} });
    sockets[0]?.tell({ type: "message.added", seq: 3, data: {} });
    expect(seen).toEqual([3]);
    expect(socket.lastSeq).toBe(3);
  });

  it("waits longer after each try that hears nothing, never longer than ten seconds", () => {
    const { socket, lost, latest } = rig();
    socket.start();
    for (let n = 0; n < 8; n += 1) {
      latest().onclose?.({ code: 1006, reason: "" });
      vi.advanceTimersByTime(10_000);
    }
    expect(lost).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([0, 1, 2, 3, 4, 5, 30].map((n) => backOff(n, () => 1))).toEqual([
      400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
    expect(backOff(3, () => 0)).toBe(1600);
  });

  it("tries at once when woken, instead of sitting out the wait", () => {
    const { socket, sockets, latest } = rig();
    socket.start();
    latest().onclose?.({ code: 1006, reason: "" });
    socket.wake();
    expect(sockets).toHaveLength(2);
    latest().onopen?.();
    vi.advanceTimersByTime(20_000);
    expect(sockets).toHaveLength(2);
  });

  it("tries anew where a connection is never made", () => {
    const { socket, sockets } = rig();
    socket.start();
    vi.advanceTimersByTime(15_000);
    expect(socket.link).toBe("waiting");
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(2);
  });

  it("asks a link that has been quiet whether it lives as soon as something is entrusted to it", () => {
    const { socket, latest } = rig();
    socket.start();
    latest().onopen?.();
    latest().tell({ type: "pong" });
    socket.send({ type: "say" });
    expect(latest().sent.map((frame) => frame.type)).toEqual(["hello", "say"]);
    vi.advanceTimersByTime(6_000);
    socket.send({ type: "say" });
    expect(latest().sent.at(-1)?.type).toBe("ping");
    vi.advanceTimersByTime(10_000);
    expect(socket.link).toBe("waiting");
  });

  it("replaces a half-dead link that used to answer pings", () => {
    const { socket, sockets, latest } = rig();
    socket.start();
    latest().onopen?.();
    vi.advanceTimersByTime(20_000);
    latest().tell({ type: "pong" });
    vi.advanceTimersByTime(20_000 + 10_000);
    expect(latest().isClosed || sockets.length > 1).toBe(true);
    expect(socket.link).toBe("waiting");
  });

  it("replaces a link that died before its first ping, and keeps one on which anything is heard after it", () => {
    const { socket, sockets, latest } = rig();
    socket.start();
    latest().onopen?.();
    vi.advanceTimersByTime(20_000);
    latest().tell({ type: "typing", data: { author: "agent" } });
    vi.advanceTimersByTime(15_000);
    expect(socket.link).toBe("open");
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(5_000 + 10_000);
    expect(socket.link).toBe("waiting");
  });

  it("stays closed once stopped", () => {
    const { socket, sockets, latest } = rig();
    socket.start();
    latest().onclose?.({ code: 1006, reason: "" });
    socket.stop();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(socket.link).toBe("idle");
  });
});

describe("reading a frame", () => {
  it("takes objects with a type and nothing else", () => {
    expect(readFrame('{"type":"typing","data":{"author":"agent"}}')?.data.author).toBe("agent");
    expect(readFrame('{"type":"ok","ref":"7"}')?.data.ref).toBe("7");
    const bad = [
      "",
      "null",
      "[]",
      "{}",
      '{"type":5}',
      "{",
      '{"type":"x","data":"text"}',
      '{"type":"x","data":null}',
      new ArrayBuffer(2),
    ];
    for (const raw of bad) expect(readFrame(raw)).toBeNull();
  });
});

describe("the socket's address", () => {
  it("keeps the security of its origin", () => {
    expect(socketAddress("https://bank.example", "/s")).toBe("wss://bank.example/s");
    expect(socketAddress("http://127.0.0.1:8080", "/s")).toBe("ws://127.0.0.1:8080/s");
  });
});
