/** The numbers of the demonstration; a query (`?from=…&to=…`) or the fields say others. */
export const MY_NUMBER = "+44 20 7183 8750";
export const DIAL_NUMBER = "+44 20 7946 0000";

export const LINES = [
  { name: "cards", number: "+44 20 7946 0000" },
  { name: "accounts", number: "+44 20 7946 0001" },
  { name: "fraud", number: "+44 20 7946 0002" },
] as const;

/** Whose telephone may be put beside another one: a caller's, or the leg by which an agent is rung. */
export const KINDS = ["caller", "agent"] as const;
export type Kind = (typeof KINDS)[number];
const AGENTS = ["client:amira", "client:ben", "client:carla", "client:sofia"];
const CALLERS = Array.from({ length: 90 }, (_, n) => `+44 20 7183 87${n + 10}`);

/** An address of this kind that none of these telephones has. */
export function freeAddress(kind: Kind, taken: readonly string[]): string {
  const known = kind === "agent" ? AGENTS : CALLERS;
  return known.find((address) => !taken.includes(address)) ?? (kind === "agent" ? "client:agent" : "anonymous");
}

export interface Wishes {
  readonly mine: string;
  readonly dial: string;
  /** A fixed address, `client:amira`: the compact telephone of an agent. */
  readonly as: string | null;
  readonly answersByItself: boolean;
  /** The addresses of more telephones on the same page. */
  readonly beside: readonly string[];
}

/** What the page's address asks for. A `+` that a careless link left unescaped arrives as a space and is mended. */
export function wishes(query: string): Wishes {
  const asked = new URLSearchParams(query);
  const mended = (value: string): string => value.replace(/^ (?=\d)/, "+").trim();
  const number = (name: string, otherwise: string): string => mended(asked.get(name) ?? otherwise);
  return {
    mine: number("from", MY_NUMBER),
    dial: number("to", DIAL_NUMBER),
    as: asked.get("as"),
    answersByItself: asked.get("answer") === "auto",
    beside: asked.getAll("beside").map(mended),
  };
}
