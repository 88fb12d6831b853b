import { describe, expect, it } from "vitest";
import { press } from "./actions";
import { commands } from "./commands";
import { after, type Desk, emptyDesk } from "./desk";
import { briefing, snapshot } from "./fixtures";
import type { Shortcut } from "./keyboard";
import { firstPage, type View } from "./view";

const held = (channel: string, state: string, mode?: string): Desk => {
  const card = { ...briefing("c1", { channel, state }), last_seq: 1 };
  const data = mode === undefined ? { contacts: [card] } : { watched: [{ ...card, mode }] };
  return after(emptyDesk, { type: "snapshot", data: snapshot(data) });
};
const allowed = (desk: Desk): string[] => desk.cards.flatMap((card) => [...commands(desk, card)]).sort();
const OWN = ["end", "knowledge", "note", "pass-on", "verify", "write"];

describe("what may be done", () => {
  it("with one's own contact is everything while one talks, and hold and mute on a call alone", () => {
    expect(allowed(held("chat", "connected"))).toEqual(OWN);
    expect(allowed(held("voice", "connected"))).toEqual([...OWN, "hold", "mute"].sort());
    expect(allowed(held("chat", "wrapping"))).toEqual(["note", "write"]);
  });

  it("with somebody else's is to leave it, and to write where one has joined", () => {
    expect(allowed(held("chat", "connected", "join"))).toEqual(["leave", "write"]);
    expect(allowed(held("sms", "connected", "join"))).toEqual(["leave", "write"]);
    expect(allowed(held("voice", "connected", "join"))).toEqual(["leave"]);
  });

  it("with somebody else's is to write to its agent where one coaches, and nothing but leaving where one listens", () => {
    expect(allowed(held("chat", "connected", "coach"))).toEqual(["leave", "write"]);
    expect(allowed(held("voice", "connected", "coach"))).toEqual(["leave", "write"]);
    expect(allowed(held("chat", "connected", "listen"))).toEqual(["leave"]);
  });
});

describe("a key", () => {
  const KEYS: readonly Shortcut[] = ["end", "end", "pass-on", "verify", "hold", "mute", "knowledge", "note", "write"];

  /** What comes of all these keys: orders, turns of the page, boxes. */
  function pressed(desk: Desk): string[] {
    const done: string[] = [];
    const view = {
      desk,
      page: firstPage,
      line: { standing: [] },
      turn: (change: object) => done.push(`turn ${Object.keys(change).join()}`),
      give: (type: string) => Promise.resolve(done.push(`give ${type}`) > 0),
      write: (_: string, isNote: boolean) => done.push(isNote ? "note" : "write"),
      softphone: { mute: () => done.push("mute") },
    } as unknown as View;
    for (const key of KEYS) press(view, key);
    return done;
  }

  it("ends, passes on, holds, mutes or notes nothing where the contact is somebody else's", () => {
    expect(pressed(held("chat", "connected", "join"))).toEqual(["write"]);
    expect(pressed(held("voice", "connected", "join"))).toEqual([]);
    expect(pressed(held("voice", "connected", "listen"))).toEqual([]);
  });

  it("does so where it is one's own", () => {
    const done = pressed(held("voice", "connected"));
    expect(done).toEqual(expect.arrayContaining(["turn ending", "give hold", "give mute", "give request_verification", "turn seeking", "note", "write"]));
  });
});
