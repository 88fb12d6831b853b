import { describe, expect, it } from "vitest";
import { midnight, PRESETS, preset } from "./range";

const now = new Date(2026, 10, 22, 15, 30);

describe("a range", () => {
  it("begins at the reader's own midnight and ends now", () => {
    expect(preset("today", now)).toEqual({ from: new Date(2026, 10, 22), to: now });
    expect(preset("week", now).from).toEqual(new Date(2026, 10, 16));
    for (const name of PRESETS) expect(preset(name, now).from.getTime()).toBeLessThan(preset(name, now).to.getTime());
  });

  it("of yesterday is the whole of it", () => {
    expect(preset("yesterday", now)).toEqual({ from: new Date(2026, 10, 21), to: new Date(2026, 10, 22) });
    expect(midnight(new Date(2026, 2, 1), -1)).toEqual(new Date(2026, 1, 28));
  });
});
