import { describe, expect, it } from "vitest";
import { asRecordings, asStory, type Briefed, mayBeErased, mayBeRecorded, type Step, type Story } from "./wire";

const at = "2026-11-22T11:50:00Z";
const story = (contact: Partial<Briefed>, ...types: string[]): Story => ({
  contact: { transcript: [], channel: "voice", ...contact } as unknown as Briefed,
  story: types.map((type, seq): Step => ({ seq, at, type, data: {} })),
});

describe("recordings in an answer", () => {
  it("are read with what may be missing", () => {
    expect(asRecordings({ recordings: [{ n: 1, at, seconds: 42, agent_name: "Amira" }, { n: 3, at, seconds: null }] })).toEqual([
      { n: 1, at, seconds: 42, agent_name: "Amira" },
      { n: 3, at, seconds: null, agent_name: null },
    ]);
    expect(asRecordings({ recordings: [] })).toEqual([]);
  });

  it("that nobody could ask for are left out; another answer has none", () => {
    expect(asRecordings({ recordings: [{ n: "1", at }, { n: 2, at: "soon" }, null, 7] })).toEqual([]);
    for (const odd of [null, {}, { recordings: {} }, "recordings"]) expect(asRecordings(odd)).toBeNull();
  });
});

describe("a contact", () => {
  it("may have been recorded on the telephone, where it is now or where it was", () => {
    expect(mayBeRecorded(story({ channel: "voice" }))).toBe(true);
    expect(mayBeRecorded(story({ channel: "chat" }, "contact.placed", "recording.changed"))).toBe(true);
    expect(mayBeRecorded(story({ channel: "chat" }, "contact.placed"))).toBe(false);
    expect(mayBeRecorded(story({ channel: "voice", erased_at: at }, "recording.changed"))).toBe(false);
  });

  it("may be erased by an admin, when it is over, and once", () => {
    for (const state of ["wrapping", "closed", "contained", "abandoned"]) expect(mayBeErased({ state, erased_at: null }, true)).toBe(true);
    for (const state of ["waiting", "offered", "connected"]) expect(mayBeErased({ state, erased_at: null }, true)).toBe(false);
    expect(mayBeErased({ state: "closed", erased_at: null }, false)).toBe(false);
    expect(mayBeErased({ state: "closed", erased_at: at }, true)).toBe(false);
  });

  it("can’t be erased by a service that doesn’t say whether it is", () => {
    expect(mayBeErased({ state: "closed" }, true)).toBe(false);
    expect(asStory({ contact: { transcript: [] }, story: [] })).not.toBeNull();
  });
});
