import { describe, expect, it } from "vitest";
import { languageOfWords } from "./written";

describe("words in a talk", () => {
  it("are in its language where they have letters of it, or none at all", () => {
    expect(languageOfWords("I lost my card", "en")).toBe("en");
    expect(languageOfWords("فقدت بطاقتي", "ar")).toBe("ar");
    expect(languageOfWords("4417 😀", "en")).toBe("en");
    expect(languageOfWords("Meine Karte ist weg, sagt سامي", "de")).toBe("de");
  });

  it("in other letters are in a language that nobody knows", () => {
    expect(languageOfWords("فقدت بطاقتي", "en")).toBe("");
    expect(languageOfWords("I lost my card", "ar")).toBe("");
  });

  it("of a language without a script of its own here are in that language", () => {
    expect(languageOfWords("カード", "ja")).toBe("ja");
    expect(languageOfWords("anything", "no such tag")).toBe("no such tag");
  });
});
