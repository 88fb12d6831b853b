import { describe, expect, it } from "vitest";
import { asReport, csv, curves, FIGURES, figuresOf, groupsOf, type Report, valueOf, written } from "./figures";
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

describe("a report", () => {
  it("is drawn in the order of time, with a gap where an hour tells nothing", () => {
    const { at, lines } = curves(report, "entered");
    expect(at).toEqual([Date.parse("2026-11-22T00:00:00Z") / 1000, Date.parse("2026-11-22T01:00:00Z") / 1000]);
    expect(lines.get("cards")).toEqual([1, 3]);
    expect(lines.get("fraud")).toEqual([null, 2]);
  });

  it("is exported whole, and no name becomes a formula", () => {
    const names = new Map([["cards", '=HYPERLINK("x"),1'], ["fraud", "Fraud"]]);
    const [head, first, , last] = csv(report, names).split("\r\n");
    expect(head?.split(",").slice(0, 3)).toEqual(["at", "queue", "entered"]);
    expect(first).toContain(`"'=HYPERLINK(""x""),1",3,`);
    expect(last).toContain(",Fraud,2,");
  });

  it("is read from an answer of that shape only", () => {
    expect(asReport(report)).toBe(report);
    expect(asReport({ rows: [] })).toBeNull();
    expect(asReport(null)).toBeNull();
  });
});
