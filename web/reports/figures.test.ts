import { describe, expect, it } from "vitest";
import { FIGURES, figuresOf, groupsOf, valueOf, written } from "./figures";
import type { Report } from "./wire";
import { en } from "./words/en";

const report: Report = {
  from: "2026-11-22T00:00:00Z",
  to: "2026-11-22T02:00:00Z",
  by: "hour",
  rows: [
    { at: "2026-11-22T01:00:00Z", queue: "cards", entered: 3, told_waits: { coverage: 0.8, scored: 5 } },
    { at: "2026-11-22T00:00:00Z", queue: "cards", entered: 1, service_level: null },
    { at: "2026-11-22T01:00:00Z", queue: "fraud", entered: 2 },
  ],
  total: { entered: 6 },
};

describe("a figure", () => {
  it("is written as people read it, and nothing as a dash", () => {
    expect(written(1204, "count", "en-GB")).toBe("1,204");
    expect(written(187.4, "seconds", "en-GB")).toBe("3:07");
    expect(written(3671, "seconds", "en-GB")).toBe("1:01:11");
    expect(written(-20, "signed", "en-GB")).toBe("−0:20");
    expect(written(0.824, "share", "en-GB")).toBe("82%");
    expect(written(0.034, "share", "en-GB")).toBe("3.4%");
    expect(written(5.44, "mean", "en-GB")).toBe("5.4");
    expect(written(null, "share", "en-GB")).toBe("–");
  });

  it("has a name and a formula each", () => {
    for (const figure of FIGURES) {
      expect(en[figure]).toBeTruthy();
      expect(en[`formula.${figure}`]).toBeTruthy();
    }
  });

  it("of what was promised is read from its own part", () => {
    expect(valueOf(report.rows[0] ?? {}, "coverage")).toBe(0.8);
    expect(valueOf({ entered: "3" }, "entered")).toBeNull();
  });

  it("of a line is not told of agents", () => {
    expect(groupsOf("agent").flatMap(figuresOf)).not.toContain("service_level");
    expect(groupsOf("hour").flatMap(figuresOf)).toHaveLength(FIGURES.length);
  });
});
