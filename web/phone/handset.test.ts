import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "../shared/fixtures";
import { Handset, tidy } from "./handset";
import { freeAddress, wishes } from "./presets";

function rig(answersByItself = false) {
  const sockets: FakeSocket[] = [];
  const sound = { speak: vi.fn(), play: vi.fn(), stop: vi.fn(), key: vi.fn() };
  const handset = new Handset({
    origin: "http://here",
    answersByItself,
    sound,
    open: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1) as FakeSocket;
    },
  });
  const latest = (): FakeSocket => sockets.at(-1) as FakeSocket;
  handset.start("+44 20 7183 8750");
  latest().onopen?.();
  latest().tell({ type: "registered", address: "+442071838750" });
  const call = (status: string, direction = "outgoing", sid = "CA1"): void =>
    latest().tell({ type: "call", call_sid: sid, direction, from: "+442071838750", to: "+442079460000", status });
  return { handset, sound, latest, call };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("placing a call", () => {
  it("registers first when the number was changed, and dials once that is confirmed", () => {
    const { handset, latest } = rig();
    handset.dial("anonymous", "+44 20 7946 0000");
    expect(latest().sent.at(-1)).toEqual({ type: "register", address: "anonymous" });
    latest().tell({ type: "registered", address: "anonymous" });
    expect(latest().sent.at(-1)).toEqual({ type: "dial", to: "+442079460000" });
  });

  it("says, presses and hangs up on the call in hand, and on none before it is answered", () => {
    const { handset, latest, call } = rig();
    handset.dial("+442071838750", "+442079460000");
    call("ringing");
    handset.say("hello");
    handset.press("1");
    expect(latest().sent.at(-1)?.type).toBe("dial");
    call("in-progress");
    handset.say(" I lost my card ");
    expect(latest().sent.at(-1)).toEqual({ type: "say", call_sid: "CA1", text: "I lost my card" });
    handset.hangUp();
    expect(latest().sent.at(-1)).toEqual({ type: "hang_up", call_sid: "CA1" });
  });
});

describe("texts", () => {
  it("are written to the number that would be called, by WhatsApp where that is asked for", () => {
    const { handset, latest } = rig();
    handset.write("+44 20 7946 0000", " hello ", false);
    expect(latest().sent.at(-1)).toEqual({ type: "text", to: "+442079460000", body: "hello" });
    handset.write("+44 20 7946 0000", "hello", true);
    expect(latest().sent.at(-1)).toEqual({ type: "text", to: "whatsapp:+442079460000", body: "hello" });
    const count = latest().sent.length;
    handset.write("+44 20 7946 0000", "  ", false);
    expect(latest().sent).toHaveLength(count);
  });

  it("are kept in both directions, whatever becomes of a call", () => {
    const { handset, latest, call } = rig();
    const text = { type: "text", from: "+442071838750", to: "+442079460000", direction: "outgoing" };
    latest().tell({ ...text, sid: "SM1", body: "hello" });
    latest().tell({ ...text, sid: "SM2", body: "Your place is secured.", direction: "incoming", from: "+442079460000" });
    call("ringing");
    expect(handset.state.texts).toEqual([
      { sid: "SM1", direction: "outgoing", other: "+442079460000", body: "hello" },
      { sid: "SM2", direction: "incoming", other: "+442079460000", body: "Your place is secured." },
    ]);
  });
});

describe("keys", () => {
  it("are counted in the captions and never written down", () => {
    const { handset, call } = rig();
    call("in-progress");
    for (const key of "4821") handset.press(key);
    expect(handset.state.captions).toHaveLength(1);
    expect(handset.state.captions[0]).toMatchObject({ who: "me", keys: 4, text: "" });
    expect(JSON.stringify(handset.state)).not.toContain("4821");
  });
});

describe("what comes through the line", () => {
  it("is captioned and spoken, and stops when it is told to", () => {
    const { handset, sound, latest, call } = rig();
    call("in-progress");
    latest().tell({ type: "spoken", call_sid: "CA1", text: "You are next.", language: "en-GB", seconds: 2 });
    latest().tell({ type: "play", call_sid: "CA1", url: "/music.wav", loop: 0 });
    expect(sound.speak).toHaveBeenCalledWith("You are next.", "en-GB");
    expect(sound.play).toHaveBeenCalledWith("/music.wav", 0);
    expect(handset.state.isPlaying).toBe(true);
    latest().tell({ type: "stop", call_sid: "CA1" });
    expect(sound.stop).toHaveBeenCalled();
    expect(handset.state.isPlaying).toBe(false);
    latest().tell({ type: "caption", call_sid: "CA1", from: "agent", text: "Hello" });
    expect(handset.state.captions.map((said) => said.who)).toEqual(["line", "other"]);
  });

  it("of another call changes nothing", () => {
    const { handset, sound, latest, call } = rig();
    call("in-progress");
    latest().tell({ type: "spoken", call_sid: "CA2", text: "Wrong ear", language: "en", seconds: 1 });
    expect(handset.state.captions).toEqual([]);
    expect(sound.speak).not.toHaveBeenCalled();
  });

  it("marks words that nobody heard", () => {
    const { handset, latest, call } = rig();
    call("in-progress");
    handset.say("hello?");
    latest().tell({ type: "error", code: "not_listening", message: "Nobody listens.", call_sid: "CA1" });
    expect(handset.state.captions[0]?.unheard).toBe(true);
    expect(handset.state.trouble).toBeNull();
  });

  it("shows what is being listened for, until something was heard", () => {
    const { handset, latest, call } = rig();
    call("in-progress");
    latest().tell({ type: "listening", call_sid: "CA1", input: ["dtmf", "speech"], num_digits: 8, timeout_seconds: 8 });
    expect(handset.state.listening).toEqual({ input: ["dtmf", "speech"], digits: 8 });
    latest().tell({ type: "heard", call_sid: "CA1", digits: "1" });
    expect(handset.state.listening).toBeNull();
  });
});

describe("a recording", () => {
  it("is shown from its tone to its end, with what is said meanwhile", () => {
    const { handset, latest, call } = rig();
    call("in-progress");
    latest().tell({ type: "recording", call_sid: "CA1", seconds: 120, finish_on_key: "#" });
    expect(handset.state.listening).toEqual({ input: ["speech", "dtmf"], digits: null });
    handset.say("Please call me back.");
    latest().tell({ type: "recorded", call_sid: "CA1", seconds: 2 });
    expect(handset.state.captions.map(({ who, text }) => [who, text])).toEqual([
      ["event", "tone"],
      ["me", "Please call me back."],
      ["event", "recorded"],
    ]);
    expect(handset.state.listening).toBeNull();
  });
});

describe("an incoming call", () => {
  it("is answered by itself on an agent's telephone, once, and by hand elsewhere", () => {
    const agents = rig(true);
    agents.call("ringing", "incoming", "CA9");
    agents.call("ringing", "incoming", "CA9");
    expect(agents.latest().sent.filter((frame) => frame.type === "answer")).toEqual([
      { type: "answer", call_sid: "CA9" },
    ]);
    const mine = rig();
    mine.call("ringing", "incoming", "CA9");
    expect(mine.latest().sent.some((frame) => frame.type === "answer")).toBe(false);
    mine.handset.answer();
    expect(mine.latest().sent.at(-1)).toEqual({ type: "answer", call_sid: "CA9" });
  });

  it("does not take a call in hand away", () => {
    const { handset, call } = rig();
    call("in-progress");
    call("ringing", "incoming", "CA9");
    expect(handset.state.call?.sid).toBe("CA1");
  });
});

describe("a lost line", () => {
  it("ends the call in hand, silences it and registers again", () => {
    const { handset, sound, latest, call } = rig();
    call("in-progress");
    latest().onclose?.({ code: 1006, reason: "" });
    expect(handset.state.call?.status).toBe("failed");
    expect(sound.stop).toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    latest().onopen?.();
    expect(latest().sent).toEqual([{ type: "register", address: "+442071838750" }]);
  });
});

describe("addresses", () => {
  it("are tidied for dialling, and names stay as they are", () => {
    expect(tidy(" +44 (0)20-7946.0000 ")).toBe("+442079460000");
    expect(["client:amira", "anonymous", "sip:a@b.example"].map(tidy)).toEqual([
      "client:amira",
      "anonymous",
      "sip:a@b.example",
    ]);
  });

  it("come from the page's address, a forgotten escape mended", () => {
    expect(wishes("?to=%2B442079460002")).toMatchObject({ dial: "+442079460002", mine: "+44 20 7183 8750", as: null });
    expect(wishes("?to=+442079460002&from=anonymous")).toMatchObject({ dial: "+442079460002", mine: "anonymous" });
    expect(wishes("?beside=client:amira&beside=+442079460002").beside).toEqual(["client:amira", "+442079460002"]);
    expect(wishes("?as=client:amira&answer=auto")).toMatchObject({ as: "client:amira", answersByItself: true });
  });
});

describe("a telephone beside others", () => {
  it("has an address that none of them has", () => {
    const first = freeAddress("caller", ["+44 20 7183 8750"]);
    expect(freeAddress("caller", ["+44 20 7183 8750", first])).not.toBe(first);
    expect(freeAddress("agent", [])).toBe("client:amira");
    expect(freeAddress("agent", ["client:amira"])).toBe("client:ben");
  });
});

describe("in a conference", () => {
  it("is told when it is held, muted and heard again", () => {
    const { handset, latest, call } = rig();
    call("in-progress");
    const part = { type: "part", call_sid: "CA1", coaching: false };
    latest().tell({ type: "conference", call_sid: "CA1", name: "contact-1-1", joined: true });
    latest().tell({ ...part, hold: true, muted: false });
    latest().tell({ ...part, hold: false, muted: true });
    latest().tell({ ...part, hold: false, muted: false });
    expect(handset.state.captions.map((said) => said.text)).toEqual(["joined", "held", "muted", "open"]);
    expect(handset.state.inConference).toBe(true);
  });
});
