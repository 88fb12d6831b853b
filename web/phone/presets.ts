/** The numbers of the demonstration; a query (`?from=…&to=…`) or the fields say others. */
export const MY_NUMBER = "+44 20 7183 8750";
export const DIAL_NUMBER = "+44 20 7946 0000";

export const LINES = [
  { name: "cards", number: "+44 20 7946 0000" },
  { name: "accounts", number: "+44 20 7946 0001" },
  { name: "fraud", number: "+44 20 7946 0002" },
] as const;

export interface Wishes {
  readonly mine: string;
  readonly dial: string;
  /** A fixed address, `client:amira`: the compact telephone of an agent. */
  readonly as: string | null;
  readonly answersByItself: boolean;
}

/** What the page's address asks for. A `+` that a careless link left unescaped arrives as a space and is mended. */
export function wishes(query: string): Wishes {
  const asked = new URLSearchParams(query);
  const number = (name: string, otherwise: string): string => {
    const value = asked.get(name);
    return value === null ? otherwise : value.replace(/^ (?=\d)/, "+").trim();
  };
  return {
    mine: number("from", MY_NUMBER),
    dial: number("to", DIAL_NUMBER),
    as: asked.get("as"),
    answersByItself: asked.get("answer") === "auto",
  };
}
