import { describe, expect, it } from "vitest";
import { running, ServerClock, timeOfDay, told, waitMinutes } from "./instants";

describe("durations", () => {
  it("run as a clock", () => {
    expect([0, 7, 187, 3729, -5].map((seconds) => running(seconds, "en"))).toEqual(["0:00", "0:07", "3:07", "1:02:09", "0:00"]);
  });

  it("are told in what matters", () => {
    expect([5, 60, 299, 3600, 3900].map((s) => told(s, "en"))).toEqual([
      "5 sec",
      "1 min",
      "4 min",
      "1 hr",
      "1 hr 5 min",
    ]);
  });
});

describe("a wait", () => {
  const of = (low: number | null, high: number | null, known = true) =>
    waitMinutes({ low_seconds: low, high_seconds: high, known });

  it("is never rounded to a better promise", () => {
    expect(of(239, 421)).toEqual({ low: 3, high: 8 });
    expect(of(240, 420)).toEqual({ low: 4, high: 7 });
    expect(of(600, 605)).toEqual({ low: 10, high: 15 });
    expect(of(240, 240)).toEqual({ low: 3, high: 4 });
  });

  it("says up to, less than a minute, or that nothing is known", () => {
    expect(of(20, 150)).toEqual({ low: 0, high: 3 });
    expect(of(0, 60)).toEqual({ low: 0, high: 0 });
    expect(of(null, null)).toBeNull();
    expect(of(60, 120, false)).toBeNull();
  });

  it("is rounded in fives beyond ten minutes, for nobody believes 23 to 41", () => {
    expect(of(1380, 2460)).toEqual({ low: 23, high: 45 });
  });
});

describe("the time of day", () => {
  it("carries the date only on another day", () => {
    const now = new Date("2026-11-22T12:00:00");
    expect(timeOfDay("2026-11-22T09:05:00", "en-GB", now)).toMatch(/^0?9:05$/);
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
