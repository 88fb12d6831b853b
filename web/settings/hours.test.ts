import { describe, expect, it } from "vitest";
import { asHours, asLocal, fromLocal, onWorkingDays, withOneMore, withoutSpan, withSpan, written } from "./hours";

const OFFICE = {
  time_zone: "Europe/London",
  weekly: { mon: ["09:00-12:00", "13:00-17:30"], sat: ["22:00-24:00"] },
  holidays: ["2026-12-25"],
};

describe("hours in a form", () => {
  it("are sent as they came", () => {
    const empty = { tue: [], wed: [], thu: [], fri: [], sun: [] };
    expect(written(asHours(OFFICE, "UTC"))).toEqual({ ...OFFICE, weekly: { ...empty, ...OFFICE.weekly } });
    expect(written(asHours("always", "UTC"))).toBe("always");
  });

  it("have midnight as a time field can show it", () => {
    const hours = asHours(OFFICE, "UTC");
    expect(hours.weekly.sat).toEqual([{ from: "22:00", to: "00:00" }]);
    expect(written(withSpan(hours, "sat", 0, { from: "00:00", to: "00:00" }))).toMatchObject({ weekly: { sat: ["00:00-24:00"] } });
  });

  it("begin with an office week in the reader's zone where a queue was always open", () => {
    const hours = asHours("always", "Asia/Tokyo");
    expect(written({ ...hours, isAlways: false })).toMatchObject({ time_zone: "Asia/Tokyo", weekly: { fri: ["09:00-17:00"], sun: [] } });
  });

  it("grow after the last span of a day, shrink, and become the same on working days", () => {
    const hours = asHours(OFFICE, "UTC");
    expect(withOneMore(hours, "mon").weekly.mon.at(-1)).toEqual({ from: "17:30", to: "00:00" });
    expect(withoutSpan(hours, "mon", 0).weekly.mon).toEqual([{ from: "13:00", to: "17:30" }]);
    const same = onWorkingDays(hours, "mon");
    expect(same.weekly.fri).toEqual(hours.weekly.mon);
    expect(same.weekly.sat).toEqual(hours.weekly.sat);
  });

  it("leave a holiday out whose date was never given", () => {
    expect(written({ ...asHours(OFFICE, "UTC"), holidays: ["", "2026-01-01"] })).toMatchObject({ holidays: ["2026-01-01"] });
  });
});

describe("an instant in a form", () => {
  it("is the reader's own time, and the same instant again", () => {
    const at = "2026-12-01T08:30:00.000Z";
    expect(fromLocal(asLocal(at))).toBe(at);
    expect(asLocal(at)).toMatch(/^2026-1[12]-\d\dT\d\d:30$/);
  });

  it("is none where the field is empty or cannot be read", () => {
    expect([asLocal(null), asLocal("soon"), fromLocal(""), fromLocal("soon")]).toEqual(["", "", null, null]);
  });
});
