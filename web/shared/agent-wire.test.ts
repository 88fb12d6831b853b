import { describe, expect, it } from "vitest";
import { briefing, snapshot } from "../console/fixtures";
import { asAgentFrame } from "./agent-wire";

const frame = (type: string, data: object) => asAgentFrame({ type, data: data as Record<string, unknown> });

describe("a frame", () => {
  it("of a shape that could not be drawn is none of ours", () => {
    const wrong: [string, object][] = [
      ["contact.updated", { contact_id: "c1", facts: null }],
      ["contact.updated", { contact_id: "c1", facts: [{ id: "a" }] }],
      ["contact.updated", { contact_id: "c1", tried: "done" }],
      ["contact.updated", { contact_id: "c1", customer: "Maya" }],
      ["contact.updated", { contact_id: "c1", verification: null }],
      ["contact.updated", { contact_id: "c1", state: 5 }],
      ["contact.updated", { contact_id: "c1", texts: [] }],
      ["contact.briefing", { ...briefing("c1"), history: undefined }],
      ["contact.briefing", { ...briefing("c1"), transcript: [null] }],
      ["snapshot", { ...snapshot(), contacts: [{ ...briefing("c1"), facts: {} }] }],
      ["snapshot", { ...snapshot(), offers: [null] }],
      ["typing", { author: "caller" }],
      ["message.added", { contact_id: "c1", text: 5, author: "caller" }],
      ["toString", {}],
      ["from.the.future", { contact_id: "c1" }],
    ];
    for (const [type, data] of wrong) expect(frame(type, data), JSON.stringify([type, data])).toBeNull();
  });

  it("that says more than we know, or less than it could, is taken", () => {
    expect(frame("contact.updated", { contact_id: "c1", silent_seconds: 60, from_the_future: [1] })).not.toBeNull();
    expect(frame("contact.briefing", briefing("c1"))).not.toBeNull();
    expect(frame("snapshot", snapshot({ contacts: [{ ...briefing("c1"), last_seq: 5 }] }))).not.toBeNull();
  });
});
