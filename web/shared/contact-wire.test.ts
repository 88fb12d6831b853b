import { describe, expect, it } from "vitest";
import { place } from "../widget/fixtures";
import { asContactFrame } from "./contact-wire";

const frame = (type: string, data: object) => asContactFrame({ type, data: data as Record<string, unknown> });

describe("a frame", () => {
  it("of a shape that could not be drawn is none of ours", () => {
    const wrong: [string, object][] = [
      ["place.updated", {}],
      ["place.updated", { place: { ...place(2), position: "second" } }],
      ["place.updated", { place: { ...place(2), wait: null } }],
      ["place.updated", { place: { ...place(2), wait: { low_seconds: "soon", high_seconds: 5, known: true } } }],
      ["message.added", { author: "stranger", text: "Hello" }],
      ["message.added", { author: "caller", text: "Hello", buttons: [{ title: "Yes" }] }],
      ["input.requested", { request_id: "r1", name: "pin", prompt: "PIN", digits: "four" }],
      ["gathered.updated", { facts: [{ id: "a", label: "A" }], tried: [] }],
      ["gathered.updated", { facts: null, tried: [] }],
      ["contact.closed", { outcome: 5 }],
      ["constructor", {}],
      ["from.the.future", {}],
    ];
    for (const [type, data] of wrong) expect(frame(type, data), JSON.stringify([type, data])).toBeNull();
  });

  it("that says more than we know is taken", () => {
    expect(frame("place.updated", { place: { ...place(null), from_the_future: true } })).not.toBeNull();
    expect(frame("message.added", { author: "caller", text: "Hello", mood: "good" })).not.toBeNull();
  });
});
