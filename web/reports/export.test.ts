import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { curves } from "./curves";
import { csv, parquet } from "./export";
import { FIGURES } from "./figures";
import { asReport, type Report } from "./wire";

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

describe("a report", () => {
  it("is drawn in the order of time, with a gap where an hour tells nothing", () => {
    const { at, lines } = curves(report, "entered");
    expect(at).toEqual([Date.parse("2026-11-22T00:00:00Z") / 1000, Date.parse("2026-11-22T01:00:00Z") / 1000]);
    expect(lines.get("cards")).toEqual([1, 3]);
    expect(lines.get("fraud")).toEqual([null, 2]);
  });

  it("is exported whole, and no name becomes a formula", () => {
    const names: Record<string, string> = { cards: '=HYPERLINK("x"),1', fraud: "Fraud" };
    const [head, first, , last] = csv(report, (row) => names[row.queue ?? ""] ?? "").split("\r\n");
    expect(head?.split(",").slice(0, 3)).toEqual(["at", "queue", "entered"]);
    expect(first).toContain(`"'=HYPERLINK(""x""),1",3,`);
    expect(last).toContain(",Fraud,2,");
  });

  it("is read from an answer of that shape only", () => {
    expect(asReport(report)).toBe(report);
    expect(asReport({ rows: [] })).toBeNull();
    expect(asReport(null)).toBeNull();
  });

  it("is written as Parquet with a type for each column, and read back as it was counted", async () => {
    const rows = await parquetReadObjects({ file: await parquet(report, (row) => row.queue ?? "") });
    expect(rows).toHaveLength(3);
    expect(Object.keys(rows[0] ?? {})).toEqual(["at", "queue", ...FIGURES]);
    expect(rows[0]).toMatchObject({ at: new Date("2026-11-22T01:00:00Z"), queue: "cards", entered: 3, coverage: 0.8, nps: null });
  });
});
