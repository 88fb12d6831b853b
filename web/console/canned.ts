/** Texts that agents need again and again: found behind a slash, filled with names. */

export interface CannedText {
  readonly name: string;
  readonly text: string;
}

const SHOWN = 6;

/** Those that fit what was typed, by name first and by words after; nothing unless it begins with a slash. */
export function matching(texts: readonly CannedText[], typed: string): readonly CannedText[] {
  if (!typed.startsWith("/") || typed.includes("\n")) return [];
  const sought = typed.slice(1).trim().toLocaleLowerCase();
  const byName = texts.filter(({ name }) => name.startsWith(sought));
  const byWords = texts.filter(
    (text) => !byName.includes(text) && `${text.name} ${text.text}`.toLocaleLowerCase().includes(sought),
  );
  return [...byName, ...byWords].slice(0, SHOWN);
}

/**
 * The text with `{customer}` and `{agent}` as first names. Who isn't known leaves no gap: `Hello {customer}, …` becomes
 * `Hello, …`. A name is put in as it is, whatever it looks like.
 */
export function filled(text: string, names: { readonly customer: string | null; readonly agent: string }): string {
  const first = (name: string): string => name.trim().split(/\s+/u)[0] ?? "";
  return text.replace(/(,?\s*)\{(customer|agent)\}/gu, (_, before: string, who: "customer" | "agent") => {
    const name = names[who];
    return name === null ? "" : before + first(name);
  });
}
