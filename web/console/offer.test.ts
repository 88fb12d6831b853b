import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import { offer } from "./fixtures";
import { headline } from "./views/offer";
import { type ConsoleWords, en } from "./words/en";

const say = catalogue<ConsoleWords>(en, "en");

describe("a notification", () => {
  it("says who asks, where a colleague asks to be joined, and what it is about", () => {
    expect(headline(say, offer("o1", { kind: "join", from: "Ben" }))).toBe("Ben asks you to join: Maya Okafor: Lost or stolen card");
    expect(headline(say, offer("o1", { kind: "join", from: null }))).toMatch(/^Your colleague asks you to join/u);
    expect(headline(say, offer("o1", { kind: "warm", from: "Ben" }))).toBe("Maya Okafor: Lost or stolen card");
  });
});
