import { describe, expect, it } from "vitest";
import { type AgentFrame, asAgentFrame } from "../shared/agent-wire";
import { readFrame } from "../shared/socket";
import { after, awaitsCall, capacity, type Desk, emptyDesk, linked, put, select } from "./desk";
import { agent, briefing, offer, snapshot } from "./fixtures";

const run = (desk: Desk, ...frames: AgentFrame[]): Desk => frames.reduce(after, desk);
const begun = run({ ...emptyDesk, link: "open" }, { type: "snapshot", data: snapshot() });
const said = (seq: number, contact_id: string, text: string, more: object = {}): AgentFrame => ({
  type: "message.added",
  seq,
  at: "2026-11-22T12:00:00Z",
  data: { contact_id, author: "caller", text, ...more },
});
const briefed = (seq: number, id: string): AgentFrame => ({ type: "contact.briefing", seq, data: briefing(id) });

describe("an offer", () => {
  it("is shown, changed and taken away by rising revisions only", () => {
    const made = run(begun, { type: "offer.made", revision: 101, data: offer("o1") });
    expect(made.offers).toHaveLength(1);
    expect(
      run(made, { type: "offer.ended", revision: 101, data: { offer_id: "o1", outcome: "rescinded" } }).offers,
    ).toHaveLength(1);
    const changed = run(made, {
      type: "offer.updated",
      revision: 102,
      data: offer("o1", { in_step: { step: "identity", seconds: 20 } }),
    });
    expect(changed.offers[0]?.in_step?.step).toBe("identity");
    expect(
      run(changed, { type: "offer.ended", revision: 103, data: { offer_id: "o1", outcome: "rescinded" } }).offers,
    ).toEqual([]);
  });

  it("is never stale: a lost link takes it away, and only the next snapshot brings it back", () => {
    const made = run(begun, { type: "offer.made", revision: 101, data: offer("o1") });
    const lost = linked(made, "waiting");
    expect(lost).toMatchObject({ offers: [], isLive: false });
    const back = linked(lost, "open");
    expect(back).toMatchObject({ offers: [], isLive: false });
    expect(
      run(back, { type: "snapshot", data: snapshot({ revision: 105, offers: [offer("o2")] }) }).offers.map(
        (one) => one.offer_id,
      ),
    ).toEqual(["o2"]);
  });
});

describe("a contact", () => {
  it("arrives with its briefing, and takes the front when nothing else is in hand", () => {
    const one = run(begun, briefed(5, "c1"));
    expect(one).toMatchObject({ selected: "c1" });
    const connected = run(one, {
      type: "contact.connected",
      seq: 6,
      data: { contact_id: "c1", state: "connected", connected_at: "2026-11-22T12:00:00Z" },
    });
    expect(run(connected, briefed(9, "c2")).selected).toBe("c1");
  });

  it("counts what the caller says while another is in front", () => {
    const two = run(begun, briefed(5, "c1"), briefed(5, "c2"));
    const talked = run(two, said(6, "c1", "hello"), said(6, "c2", "hi"), said(7, "c2", "there"));
    expect(talked.selected).toBe("c1");
    expect(talked.cards.map((card) => card.unread)).toEqual([0, 2]);
    expect(select(talked, "c2").cards.map((card) => card.unread)).toEqual([0, 0]);
  });

  it("shows that an answer is awaited until the agent has said something", () => {
    const reminder = { type: "contact.updated", seq: 7, data: { contact_id: "c1", silent_seconds: 60 } } as const;
    const reminded = run(begun, briefed(5, "c1"), said(6, "c1", "hello"), reminder);
    expect(reminded.cards[0]?.silent_seconds).toBe(60);
    expect(run(reminded, said(8, "c1", "hello?")).cards[0]?.silent_seconds).toBe(60);
    const answered = run(reminded, said(8, "c1", "I’m here", { author: "agent" }));
    expect(answered.cards[0]?.silent_seconds).toBeNull();
  });

  it("drops what is not newer by its own seq", () => {
    const talked = run(begun, briefed(5, "c1"), said(6, "c1", "hello"), said(6, "c1", "hello"), said(4, "c1", "old"));
    expect(talked.cards[0]?.transcript.map((one) => one.text)).toEqual(["hello"]);
  });

  it("takes a pending reply off when it comes back by its client_id", () => {
    const one = run(begun, briefed(5, "c1"));
    const card = one.cards[0];
    if (!card) throw new Error("no card");
    const pending = put(one, { ...card, pending: [{ client_id: "x", text: "Hello" }] });
    expect(run(pending, said(6, "c1", "Hello", { author: "agent", client_id: "x" })).cards[0]?.pending).toEqual([]);
  });

  it("stays for its wrap-up and goes after it, and goes at once when it returns to its place", () => {
    const one = run(begun, briefed(5, "c1"), {
      type: "contact.connected",
      seq: 6,
      data: { contact_id: "c1", state: "connected" },
    });
    const wrapping = run(one, {
      type: "contact.closed",
      seq: 7,
      data: { contact_id: "c1", state: "wrapping", outcome: "handled", wrap_up_until: "2026-11-22T12:03:00Z" },
    });
    expect(wrapping.cards[0]).toMatchObject({ state: "wrapping", wrap_up_until: "2026-11-22T12:03:00Z" });
    expect(
      run(wrapping, { type: "contact.updated", seq: 8, data: { contact_id: "c1", state: "closed" } }),
    ).toMatchObject({ cards: [], selected: null });
    expect(
      run(one, { type: "contact.returned", seq: 7, data: { contact_id: "c1", state: "waiting", reason: "agent_lost" } })
        .cards,
    ).toEqual([]);
  });

  it("keeps what is being said through a reconnection, unless the snapshot has it already", () => {
    const one = run(begun, briefed(5, "c1"));
    const card = one.cards[0];
    if (!card) throw new Error("no card");
    const pending = put(one, {
      ...card,
      pending: [
        { client_id: "a", text: "1" },
        { client_id: "b", text: "2" },
      ],
    });
    const arrived = { seq: 6, at: "2026-11-22T12:00:00Z", author: "agent", text: "1", client_id: "a" } as const;
    const again = run(linked(pending, "waiting"), {
      type: "snapshot",
      data: snapshot({ contacts: [{ ...briefing("c1", { state: "connected", transcript: [arrived] }), last_seq: 6 }] }),
    });
    expect(again.cards[0]?.pending).toEqual([{ client_id: "b", text: "2" }]);
    expect(again.selected).toBe("c1");
  });
});

describe("snapshot and frames", () => {
  it("end with the same desk as a fresh snapshot", () => {
    const frames = run(
      begun,
      briefed(5, "c1"),
      {
        type: "contact.connected",
        seq: 6,
        data: { contact_id: "c1", state: "connected", connected_at: "2026-11-22T12:00:00Z" },
      },
      said(7, "c1", "hello"),
    );
    const message = { seq: 7, at: "2026-11-22T12:00:00Z", author: "caller", text: "hello" } as const;
    const contact = {
      ...briefing("c1", { state: "connected", connected_at: "2026-11-22T12:00:00Z", transcript: [message] }),
      last_seq: 7,
    };
    const fresh = run({ ...emptyDesk, link: "open" }, { type: "snapshot", data: snapshot({ contacts: [contact] }) });
    const shown = (desk: Desk) =>
      desk.cards.map(({ transcript, state, lastSeq, unread }) => ({
        texts: transcript.map((one) => one.text),
        state,
        lastSeq,
        unread,
      }));
    expect(shown(frames)).toEqual(shown(fresh));
  });
});

describe("what the tenant gives", () => {
  it("changes without a new snapshot, and leaves the offers and contacts as they are", () => {
    const before = run(begun, { type: "offer.made", revision: 101, data: offer("o1") });
    const data = { queues: [{ id: "travel", name: "Travel" }], canned_texts: [{ name: "hello", text: "Hi." }] };
    const now = run(before, { type: "workplace.updated", revision: 102, data });
    expect(now.queues.get("travel")).toBe("Travel");
    expect(now.cannedTexts).toEqual([{ name: "hello", text: "Hi." }]);
    expect(now.dispositions).toEqual(before.dispositions);
    expect(now.offers).toEqual(before.offers);
  });
});

describe("capacity", () => {
  it("is read from the slots", () => {
    expect(capacity(agent, "chat")).toEqual([1, 2]);
    expect(capacity(agent, "voice")).toEqual([0, 1]);
  });
});

describe("a contact that a supervisor stands beside", () => {
  const watched = { ...briefing("c9", { state: "connected" }), last_seq: 4, mode: "listen" };

  it("is on the desk with its mode, follows its frames and goes when it is left", () => {
    let desk = after(emptyDesk, { type: "snapshot", data: snapshot({ watched: [watched] }) });
    expect(desk.beside.get("c9")).toBe("listen");
    desk = after(desk, { type: "watch.updated", revision: 101, data: { contact_id: "c9", mode: "coach" } });
    expect(desk.beside.get("c9")).toBe("coach");
    const words = { contact_id: "c9", text: "Offer a new card.", agent_name: "Sofia" };
    desk = after(desk, { type: "coaching.added", seq: 5, at: "2026-11-22T12:00:00Z", data: words });
    expect(desk.cards[0]?.coaching.map(({ text }) => text)).toEqual(["Offer a new card."]);
    desk = after(desk, { type: "watch.ended", revision: 102, data: { contact_id: "c9" } });
    expect(desk.cards).toEqual([]);
    expect(desk.beside.size).toBe(0);
  });
});

describe("frames of a wrong shape", () => {
  it("are dropped instead of drawn", () => {
    const bad = [
      '{"type":"snapshot","data":{}}',
      '{"type":"offer.made","data":{"offer_id":5}}',
      '{"type":"contact.briefing","data":{"contact_id":"c"}}',
      '{"type":"message.added","data":{"text":"no contact"}}',
      '{"type":"toString","data":{}}',
      '{"type":"agent.updated","data":{"username":"a"}}',
    ];
    for (const raw of bad) expect(asAgentFrame(readFrame(raw) ?? { type: "", data: {} })).toBeNull();
  });
});

describe("a telephone that rings", () => {
  const call = (state: string) => briefing("c1", { channel: "voice", state });
  const held = (state: string, more: object = {}): Desk =>
    after(emptyDesk, { type: "snapshot", data: snapshot({ contacts: [{ ...call(state), last_seq: 1 }], ...more }) });

  it("was asked for where the contact was accepted on this page and its briefing is here", () => {
    expect(awaitsCall(held("offered"), new Set(["c1"]))).toBe(true);
    expect(awaitsCall(held("offered"), new Set())).toBe(false);
    expect(awaitsCall(held("wrapping"), new Set(["c1"]))).toBe(false);
    expect(awaitsCall(emptyDesk, new Set(["c1"]))).toBe(false);
  });

  it("was asked for by who stands beside a call, and by who takes one over", () => {
    const watched = [{ ...call("connected"), last_seq: 1, mode: "listen" }];
    expect(awaitsCall(held("connected", { contacts: [], watched }), new Set())).toBe(true);
    const over = { offers: [offer("o1", { contact_id: "c2", kind: "warm", ringing: true })], contacts: [] };
    expect(awaitsCall(held("offered", over), new Set(["c2"]))).toBe(true);
    expect(awaitsCall(held("offered", over), new Set())).toBe(false);
  });
});
