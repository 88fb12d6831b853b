/** Every catalogue of every room against its English: the same keys, the same arguments, all forms of number, nothing left open. */
import { describe, expect, it } from "vitest";
import { catalogue, type Texts, type Values } from "./catalogue";
import { LANGUAGES } from "./language";

type Room = Readonly<Record<string, Texts | undefined>>;
type Kind = "text" | "select" | "plural" | "ordinal" | "number" | "date" | "time" | "tag";

const KINDS: readonly Kind[] = ["tag", "select", "plural", "ordinal", "number", "date", "time"];
const OTHERS = Object.keys(LANGUAGES).filter((language) => language !== "en");
const files = import.meta.glob<Record<string, Texts>>("../*/words/*.ts", { eager: true });
const sources = import.meta.glob<string>("../*/words/*.ts", { eager: true, query: "?raw", import: "default" });

/** `../console/words/ar.ts`, or `./words/ar.ts` for the room of this test, as room and language. */
function placed(path: string): [string, string] {
  const [, room = "shared", language = ""] = /^\.(?:\.\/(\w+))?\/words\/([\w-]+)\.ts$/u.exec(path) ?? [];
  return [room, language];
}

/** The catalogues by room and language: `console` → `en`, `ar`. */
const rooms = new Map<string, Room>();
for (const [path, module] of Object.entries(files)) {
  const [room, language] = placed(path);
  if (language !== "index") rooms.set(room, { ...rooms.get(room), [language]: module[language] });
}

interface Found {
  readonly args: Set<string>;
  /** Choices, as the argument that is asked and the names of its branches. */
  readonly choices: { readonly kind: Kind; readonly name: string; readonly branches: readonly string[] }[];
}

/** What a compiled text asks for; the shape is that of `icu-minify`. */
function found(node: unknown, all: Found = { args: new Set(), choices: [] }): Found {
  if (!Array.isArray(node)) return all;
  const [name, type, branches] = node as unknown[];
  if (typeof name === "string" && node.length === 1) all.args.add(`${name}: text`);
  else if (typeof name === "string" && typeof type === "number" && type > 0) {
    const kind = KINDS[type] ?? "tag";
    all.args.add(`${name}: ${kind === "plural" || kind === "ordinal" ? "number" : kind}`);
    if (typeof branches !== "object" || branches === null || kind === "number") return all;
    all.choices.push({ kind, name, branches: Object.keys(branches) });
    for (const branch of Object.values(branches)) found(branch, all);
  } else for (const part of node as unknown[]) found(part, all);
  return all;
}

/** A compiled message is a list of parts; one whose only part is an argument looks like the argument itself, in a list. */
const inText = (text: unknown): Found => {
  const all: Found = { args: new Set(), choices: [] };
  if (Array.isArray(text)) for (const part of text as unknown[]) found(part, all);
  return all;
};

/** Choosing needs no mention: `{why, select, other {…}}` in one language may be plain text in another. */
const told = (text: unknown): string[] => [...inText(text).args].filter((arg) => !arg.endsWith("select")).sort();

const needed = (language: string, kind: Kind): readonly string[] =>
  new Intl.PluralRules(language, { type: kind === "ordinal" ? "ordinal" : "cardinal" }).resolvedOptions().pluralCategories;

function covers(branches: readonly string[], category: string): boolean {
  const exact: Record<string, string> = { zero: "=0", one: "=1", two: "=2" };
  return branches.includes(category) || branches.includes(exact[category] ?? "");
}

it("every room of the pages is among them", () => {
  expect([...rooms.keys()]).toEqual(expect.arrayContaining(["console", "pages", "phone", "shared", "supervisor", "survey", "widget"]));
});

describe.each([...rooms])("the words of %s", (_, room) => {
  const english = room.en ?? {};

  it("are there in every language", () => {
    expect(Object.keys(room).sort()).toEqual(Object.keys(LANGUAGES).sort());
  });

  it.each(OTHERS)("have the same keys in %s", (language) => {
    expect(Object.keys(room[language] ?? {}).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(OTHERS)("have the same arguments in %s", (language) => {
    for (const [key, text] of Object.entries(english)) expect(told(room[language]?.[key]), key).toEqual(told(text));
  });

  it.each(OTHERS)("have a word of their own in %s for each case that English knows", (language) => {
    for (const [key, text] of Object.entries(english)) {
      const theirs = inText(room[language]?.[key]).choices.filter(({ kind }) => kind === "select");
      for (const { kind, name, branches } of inText(text).choices) {
        if (kind !== "select" || branches.length === 1) continue;
        const known = theirs.filter((choice) => choice.name === name).flatMap((choice) => choice.branches);
        expect(known, key).toEqual(expect.arrayContaining([...branches]));
      }
    }
  });

  it.each(Object.keys(LANGUAGES))("have every form of number in %s", (language) => {
    for (const [key, text] of Object.entries(room[language] ?? {})) {
      for (const { kind, branches } of inText(text).choices) {
        if (kind !== "plural" && kind !== "ordinal") continue;
        const missing = needed(language, kind).filter((category) => !covers(branches, category));
        // A choice between nothing and the rest has no forms: it chooses by a figure, not by grammar.
        const isByFigure = branches.every((branch) => branch.startsWith("=") || branch === "other");
        expect(isByFigure ? [] : missing, key).toEqual([]);
      }
    }
  });

  it.each(Object.keys(LANGUAGES))("fill without a brace left over in %s", (language) => {
    const say = catalogue(room[language] ?? {}, language);
    for (const [key, text] of Object.entries(room[language] ?? {})) {
      const { args } = inText(text);
      for (const n of [0, 1, 2, 3, 11, 100]) {
        const values: Values = Object.fromEntries(
          [...args].map((arg) => arg.split(": ") as [string, Kind]).map(([name, kind]) => [name, kind === "number" ? n : "x"]),
        );
        expect(say(key, values), key).toMatch(/^[^{}#]+$/u);
      }
    }
  });
});

it("no text quotes by mistake: an apostrophe is written ’, for ' belongs to the format", () => {
  for (const [path, source] of Object.entries(sources)) expect(source, path).not.toMatch(/^\s+["\w.-]+:.*'/mu);
});
