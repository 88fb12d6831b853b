/**
 * What the words for an ending are given: its code, and how it is written where an organisation has endings of its own, for which no
 * page has words. `other` is an ending too, and in a message the name of what is left over: it goes by `any`.
 */
export function ending(code: string): { code: string; written: string } {
  const words = code.replaceAll("_", " ");
  return { code: code === "other" ? "any" : code, written: words.charAt(0).toUpperCase() + words.slice(1) };
}
