/**
 * Message catalogues in ICU MessageFormat. The texts stand in `words/<language>.ts`; the build compiles them (`build/words-plugin.ts`), so
 * that no parser travels to the browser. Plural rules, digits and dates come from Intl.
 */
import format, { type CompiledMessage, type FormatOptions } from "icu-minify/format";

export type Values = Readonly<Record<string, string | number>>;
export type Texts = Readonly<Record<string, string>>;
export type Say<W> = (key: keyof W, values?: Values) => string;

/** Formatters are dear to make and asked for at every drawing: one of each kind is kept. */
function formatters(): FormatOptions["formatters"] {
  const plurals = new Map<unknown, Intl.PluralRules>();
  let plain: Intl.NumberFormat | undefined;
  return {
    getDateTimeFormat: (locale, options) => new Intl.DateTimeFormat(locale, options),
    getNumberFormat: (locale, options) =>
      options ? new Intl.NumberFormat(locale, options) : (plain ??= new Intl.NumberFormat(locale)),
    getPluralRules: (locale, options) => {
      const rules = plurals.get(options?.type) ?? new Intl.PluralRules(locale, options);
      plurals.set(options?.type, rules);
      return rules;
    },
  };
}

/**
 * A `say` over one catalogue. Values are put in as they are and never read as a pattern, so a caller's braces stay braces; a figure
 * is written by locale where the text asks for it: `{n, number}`, or `#` in a plural. A key that is missing says its own name.
 */
export function catalogue<W extends Texts>(texts: W, locale: string): Say<W> {
  const options = { formatters: formatters() };
  return (key, values = {}) => {
    const text = texts[key] as CompiledMessage | undefined;
    return text === undefined ? String(key) : (format(text, locale, values, options) as string);
  };
}
