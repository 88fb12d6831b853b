import { describe, expect, it } from "vitest";
import { atEnd, earlier, kept, later, type Shown } from "./shown";

const size = ({ first, past }: Shown): number => past - first;

describe("of a long talk", () => {
  it("the last messages stand on the page, and all of a short one", () => {
    expect(atEnd(2000)).toEqual({ first: 1950, past: 2000 });
    expect(atEnd(12)).toEqual({ first: 0, past: 12 });
  });

  it("every message can be reached by going back, and again by going on, with few on the page at any time", () => {
    const seen = new Set<number>();
    let shown = atEnd(2000);
    const look = (): void => {
      expect(size(shown)).toBeLessThanOrEqual(150);
      for (let n = shown.first; n < shown.past; n += 1) seen.add(n);
    };
    look();
    while (shown.first > 0) {
      shown = earlier(shown);
      look();
    }
    expect(seen.size).toBe(2000);
    while (shown.past < 2000) {
      shown = later(shown, 2000);
      look();
    }
    expect(shown.past).toBe(2000);
  });

  it("a step back and a step on have messages in common, so that the reader stays where they were", () => {
    const before = atEnd(2000);
    expect(earlier(before).past).toBeGreaterThan(before.first);
    const top: Shown = { first: 0, past: 150 };
    expect(later(top, 2000).first).toBeLessThan(top.past);
  });
});

describe("while somebody reads further up", () => {
  it("what is new stands below as long as there is room, and nothing above goes", () => {
    const shown = earlier(atEnd(2000));
    expect(kept(shown, 2000, 2001)).toEqual({ first: shown.first, past: 2001 });
    const full: Shown = { first: 1850, past: 2000 };
    expect(kept(full, 2000, 2050)).toEqual(full);
  });

  it("what is new is not put below a part of the talk that ends before it", () => {
    const far: Shown = { first: 100, past: 250 };
    expect(kept(far, 2000, 2001)).toEqual(far);
  });

  it("another talk begins at its own end", () => {
    expect(kept({ first: 1000, past: 1150 }, 2000, 30)).toEqual({ first: 0, past: 30 });
  });
});
