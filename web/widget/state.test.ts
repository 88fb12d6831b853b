import { describe, expect, it } from "vitest";
import type { ContactFrame } from "../shared/contact-wire";
import { asContactFrame } from "../shared/contact-wire";
import { readFrame } from "../shared/socket";
import { place } from "./fixtures";
import { after, choices, linked, nothing, type State, unread } from "./state";

const waiting: State = { ...nothing, phase: "waiting", link: "open", place: place(3), from: 3 };
const run = (state: State, ...frames: ContactFrame[]): State => frames.reduce(after, state);
const said = (
  seq: number,
  author: "caller" | "assistant" | "agent",
  text: string,
  more: object = {},
): ContactFrame => ({ type: "message.added", seq, at: "2026-11-22T12:00:00Z", data: { author, text, ...more } });

describe("a place", () => {
  it("says why it got worse until it moves on again", () => {
    const worse = run(waiting, { type: "place.updated", data: { place: place(4), reason: "head_start" } });
    expect(worse).toMatchObject({ worse: "head_start", from: 4 });
    const same = run(worse, { type: "place.updated", data: { place: place(4) } });
    expect(same.worse).toBe("head_start");
    expect(run(same, { type: "place.updated", data: { place: place(3) } }).worse).toBeNull();
  });

  it("keeps where its way began, so that progress never runs backwards by itself", () => {
    const moved = run(waiting, { type: "place.updated", data: { place: place(1) } });
    expect(moved).toMatchObject({ from: 3, worse: null });
    expect(run(moved, { type: "place.updated", data: { place: place(null) } }).from).toBe(3);
  });
});

describe("the talk", () => {
  it("takes a pending message off when its own client_id comes back", () => {
    const pending = {
      ...waiting,
      pending: [
        { client_id: "a", text: "hi" },
        { client_id: "b", text: "there" },
      ],
    };
    const next = run(pending, said(5, "caller", "hi", { client_id: "a" }));
    expect(next.pending.map((item) => item.client_id)).toEqual(["b"]);
    expect(next.talk).toHaveLength(1);
  });

  it("marks the refused message, and only that one", () => {
    const pending = {
      ...waiting,
      pending: [
        { client_id: "a", text: "hi" },
        { client_id: "b", text: "there" },
      ],
    };
    const next = run(pending, { type: "error", data: { code: "text_too_long", message: "Too long.", client_id: "b" } });
    expect(next.pending).toEqual([
      { client_id: "a", text: "hi" },
      { client_id: "b", text: "there", failed: true },
    ]);
    expect(next.trouble?.message).toBe("Too long.");
  });

  it("offers the last message's buttons until something is said", () => {
    const buttons = [{ title: "Yes", say: "yes" }];
    const asked = run(waiting, said(5, "assistant", "Shall I?", { buttons }));
    expect(choices(asked)).toEqual(buttons);
    expect(choices({ ...asked, pending: [{ client_id: "a", text: "yes" }] })).toEqual([]);
    expect(choices(run(asked, said(6, "caller", "no")))).toEqual([]);
    expect(choices(run(asked, { type: "contact.connected", seq: 6, data: { agent_name: "Amira" } }))).toEqual([]);
  });

  it("counts what others said after the last one read", () => {
    const talked = run(waiting, said(5, "assistant", "a"), said(6, "caller", "b"), said(7, "agent", "c"));
    expect(unread(talked, 5)).toBe(1);
    expect(unread(talked, 0)).toBe(2);
    expect(unread(talked, 7)).toBe(0);
  });

  it("is the same after a replay from the start, as after a reload", () => {
    const frames: ContactFrame[] = [
      said(1, "assistant", "Your place is secured."),
      said(2, "caller", "I lost my card", { client_id: "a" }),
      { type: "gathered.updated", seq: 3, data: { topic: "report_lost_card", verified: false, facts: [], tried: [] } },
      { type: "contact.connected", seq: 4, data: { agent_name: "Amira" } },
      { type: "contact.returned", seq: 5, data: { reason: "agent_lost" } },
    ];
    const live = run(waiting, ...frames);
    const reloaded = run({ ...nothing, phase: "waiting", link: "open", from: 3 }, ...frames, {
      type: "place.updated",
      data: { place: place(3) },
    });
    expect(reloaded).toEqual(live);
  });
});

describe("holding quietly", () => {
  it("ends when the caller calls the assistant back, and not by an old word in a replay", () => {
    const quiet = { ...waiting, isQuiet: true };
    expect(run(quiet, said(5, "caller", "assistant", { client_id: "old" })).isQuiet).toBe(true);
    const calling = { ...quiet, pending: [{ client_id: "new", text: "Assistant" }] };
    expect(run(calling, said(6, "caller", "Assistant", { client_id: "new" })).isQuiet).toBe(false);
  });
});

describe("something asked for apart from the talk", () => {
  const asked = run(waiting, {
    type: "input.requested",
    seq: 4,
    data: { request_id: "r", kind: "secret", name: "pin", digits: 4, prompt: "PIN?" },
  });

  it("is asked once more when the link broke before an answer", () => {
    const sent: State = { ...asked, inputState: "sent" };
    expect(linked(sent, "waiting").inputState).toBe("again");
    expect(linked(sent, "open").inputState).toBe("sent");
    expect(linked(asked, "waiting").inputState).toBe("open");
  });

  it("opens again when the answer was refused, and goes when it is over", () => {
    const sent: State = { ...asked, inputState: "sent" };
    expect(
      run(sent, { type: "error", data: { code: "invalid_value", message: "4 digits", client_id: "r" } }).inputState,
    ).toBe("open");
    expect(run(sent, { type: "input.ended", seq: 5, data: { request_id: "r" } }).input).toBeNull();
    expect(run(sent, { type: "contact.connected", seq: 5, data: { agent_name: "A" } }).input).toBeNull();
  });
});

describe("an agent", () => {
  it("joins, is lost, and the caller is back in the same place", () => {
    const connected = run(waiting, { type: "contact.connected", seq: 5, data: { agent_name: "Amira" } });
    expect(connected).toMatchObject({ phase: "connected", agentName: "Amira" });
    const back = run(connected, { type: "contact.returned", seq: 6, data: { reason: "agent_lost" } });
    expect(back).toMatchObject({ phase: "waiting", agentName: null });
    expect(back.talk.at(-1)).toMatchObject({ kind: "returned", name: "Amira", why: "agent_lost" });
  });

  it("who was only offered the contact is never mentioned", () => {
    expect(run(waiting, { type: "contact.returned", seq: 5, data: { reason: "declined" } })).toBe(waiting);
  });
});

describe("frames of a wrong shape", () => {
  it("are dropped instead of drawn", () => {
    const bad = [
      '{"type":"place.updated","data":{"place":{"code":5}}}',
      '{"type":"message.added","seq":1,"data":{"author":"robot","text":"x"}}',
      '{"type":"message.added","seq":1,"data":{"author":"agent","text":{"toString":1}}}',
      '{"type":"message.added","seq":1,"data":{"author":"agent","text":"x","buttons":[{"title":1}]}}',
      '{"type":"gathered.updated","seq":1,"data":{"facts":"no","tried":[]}}',
      '{"type":"constructor","data":{}}',
      '{"type":"something.new","seq":9,"data":{}}',
    ];
    for (const raw of bad) expect(asContactFrame(readFrame(raw) ?? { type: "", data: {} })).toBeNull();
  });
});

describe("what is asked afterwards", () => {
  const end = (data: object): ContactFrame =>
    asContactFrame({ type: "contact.closed", seq: 9, data: { outcome: "handled", ...data } }) as ContactFrame;

  it("is what the bank asks, and everything where the server doesn't say", () => {
    const questions = [{ measure: "nps", says: null }];
    expect(run(waiting, end({ survey: questions })).survey).toEqual(questions);
    expect(run(waiting, end({})).survey.map(({ measure }) => measure)).toEqual(["csat", "resolved", "ces", "nps"]);
    expect(run(waiting, end({ survey: [] })).survey).toEqual([]);
  });

  it("may be how a customer would rather be reached, until that is decided", () => {
    const asked = run(waiting, end({}), { type: "preference.asked", data: { channel: "chat", language: "en" } });
    expect(asked.preference).toEqual({ channel: "chat", language: "en" });
    const decided = run(asked, { type: "preference.decided", data: { is_kept: true } });
    expect([decided.preference, decided.isRemembered]).toEqual([null, true]);
  });
});
