import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import { partOf } from "./parts";
import { told } from "./story";
import { ar } from "./words/ar";
import { en } from "./words/en";

const say = catalogue(en, "en-GB");
const tell = (type: string, data: Record<string, unknown> = {}): string | null =>
  told(say, "en-GB", new Map([["cards", "Cards"], ["fraud", "Fraud"]]), { seq: 1, at: "2026-11-22T00:00:00Z", type, data });

describe("a step of a story", () => {
  it("is told in words", () => {
    expect(tell("contact.placed", { queue: "cards", position: 4 })).toBe("Took place 4 in Cards");
    expect(tell("contact.placed", { queue: "cards" })).toBe("Came to Cards");
    expect(tell("wait.announced", { wait: { known: true, low_seconds: 240, high_seconds: 420 } })).toBe("Was told a wait of 4 to 7 min");
    expect(tell("wait.announced", { wait: { known: false, low_seconds: null, high_seconds: null } })).toBe("Was told the place in line");
    expect(tell("offer.ended", { outcome: "not_answered", agent_name: "Ben" })).toBe("Ben didn’t answer");
    expect(tell("queue.changed", { from: "cards", to: "fraud" })).toBe("Moved from Cards to Fraud, with the order kept");
    expect(tell("transfer.asked", { mode: "cold", to_queue: "fraud" })).toBe("Was passed on to Fraud");
    expect(tell("feedback.given", { csat: 4, resolved: false })).toBe("Said how it was: CSAT 4, Resolved at first contact No");
    expect(tell("recording.changed", { state: "paused" })).toBe("Recording paused");
    expect(tell("recording.changed", { state: "off" })).toBe("Recording ended");
    expect(tell("recording.heard", { agent_name: "Sofia" })).toBe("Sofia listened to a recording of it");
    expect(tell("contact.erased", { agent_name: "Sofia" })).toBe("Sofia erased what was said");
    expect(tell("contact.erased")).toBe("What was said was erased, as the rules for keeping it ask");
    expect(tell("contact.erased", { reason: "asked" })).toBe("What was said was erased, as somebody asked for it");
    expect(tell("contact.erased", { by: "a9" })).toBe("Agent erased what was said");
    expect(tell("contact.wrapped")).toBe("Wrapped up");
    expect(tell("contact.wrapped", { disposition: "follow_up" })).toBe("Wrapped up: Needs follow-up");
    expect(tell("contact.wrapped", { disposition: "other" })).toBe("Wrapped up: Other");
    expect(tell("contact.wrapped", { disposition: "sent_to_branch" })).toBe("Wrapped up: Sent to branch");
    expect(tell("head_start.granted", { rule: "topic", seconds: 60 })).toBe("The place was made 60 seconds older, for what it is about");
  });

  it("tells in Arabic too who erased what was said, or that the rules did", () => {
    const inArabic = (data: Record<string, unknown>) =>
      told(catalogue(ar, "ar-EG"), "ar-EG", new Map(), { seq: 1, at: "2026-11-22T00:00:00Z", type: "contact.erased", data });
    expect(inArabic({ agent_name: "Sofia" })).toBe("محا \u2068Sofia\u2069 ما قيل");
    expect(inArabic({})).toBe("مُحي ما قيل، كما تقضي قواعد الاحتفاظ به");
  });

  it("of a newer service, for which there are no words, is left out", () => {
    expect(tell("contact.teleported")).toBeNull();
  });
});

describe("what a contact brings to a figure", () => {
  it("is a yes or no to a share, and its own time or answer to a mean", () => {
    expect(partOf(say, "en-GB", "service_level", { part: 0, times: 1 })).toBe("No");
    expect(partOf(say, "en-GB", "transfer_rate", { part: 1, times: 2 })).toBe("1/2");
    expect(partOf(say, "en-GB", "aht_seconds", { part: 180, times: 2 })).toBe("1:30");
    expect(partOf(say, "en-GB", "nps", { part: -1, times: 1 })).toBe("Against");
    expect(partOf(say, "en-GB", "ces", { part: 5, times: 1 })).toBe("5.0");
  });
});
