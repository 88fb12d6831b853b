import { describe, expect, it } from "vitest";
import { listIn, replyAddress, soundOf } from "./left";

describe("where the answer to a message goes", () => {
  it("is a mail or a call", () => {
    expect(replyAddress("maya@example.org")).toBe("mailto:maya@example.org");
    expect(replyAddress("+44 (0)20 7183-8750")).toBe("tel:+4402071838750");
  });

  it("is never anything else that a caller may have written", () => {
    expect(replyAddress("javascript:alert(1)")).toBeNull();
    expect(replyAddress("a@b.c?cc=everybody@example.org")).toBe(null);
    expect(replyAddress("x@example.org?bcc=y")).toBe("mailto:x@example.org%3Fbcc%3Dy");
    expect(replyAddress("")).toBeNull();
  });
});

describe("what was spoken", () => {
  it("is played through the service, and never from where it was recorded", () => {
    expect(soundOf("c/1")).toBe("/api/v1/agent/messages/c%2F1/recording");
  });
});

describe("a list in an answer", () => {
  it("holds what has an id, and nothing where the shape is another", () => {
    expect(listIn({ messages: [{ contact_id: "c1" }, null, { id: 1 }] }, "messages")).toEqual([{ contact_id: "c1" }]);
    expect(listIn({ messages: "none" }, "messages")).toEqual([]);
    expect(listIn(null, "messages")).toEqual([]);
  });
});
