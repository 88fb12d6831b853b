import { describe, expect, it } from "vitest";
import { catalogue, fill } from "./catalogue";

describe("a text of the catalogue", () => {
  it("fills names, and leaves a caller's braces as they are", () => {
    expect(fill("Hello {name}.", { name: "{name}" }, "en")).toBe("Hello {name}.");
  });

  it("chooses by plural, exact number first", () => {
    const text = "{n, plural, =0 {You are next} one {One person is ahead} other {# people are ahead}}";
    expect([0, 1, 2, 1200].map((n) => fill(text, { n }, "en"))).toEqual([
      "You are next",
      "One person is ahead",
      "2 people are ahead",
      "1,200 people are ahead",
    ]);
  });

  it("knows ordinals", () => {
    const text = "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}";
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102].map((n) => fill(text, { n }, "en"))).toEqual([
      "1st",
      "2nd",
      "3rd",
      "4th",
      "11th",
      "12th",
      "13th",
      "21st",
      "102nd",
    ]);
  });

  it("selects by word with a way out for the unknown", () => {
    const text = "{why, select, agent_lost {Lost} other {Back}}";
    expect(fill(text, { why: "agent_lost" }, "en")).toBe("Lost");
    expect(fill(text, { why: "something_new" }, "en")).toBe("Back");
  });

  it("uses the plural rules and digits of its language", () => {
    const text = "{n, plural, one {#واحد} two {#اثنان} few {#قليل} other {#}}";
    expect(fill(text, { n: 3 }, "ar-EG")).toBe("٣قليل");
  });

  it("names a missing text, and throws at an unbalanced one", () => {
    const say = catalogue<Record<string, string>>({ broken: "{n" }, "en");
    expect(say("missing")).toBe("missing");
    expect(() => say("broken")).toThrow(/unbalanced/);
  });
});
