import { describe, expect, it } from "vitest";
import { differences, inWords } from "./difference";

describe("the differences of two values", () => {
  it("name each field that is another, and no other", () => {
    const before = { name: "Cards", limit: null, overflow: { to: "fraud", after_seconds: 60 } };
    const after = { name: "Card desk", limit: 20, overflow: { to: "fraud", after_seconds: 90 } };
    expect(differences(before, after)).toEqual([
      { path: ["name"], before: "Cards", after: "Card desk" },
      { path: ["limit"], before: undefined, after: 20 },
      { path: ["overflow", "after_seconds"], before: 60, after: 90 },
    ]);
    expect(differences(before, before)).toEqual([]);
  });

  it("tell what was added and what is gone", () => {
    expect(differences({ hello: "Hi." }, { bye: "Bye." })).toEqual([
      { path: ["hello"], before: "Hi.", after: undefined },
      { path: ["bye"], before: undefined, after: "Bye." },
    ]);
    expect(differences([], [{ says: "Down." }])).toEqual([{ path: ["0"], before: undefined, after: { says: "Down." } }]);
  });

  it("compare a list of words as one thing", () => {
    expect(differences({ queues: ["a"] }, { queues: ["a", "b"] })).toEqual([{ path: ["queues"], before: ["a"], after: ["a", "b"] }]);
  });

  it("tell a value that is no record any more", () => {
    const hours = { time_zone: "UTC", weekly: {}, holidays: [] };
    expect(differences("always", hours)).toEqual([{ path: [], before: "always", after: hours }]);
    expect(differences({ overflow: hours }, { overflow: null })).toEqual([{ path: ["overflow"], before: hours, after: undefined }]);
  });

  it("are forty at most", () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`t${n}`, n]));
    expect(differences({}, many)).toHaveLength(40);
  });
});

describe("a value in words", () => {
  it("is a line that people can read", () => {
    expect(inWords(["mon", "tue"])).toBe("mon, tue");
    expect(inWords({ says: "Down.", queues: [], begin: null })).toBe("says: Down.");
    expect([inWords("<b>"), inWords(12), inWords(true), inWords(null)]).toEqual(["<b>", "12", "true", "null"]);
  });
});
