/** Styles that would stand still where the page is read from right to left. */
import { describe, expect, it } from "vitest";

const sources = import.meta.glob<string>("../*/**/*.ts", { eager: true, query: "?raw", import: "default" });

const PHYSICAL = [
  /[\w-]*(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*:[^;]*;/gu,
  /(?<![\w-])(?:left|right):\s[^;]*;/gu,
  /border-(?:top|bottom)-(?:left|right)-radius:[^;]*;/gu,
  /(?:text-align|float|clear):\s*(?:left|right)/gu,
];
const FOUR_SIDES = /(?<![\w-])(?:margin|padding|inset|border-width|border-color): ([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;]+);/gu;
const FOUR_CORNERS = /(?<![\w-])border-radius: [^\s;/]+ [^\s;/]+(?: [^\s;/]+){0,2};/gu;

/** What in these styles names a side of the screen instead of the beginning or the end of a line. */
function physical(source: string): string[] {
  const styles = [...source.matchAll(/css`([^`]*)`/gu)].map((match) => match[1] ?? "").join("\n");
  const sides = [...styles.matchAll(FOUR_SIDES)].filter((match) => match[2] !== match[4]).map((match) => match[0]);
  return [...PHYSICAL.flatMap((rule) => styles.match(rule) ?? []), ...sides, ...(styles.match(FOUR_CORNERS) ?? [])];
}

describe("styles", () => {
  it.each(Object.entries(sources).filter(([, source]) => source.includes("css`")))("of %s turn with the reading", (_, source) => {
    expect(physical(source)).toEqual([]);
  });

  it("that would not turn are found", () => {
    const bad = "css`a { margin-left: 1px; left: 0; padding: 1px 2px 3px 4px; text-align: right; border-radius: 4px 0 0 4px; }`";
    expect(physical(bad)).toHaveLength(5);
    expect(physical("css`a { padding: 1px 2px 3px; inset-inline-start: 0; border-start-start-radius: 4px; }`")).toEqual([]);
  });
});
