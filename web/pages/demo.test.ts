/** The demonstration's page: its markup is the English, its other languages are records by the keys in it. */
import { readFileSync, readdirSync } from "node:fs";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../shared/language";

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;

const FOLDER = new URL("../../demo/", import.meta.url);
const SHOWN = ["aria-label", "alt", "brand", "content", "placeholder", "title"];
const SAME_EVERYWHERE = ["utf-8", "width=device-width, initial-scale=1"];
const LETTER = /\p{L}/u;

const read = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");

/** The keys in the markup, and the texts that have none. */
function wordsIn(node: Node, keys: string[] = [], bare: string[] = []): { keys: string[]; bare: string[] } {
  const attributes = new Map("attrs" in node ? node.attrs.map(({ name, value }) => [name, value]) : []);
  for (const [name, value] of attributes) {
    if (name.startsWith("data-words")) keys.push(value);
    if (SHOWN.includes(name) && LETTER.test(value) && !attributes.has(`data-words-${name}`)) bare.push(value);
  }
  if ("value" in node && LETTER.test(node.value)) bare.push(node.value.trim());
  const isSaid = attributes.has("data-words") || ["style", "script", "option"].includes(node.nodeName);
  if (!isSaid && "childNodes" in node) for (const child of node.childNodes) wordsIn(child, keys, bare);
  return { keys, bare };
}

describe("the demonstration's page", () => {
  const { keys, bare } = wordsIn(parse(read("index.html")));

  it("has a key for every text that is shown", () => {
    expect(bare.filter((text) => !SAME_EVERYWHERE.includes(text))).toEqual([]);
  });

  it("is there in every language but that of its markup", () => {
    const records = readdirSync(new URL("page/", FOLDER)).filter((name) => name.endsWith(".json"));
    expect(["en", ...records.map((name) => name.slice(0, -5))].sort()).toEqual(Object.keys(LANGUAGES).sort());
    for (const name of records) {
      const texts = JSON.parse(read(`page/${name}`)) as Record<string, string>;
      expect(Object.keys(texts).sort(), name).toEqual([...new Set(keys)].sort());
      for (const text of Object.values(texts)) expect(text.trim()).not.toBe("");
    }
  });
});
