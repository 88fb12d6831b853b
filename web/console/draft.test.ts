import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import type { Card } from "./desk";
import { draftNotes, likelyDisposition } from "./draft";
import { briefing } from "./fixtures";
import { type ConsoleWords, en } from "./words/en";

const say = catalogue<ConsoleWords>(en, "en");
const known = ["resolved", "follow_up", "no_answer", "other"];
const card = (more: Partial<Card> = {}): Card => ({
  ...briefing("c1", { connected_at: "2026-11-22T12:00:00Z" }),
  notes: [],
  coaching: [],
  captions: [],
  isTyping: false,
  lastSeq: 1,
  pending: [],
  unread: 0,
  ...more,
});
const said = (author: "caller" | "agent", at: string) => ({ seq: 1, at, author, text: "words" });

describe("the wrap-up begins", () => {
  it("as resolved where something was done, and as not answered where the caller never spoke to the agent", () => {
    expect(likelyDisposition(card({ tried: [{ label: "Freeze", outcome: "done" }] }), known)).toBe("resolved");
    expect(likelyDisposition(card({ transcript: [said("caller", "2026-11-22T11:59:00Z")] }), known)).toBe("no_answer");
    expect(likelyDisposition(card({ transcript: [said("caller", "2026-11-22T12:01:00Z")] }), known)).toBe("resolved");
  });

  it("on a call, whose words are not written, as resolved", () => {
    expect(likelyDisposition(card({ channel: "voice" }), known)).toBe("resolved");
  });

  it("with one that the tenant knows", () => {
    expect(likelyDisposition(card(), ["sorted", "open"])).toBe("sorted");
    expect(likelyDisposition(card(), [])).toBeUndefined();
  });

  it("with topic, facts and what was done, ready to be mended", () => {
    const known = card({
      topic_label: "Lost card",
      facts: [{ id: "card", label: "Card", value: "debit" }],
      tried: [{ label: "Freeze the card", outcome: "done" }],
    });
    expect(draftNotes(say, known)).toBe("Lost card\nCard: debit\nFreeze the card: Done");
    expect(draftNotes(say, card())).toBe("");
  });
});
