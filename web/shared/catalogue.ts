/**
 * Message catalogues in the subset of ICU MessageFormat that the pages use: `{name}`, `{n, plural, =0 {…} one {…} other {# …}}`,
 * `{n, selectordinal, …}` and `{word, select, … other {…}}`. Plural rules and digits come from Intl, so a new language is a new file of texts.
 */
export type Values = Readonly<Record<string, string | number>>;
export type Say<W> = (key: keyof W, values?: Values) => string;

const CHOICE = /^(\w+),\s*(plural|selectordinal|select),\s*(.+)$/s;

/** The end of the brace that opens at `from`; texts are ours, so an unbalanced one is a mistake that throws. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}" && (depth -= 1) === 0) return at;
  }
  throw new Error(`unbalanced braces in "${text}"`);
}

function branches(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = text.indexOf("{"), from = 0; at >= 0; at = text.indexOf("{", from)) {
    const end = closing(text, at);
    found.set(text.slice(from, at).trim(), text.slice(at + 1, end));
    from = end + 1;
  }
  return found;
}

function choose(kind: string, value: string | number, options: Map<string, string>, locale: string): string {
  if (kind === "select") return options.get(String(value)) ?? options.get("other") ?? "";
  const exact = options.get(`=${value}`);
  if (exact !== undefined) return exact;
  const rules = new Intl.PluralRules(locale, { type: kind === "plural" ? "cardinal" : "ordinal" });
  return options.get(rules.select(Number(value))) ?? options.get("other") ?? "";
}

/** Fills one text. Values are put in as they are and never read again as a pattern, so a caller's braces stay braces. */
export function fill(text: string, values: Values, locale: string): string {
  let out = "";
  let from = 0;
  for (let at = text.indexOf("{"); at >= 0; at = text.indexOf("{", from)) {
    const end = closing(text, at);
    out += text.slice(from, at) + hole(text.slice(at + 1, end), values, locale);
    from = end + 1;
  }
  return out + text.slice(from);
}

function hole(inner: string, values: Values, locale: string): string {
  const choice = CHOICE.exec(inner);
  const name = (choice?.[1] ?? inner).trim();
  const value = values[name] ?? "";
  if (!choice) return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  const chosen = choose(choice[2] ?? "", value, branches(choice[3] ?? ""), locale);
  const counted =
    typeof value === "number" ? chosen.replaceAll("#", new Intl.NumberFormat(locale).format(value)) : chosen;
  return fill(counted, values, locale);
}

/** A `say` over one catalogue. A key that is missing in a translation falls back to its own name, which a test notices. */
export function catalogue<W extends Readonly<Record<string, string>>>(texts: W, locale: string): Say<W> {
  return (key, values = {}) => fill(texts[key] ?? String(key), values, locale);
}
