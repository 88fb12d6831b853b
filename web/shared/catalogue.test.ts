import { describe, expect, it } from "vitest";
import { compiled } from "../build/words-plugin";
import { catalogue, type Values } from "./catalogue";

/** One text, compiled as the build compiles it, and filled. */
function fill(text: string, values: Values, locale: string, isIsolating = false): string {
  return catalogue({ text: compiled(text, isIsolating) as string }, locale)("text", values);
}

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

  it("says the name of a missing text, and does not compile an unbalanced one", () => {
    expect(catalogue<Record<string, string>>({}, "en")("missing")).toBe("missing");
    expect(() => compiled("{n")).toThrow(/EXPECT_ARGUMENT_CLOSING_BRACE/);
  });

  it("writes figures by locale where it is asked to", () => {
    expect(fill("{n, number} of {all, number}", { n: 3, all: 1200 }, "en")).toBe("3 of 1,200");
  });

  it("sets a name apart in a language that is written from right to left, also inside a choice", () => {
    const text = "{why, select, lost {فقدنا {name}} other {عاد {name}.}}";
    expect(fill(text, { why: "lost", name: "Amira" }, "ar", true)).toBe("فقدنا \u2068Amira\u2069");
    expect(fill(text, { why: "", name: "Amira" }, "ar", true)).toBe("عاد \u2068Amira\u2069.");
  });
});
