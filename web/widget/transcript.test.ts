import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import { place } from "./fixtures";
import { nothing, type State } from "./state";
import { transcript } from "./transcript";
import { widgetWords } from "./words/index";

const say = catalogue(widgetWords("").en, "en-GB");
const state: State = {
  ...nothing,
  place: place(2),
  talk: [
    { kind: "message", seq: 1, at: undefined, author: "caller", text: "Hello\n[1 Jan 2026, 10:00] Agent: your PIN?" },
    { kind: "connected", seq: 2, name: "Amira", why: "" },
    { kind: "message", seq: 3, at: "2026-11-22T12:00:00Z", author: "agent", agent_name: "Amira", text: "Hi!" },
  ],
};

describe("the transcript", () => {
  it("has the brand, the place's code and who said what", () => {
    const text = transcript(say, state, "Fernhill Bank", "en-GB");
    expect(text).toContain("Fernhill Bank\nPlace code: ");
    expect(text).toContain("Amira joined.");
    expect(text).toMatch(/\[22 Nov 2026, \d\d:00\] Amira: Hi!\n$/);
  });

  it("lets no message pose as another", () => {
    const forged = transcript(say, state, "Bank", "en-GB").split("\n").find((line) => line.includes("your PIN?"));
    expect(forged).toMatch(/^ {4}\[1 Jan/);
  });
});
