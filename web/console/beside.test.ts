import { describe, expect, it } from "vitest";
import type { AgentFrame } from "../shared/agent-wire";
import { after, type Desk, emptyDesk, ordered } from "./desk";
import { briefing, snapshot } from "./fixtures";

const at = "2026-11-22T12:00:00Z";
const run = (desk: Desk, ...frames: AgentFrame[]): Desk => frames.reduce(after, desk);
const begun = run({ ...emptyDesk, link: "open" }, { type: "snapshot", data: snapshot() });
const watched = (mode: string, revision = 101): AgentFrame => ({ type: "watch.updated", revision, data: { contact_id: "c9", mode } });
const left: AgentFrame = { type: "watch.ended", revision: 150, data: { contact_id: "c9" } };
const briefed = (seq: number, id = "c9"): AgentFrame => ({ type: "contact.briefing", seq, data: briefing(id) });
const connected = (seq: number, agent_name: string): AgentFrame => ({
  type: "contact.connected",
  seq,
  data: { contact_id: "c9", state: "connected", connected_at: at, agent_name },
});
const said = (seq: number): AgentFrame => ({ type: "message.added", seq, at, data: { contact_id: "c9", author: "caller", text: "Hello" } });
const joined = run(begun, watched("join"), briefed(5), connected(6, "Ben"));
const ids = (desk: Desk): string[] => desk.cards.map(({ contact_id }) => contact_id);

describe("a contact that a colleague was asked into", () => {
  it("is on the desk as somebody else's, with whose it is", () => {
    expect(joined.beside.get("c9")).toBe("join");
    expect(joined.cards[0]).toMatchObject({ state: "connected", agent_name: "Ben" });
  });

  it("goes with the talk: there is no wrap-up of somebody else's contact", () => {
    const closed = run(joined, { type: "contact.closed", seq: 7, data: { contact_id: "c9", state: "wrapping", outcome: "handled" } });
    expect(closed).toMatchObject({ cards: [], selected: null });
    expect(closed.beside.size).toBe(0);
    expect(run(closed, left).cards).toEqual([]);
  });

  it("goes when it is left, and when its agent is lost", () => {
    expect(run(joined, left)).toMatchObject({ cards: [], selected: null });
    const lost = run(joined, { type: "contact.returned", seq: 7, data: { contact_id: "c9", state: "waiting", reason: "agent_lost" } });
    expect(ids(lost)).toEqual([]);
    expect(lost.beside.size).toBe(0);
  });

  it("stays where it has been handed over to who was beside it, though standing beside it ends", () => {
    const handed: AgentFrame = { type: "contact.updated", seq: 7, data: { contact_id: "c9", state: "closed" } };
    const own = run(joined, handed, briefed(8), connected(9, "Amira"), left);
    expect(ids(own)).toEqual(["c9"]);
    expect(own.beside.has("c9")).toBe(false);
    const closed = run(own, { type: "contact.closed", seq: 10, data: { contact_id: "c9", state: "wrapping", outcome: "handled" } });
    expect(closed.cards[0]?.state).toBe("wrapping");
  });

  it("stands behind the agent's own, whichever came first", () => {
    const both = run(joined, briefed(3, "c1"));
    expect(ids(both)).toEqual(["c9", "c1"]);
    expect(ordered(both).map(({ contact_id }) => contact_id)).toEqual(["c1", "c9"]);
  });

  it("has unread words for who has joined, and none for who only listens or coaches", () => {
    const busy = run(begun, briefed(3, "c1"));
    const unread = (mode: string): number | undefined =>
      run(busy, watched(mode), briefed(5), connected(6, "Ben"), said(7)).cards.find(({ contact_id }) => contact_id === "c9")?.unread;
    expect([unread("join"), unread("coach"), unread("listen")]).toEqual([1, 0, 0]);
  });

  it("is the same after a reload", () => {
    const card = { ...briefing("c9", { state: "connected", connected_at: at, agent_name: "Ben" }), last_seq: 6, mode: "join" };
    const fresh = run({ ...emptyDesk, link: "open" }, { type: "snapshot", data: snapshot({ watched: [card] }) });
    const shown = (desk: Desk): object[] => desk.cards.map(({ state, agent_name, lastSeq }) => ({ state, agent_name, lastSeq }));
    expect(shown(fresh)).toEqual(shown(joined));
    expect([...fresh.beside]).toEqual([...joined.beside]);
  });
});
