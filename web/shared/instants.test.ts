import { describe, expect, it } from "vitest";
import { running, ServerClock, timeOfDay, told, waitMinutes } from "./instants";

describe("durations", () => {
  it("run as a clock", () => {
    expect([0, 7, 187, 3729, -5].map(running)).toEqual(["0:00", "0:07", "3:07", "1:02:09", "0:00"]);
  });

  it("are told in what matters", () => {
    expect([5, 60, 299, 3600, 3900].map((s) => told(s, "en"))).toEqual(["5 sec", "1 min", "4 min", "1 hr", "1 hr 5 min"]);
  });
});

describe("a wait", () => {
  it("is never rounded to a better promise", () => {
    expect(waitMinutes({ low_seconds: 239, high_seconds: 421, known: true })).toEqual({ low: 3, high: 8 });
    expect(waitMinutes({ low_seconds: 0, high_seconds: 20, known: true })).toEqual({ low: 0, high: 1 });
    expect(waitMinutes({ low_seconds: -9, high_seconds: -1, known: true })).toEqual({ low: 0, high: 1 });
  });
});

describe("the time of day", () => {
  it("carries the date only on another day", () => {
    const now = new Date("2026-11-22T12:00:00");
    expect(timeOfDay("2026-11-22T09:05:00", "en-GB", now)).toBe("09:05");
    expect(timeOfDay("2026-11-20T09:05:00", "en-GB", now)).toContain("20 Nov");
    expect(timeOfDay("nonsense", "en-GB", now)).toBe("");
    expect(timeOfDay(undefined, "en-GB", now)).toBe("");
  });
});

describe("the server's clock", () => {
  it("counts down truly on a laptop that is an hour off, in both directions", () => {
    for (const off of [-3_600_000, 3_600_000]) {
      const trueNow = Date.parse("2026-11-22T12:00:00Z");
      const clock = new ServerClock(() => trueNow + off);
      clock.learn("2026-11-22T11:59:59.900Z");
      expect(clock.secondsUntil("2026-11-22T12:00:20Z")).toBeCloseTo(20.1, 1);
    }
  });

  it("trusts the fastest frame, and ignores times it cannot read", () => {
    const clock = new ServerClock(() => 10_000);
    clock.learn(new Date(9_000).toISOString());
    clock.learn(new Date(9_950).toISOString());
    clock.learn("soon");
    clock.learn(undefined);
    expect(clock.now()).toBe(9_950);
  });
});
