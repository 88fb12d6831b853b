/** What language words are written in, as far as their letters tell. */

const scripts = new Map<string, RegExp | null>();

/** The letters of a language; null where they can't be told apart here. */
function lettersOf(language: string): RegExp | null {
  let letters = scripts.get(language);
  if (letters === undefined) {
    try {
      letters = new RegExp(`\\p{Script=${new Intl.Locale(language).maximize().script ?? ""}}`, "u");
    } catch {
      letters = null;
    }
    scripts.set(language, letters);
  }
  return letters;
}

/**
 * For the `lang` of words in a talk of this language: the language, or "" (not known) where they have letters and none of them is
 * one of that language's, for nobody should hear Arabic read out as English.
 */
export function languageOfWords(words: string, language: string): string {
  return !/\p{L}/u.test(words) || (lettersOf(language)?.test(words) ?? true) ? language : "";
}
