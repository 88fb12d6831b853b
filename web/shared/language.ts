import { once } from "./formats";

/** The languages that the pages speak, and which one a page speaks: `<html lang>` says it to all that stands on the page. */
export const LANGUAGES = { en: "English", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;

const RIGHT_TO_LEFT: readonly string[] = ["ar"];
const KEPT_AS = "holdfast.language";

/** The language of a tag like `ar-EG`: English for one that is not spoken here. */
export function languageOf(tag: string): Language {
  const base = tag.toLowerCase().split("-")[0] ?? "";
  return Object.hasOwn(LANGUAGES, base) ? (base as Language) : "en";
}

export function directionOf(language: Language): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
}

/** A page names the language, the browser which of its countries: clock and figures are read as the reader is used to. */
export function localeOf(tag: string): string {
  return navigator.languages.find((mine) => mine.split("-")[0] === tag) ?? tag;
}

/** What a language is called in the reader's own; its tag where that is none. */
export function languageName(tag: string, locale: string): string {
  try {
    const names = once(`language ${locale}`, () => new Intl.DisplayNames([locale], { type: "language" }));
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** What was chosen on one of our pages; else the first of the browser's languages that is spoken here. */
export function wantedLanguage(): Language {
  const spoken = [kept(), ...navigator.languages].find((tag) => Object.hasOwn(LANGUAGES, tag.split("-")[0] ?? ""));
  return languageOf(spoken ?? "en");
}

/** Speaks this language on this page and on all others of this browser, from now on. */
export function choose(language: Language): void {
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A closed storage costs the memory of it, no more.
  }
  speak(language);
}

/** Makes the page speak what is wanted, and follow when it is chosen anew in another tab. */
export function speakAsWanted(): void {
  speak(wantedLanguage());
  addEventListener("storage", (event) => {
    if (event.key === KEPT_AS) speak(wantedLanguage());
  });
}

function speak(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

function kept(): string {
  try {
    return localStorage.getItem(KEPT_AS) ?? "";
  } catch {
    return "";
  }
}
