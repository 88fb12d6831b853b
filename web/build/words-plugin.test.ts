import { describe, expect, it } from "vitest";
import { compiledModule } from "./words-plugin";
import { catalogue, type Texts } from "../shared/catalogue";

async function built(code: string, name: string): Promise<Texts> {
  const module = await compiledModule(code, `/words/${name}.ts`);
  const { [name]: texts } = (await import(`data:text/javascript,${encodeURIComponent(module)}`)) as Record<string, Texts>;
  return texts ?? {};
}

describe("a catalogue as it is built", () => {
  it("has its types taken off and its texts compiled", async () => {
    const texts = await built('export const en = { hello: "Hello {name}." } as const;\nexport type W = keyof typeof en;', "en");
    expect(catalogue(texts, "en")("hello", { name: "Maya" })).toBe("Hello Maya.");
  });

  it("has no branch for a word that every object answers to", async () => {
    const texts = await built('export const en = { why: "{why, select, a {A} other {{why}}}" };', "en");
    const say = catalogue(texts, "en");
    expect(["a", "constructor", "toString", "__proto__"].map((why) => say("why", { why }))).toEqual([
      "A",
      "constructor",
      "toString",
      "__proto__",
    ]);
  });

  it("sets names apart in Arabic, and leaves them plain in English", async () => {
    const counted = await built('export const ar = { n: "{n, plural, other {x # {name}}}" };', "ar");
    expect(catalogue(counted, "ar-EG")("n", { n: 3, name: "M" })).toBe("x ٣ \u2068M\u2069");
    const text = '{ hello: "{name}" }';
    expect((await built(`export const ar = ${text};`, "ar")).hello).toEqual(["\u2068", ["name"], "\u2069"]);
    expect((await built(`export const en = ${text};`, "en")).hello).toEqual([["name"]]);
  });
});
