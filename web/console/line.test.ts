import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "../shared/fixtures";
import { Refused, Unavailable } from "../shared/request";
import { briefing, offer, snapshot } from "./fixtures";
import { Line } from "./line";

function rig(isSignedIn = true) {
  const sockets: FakeSocket[] = [];
  const onSignedOut = vi.fn();
  const onOffer = vi.fn();
  const onReturned = vi.fn();
  const onWords = vi.fn();
  const line = new Line({
    origin: "http://here",
    onSignedOut,
    onOffer,
    onReturned,
    onWords,
    isSignedIn: () => Promise.resolve(isSignedIn),
    open: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1) as FakeSocket;
    },
  });
  const latest = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const begin = (more: object = {}): void => {
    latest().onopen?.();
    latest().tell({ type: "snapshot", revision: 100, at: "2026-11-22T12:00:00Z", data: snapshot(more) });
  };
  line.start();
  begin();
  return { line, sockets, latest, begin, onSignedOut, onOffer, onReturned, onWords };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a command", () => {
  it("is answered by its ref, done or refused in the service's own words", async () => {
    const { line, latest } = rig();
    const ready = line.order("ready");
    latest().tell({ type: "ok", ref: latest().sent.at(-1)?.ref });
    await expect(ready).resolves.toBeUndefined();
    const accept = line.order("accept", { offer_id: "o1" });
    latest().tell({
      type: "error",
      data: { ref: latest().sent.at(-1)?.ref, code: "offer_ended", message: "The offer is over." },
    });
    await expect(accept).rejects.toThrow("The offer is over.");
    await expect(accept).rejects.toBeInstanceOf(Refused);
  });

  it("fails honestly when the line breaks before its answer, or is down already", async () => {
    const { line, latest } = rig();
    const ready = line.order("ready");
    latest().onclose?.({ code: 1006, reason: "" });
    await expect(ready).rejects.toBeInstanceOf(Unavailable);
    await expect(line.order("ready")).rejects.toBeInstanceOf(Unavailable);
  });
});

describe("the briefing", () => {
  it("is confirmed once for each time that the contact is handed over", () => {
    const { line, latest } = rig();
    const shown = (): number => latest().sent.filter((frame) => frame.type === "briefing_shown").length;
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1") });
    line.briefingShown("c1");
    line.briefingShown("c1");
    expect(shown()).toBe(1);
    latest().tell({ type: "contact.returned", seq: 6, data: { contact_id: "c1", state: "waiting", reason: "x" } });
    latest().tell({ type: "contact.briefing", seq: 9, data: briefing("c1") });
    line.briefingShown("c1");
    expect(shown()).toBe(2);
  });
});

describe("a callback that nobody took", () => {
  it("is told with its reason when the contact goes back to its place", () => {
    const { latest, onReturned } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1") });
    expect(onReturned).not.toHaveBeenCalled();
    latest().tell({
      type: "contact.returned",
      seq: 6,
      data: { contact_id: "c1", state: "waiting", reason: "callback_busy" },
    });
    expect(onReturned).toHaveBeenCalledExactlyOnceWith("callback_busy");
  });
});

describe("somebody else's contact", () => {
  const words = (seq: number) => ({ type: "message.added", seq, at: "2026-11-22T12:00:00Z", data: { contact_id: "c9", author: "caller", text: "Hi" } });
  const beside = (mode: string) => ({ watched: [{ ...briefing("c9", { state: "connected" }), last_seq: 4, mode }] });

  it("rings with its caller's words for who has joined, not for who listens", () => {
    const { latest, begin, onWords } = rig();
    begin(beside("listen"));
    latest().tell(words(5));
    expect(onWords).not.toHaveBeenCalled();
    begin(beside("join"));
    latest().tell(words(6));
    expect(onWords).toHaveBeenCalledOnce();
  });

  it("is nobody's who stands beside it when it goes back to its place", () => {
    const { latest, begin, onReturned } = rig();
    begin(beside("join"));
    latest().tell({ type: "contact.returned", seq: 5, data: { contact_id: "c9", state: "waiting", reason: "callback_busy" } });
    expect(onReturned).not.toHaveBeenCalled();
  });
});

describe("words to a caller", () => {
  it("go again under the same client_id after a broken line", async () => {
    const { line, latest, begin } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1", { state: "connected" }) });
    const said = line.say("c1", "Hello").catch((error: unknown) => error);
    const first = latest().sent.at(-1);
    latest().onclose?.({ code: 1006, reason: "" });
    expect(await said).toBeInstanceOf(Unavailable);
    expect(line.state.cards[0]?.pending).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    begin({ contacts: [{ ...briefing("c1", { state: "connected" }), last_seq: 5 }] });
    expect(latest().sent.at(-1)).toMatchObject({ type: "say", text: "Hello", client_id: first?.client_id });
  });

  it("that were refused stay and are marked", async () => {
    const { line, latest } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1") });
    const said = line.say("c1", "Hello").catch((error: unknown) => error);
    latest().tell({
      type: "error",
      data: { ref: latest().sent.at(-1)?.ref, code: "not_connected", message: "Not yet." },
    });
    expect(await said).toBeInstanceOf(Refused);
    expect(line.state.cards[0]?.pending[0]?.failed).toBe(true);
  });

  it("that were refused go once more under the same client_id when the agent asks for it", async () => {
    const { line, latest } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1") });
    const said = line.say("c1", "Hello").catch((error: unknown) => error);
    const first = latest().sent.at(-1);
    latest().tell({ type: "error", data: { ref: first?.ref, code: "not_connected", message: "Not yet." } });
    await said;
    const [pending] = line.state.cards[0]?.pending ?? [];
    if (pending) void line.sayAgain("c1", pending).catch(() => undefined);
    expect(line.state.cards[0]?.pending[0]?.failed).toBeUndefined();
    expect(latest().sent.at(-1)).toMatchObject({ text: "Hello", client_id: first?.client_id });
  });
});

describe("who is writing", () => {
  it("is shown for a while, until the words are there", () => {
    const { line, latest } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1", { state: "connected" }) });
    const isTyping = (): boolean | undefined => line.state.cards[0]?.isTyping;
    latest().tell({ type: "typing", data: { contact_id: "c1", author: "caller" } });
    expect(isTyping()).toBe(true);
    vi.advanceTimersByTime(6_000);
    expect(isTyping()).toBe(false);
    latest().tell({ type: "typing", data: { contact_id: "c1", author: "caller" } });
    latest().tell({ type: "message.added", seq: 6, data: { contact_id: "c1", author: "caller", text: "Hello" } });
    expect(isTyping()).toBe(false);
    latest().tell({ type: "typing", data: { contact_id: "c1", author: "agent" } });
    expect(isTyping()).toBe(false);
  });

  it("is told to the caller every three seconds at most", () => {
    const { line, latest } = rig();
    const told = (): number => latest().sent.filter((frame) => frame.type === "typing").length;
    for (let n = 0; n < 5; n += 1) line.typing("c1");
    line.typing("c2");
    expect(told()).toBe(2);
    vi.advanceTimersByTime(3_000);
    line.typing("c1");
    expect(told()).toBe(3);
  });
});

describe("an offer", () => {
  it("rings once, when it is new", () => {
    const { latest, onOffer } = rig();
    latest().tell({ type: "offer.made", revision: 101, data: offer("o1") });
    latest().tell({ type: "offer.updated", revision: 102, data: offer("o1", { headline: "Maya" }) });
    latest().tell({ type: "agent.updated", revision: 103, data: snapshot().agent });
    expect(onOffer).toHaveBeenCalledTimes(1);
  });
});

describe("an offer whose time is up", () => {
  it("stands no more, though nobody has said so yet: the laptop was closed", () => {
    vi.setSystemTime(new Date("2026-11-22T12:00:00Z"));
    const { line, latest } = rig();
    latest().tell({ type: "offer.made", revision: 101, data: offer("o1") });
    expect(line.standing).toHaveLength(1);
    vi.setSystemTime(new Date("2026-11-22T12:00:20.400Z"));
    expect(line.standing).toHaveLength(1);
    vi.setSystemTime(new Date("2026-11-22T13:00:00Z"));
    expect(line.state.offers).toHaveLength(1);
    expect(line.standing).toEqual([]);
  });
});

describe("a session that is over", () => {
  const words = { ...briefing("c1", { state: "connected" }), last_seq: 5 };

  it("keeps words that nobody confirmed for the same agent, and for nobody else", () => {
    const { line, latest, begin } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1", { state: "connected" }) });
    void line.say("c1", "Hello").catch(() => undefined);
    const { client_id } = latest().sent.at(-1) ?? {};
    const over = { type: "error", data: { code: "unauthorized", message: "You are signed out." } };
    latest().tell(over);
    expect(line.state.cards).toEqual([]);
    line.start();
    begin({ contacts: [words] });
    expect(latest().sent.at(-1)).toMatchObject({ type: "say", text: "Hello", client_id });
    latest().tell(over);
    line.start();
    begin({ agent: { ...snapshot().agent, username: "ben" }, contacts: [words] });
    expect(line.state.cards[0]?.pending).toEqual([]);
  });

  it("does not say again what had arrived", () => {
    const { line, latest, begin } = rig();
    latest().tell({ type: "contact.briefing", seq: 5, data: briefing("c1", { state: "connected" }) });
    void line.say("c1", "Hello").catch(() => undefined);
    const { client_id } = latest().sent.at(-1) ?? {};
    latest().tell({ type: "error", data: { code: "unauthorized", message: "You are signed out." } });
    line.start();
    const arrived = { seq: 6, at: "2026-11-22T12:00:00Z", author: "agent", text: "Hello", client_id };
    begin({ contacts: [{ ...words, transcript: [arrived], last_seq: 6 }] });
    expect(line.state.cards[0]?.pending).toEqual([]);
  });

  it("goes back to the sign-in when the service says so", () => {
    const { latest, onSignedOut, line } = rig();
    latest().tell({ type: "error", data: { code: "unauthorized", message: "You are signed out." } });
    expect(onSignedOut).toHaveBeenCalledTimes(1);
    expect(line.state.agent).toBeNull();
  });

  it("is told from a lost network by asking", async () => {
    const over = rig(false);
    over.latest().onclose?.({ code: 1008, reason: "" });
    await vi.advanceTimersByTimeAsync(0);
    expect(over.onSignedOut).toHaveBeenCalledTimes(1);
    const away = rig(true);
    away.latest().onclose?.({ code: 1006, reason: "" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(away.onSignedOut).not.toHaveBeenCalled();
  });
});
