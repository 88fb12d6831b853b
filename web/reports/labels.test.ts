import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import { type Labels, learned, learnedOf, onlyName } from "./labels";
import { en } from "./words/en";

const view = (labels: Labels = new Map()) => ({ say: catalogue(en, "en-GB"), queues: new Map([["cards", "Cards"]]), labels });
const report = {
  from: "2026-11-22T00:00:00Z",
  to: "2026-11-22T02:00:00Z",
  by: "topic",
  rows: [{ at: "2026-11-22T00:00:00Z", topic: "report_lost_card", topic_label: "Lost or stolen card" }],
  total: {},
  only: { agent: { value: "amira", label: "Amira Haddad" }, channel: { value: "chat", label: null } },
};

describe("what alone counts", () => {
  it("is read by its label, from the rows that led to it and from the answer", () => {
    const known = view(learnedOf(new Map(), report, view()));
    expect(onlyName(known, "topic", "report_lost_card")).toBe("Lost or stolen card");
    expect(onlyName(known, "agent", "amira")).toBe("Amira Haddad");
    expect(onlyName(known, "queue", "cards")).toBe("Cards");
    expect(onlyName(known, "channel", "chat")).toBe("Chat");
    expect(onlyName(known, "topic", "")).toBe("Not said");
  });

  it("is never shown as its code, not even before anything is known", () => {
    expect(onlyName(view(), "topic", "report_lost_card")).toBe("Topic");
    expect(onlyName(view(), "agent", "amira")).toBe("Agent");
    expect(onlyName(view(), "queue", "gone")).toBe("Line");
  });

  it("keeps what was learned where an answer says nothing", () => {
    const labels = learned(new Map(), report.only);
    expect(learned(labels)).toBe(labels);
  });
});
