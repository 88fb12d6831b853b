import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryShelf } from "../widget/keep";
import { choose, directionOf, languageOf, localeOf, speakAsWanted, wantedLanguage } from "./language";

interface Page {
  readonly html: { lang: string; dir: string };
  readonly shelf: ReturnType<typeof memoryShelf>;
  readonly tell: (key: string) => void;
}

/** A page of a browser that prefers these languages. */
function pageOf(...languages: string[]): Page {
  const html = { lang: "", dir: "" };
  const shelf = memoryShelf();
  const followers: ((event: { key: string }) => void)[] = [];
  vi.stubGlobal("navigator", { languages });
  vi.stubGlobal("localStorage", shelf);
  vi.stubGlobal("document", { documentElement: html });
  vi.stubGlobal("addEventListener", (_: string, follower: (event: { key: string }) => void) => followers.push(follower));
  return { html, shelf, tell: (key) => followers.forEach((follower) => follower({ key })) };
}

describe("a page's language", () => {
  beforeEach(() => void pageOf("en-GB"));
  afterEach(() => void vi.unstubAllGlobals());

  it("is told from a tag with or without its country, and is English where nobody here speaks it", () => {
    expect(["ar", "ar-EG", "AR", "en-US", "de", "", "constructor"].map(languageOf)).toEqual(
      ["ar", "ar", "ar", "en", "en", "en", "en"],
    );
    expect([directionOf("ar"), directionOf("en")]).toEqual(["rtl", "ltr"]);
  });

  it("is the first of the browser's that is spoken here", () => {
    pageOf("de-AT", "ar-MA", "en");
    expect(wantedLanguage()).toBe("ar");
    pageOf("de-AT", "fr");
    expect(wantedLanguage()).toBe("en");
  });

  it("stays what was chosen, whatever the browser prefers", () => {
    const { html } = pageOf("en-GB");
    speakAsWanted();
    expect(html).toEqual({ lang: "en", dir: "ltr" });
    choose("ar");
    expect(html).toEqual({ lang: "ar", dir: "rtl" });
    expect(wantedLanguage()).toBe("ar");
  });

  it("follows what is chosen in another tab", () => {
    const { html, shelf, tell } = pageOf("en-GB");
    speakAsWanted();
    shelf.setItem("holdfast.language", "ar");
    tell("another.key");
    expect(html.lang).toBe("en");
    tell("holdfast.language");
    expect(html).toEqual({ lang: "ar", dir: "rtl" });
  });

  it("has the country of the browser, for clock and figures", () => {
    pageOf("en-GB", "ar-EG");
    expect(["en", "ar", "ar-AE", "de"].map(localeOf)).toEqual(["en-GB", "ar-EG", "ar-AE", "de"]);
  });
});
