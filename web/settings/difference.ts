/** What is different between two values of a section, one line each. */
export interface Difference {
  /** The names that lead to it, as `weekly`, `mon`. */
  readonly path: readonly string[];
  /** Undefined where there was nothing. */
  readonly before: unknown;
  /** Undefined where there is nothing any more. */
  readonly after: unknown;
}

const MOST = 40;

/** The differences, in the order of the fields; `MOST` at most. */
export function differences(before: unknown, after: unknown): readonly Difference[] {
  const found: Difference[] = [];
  compare([], before ?? undefined, after ?? undefined, found);
  return found.slice(0, MOST);
}

function compare(path: readonly string[], before: unknown, after: unknown, found: Difference[]): void {
  if (same(before, after)) return;
  if (!isRecord(before) || !isRecord(after)) {
    found.push({ path, before, after });
    return;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare([...path, name], before[name] ?? undefined, after[name] ?? undefined, found);
}

/** A list of records is compared one by one, and an empty list with it; a list of words is one thing. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return value.every((each) => typeof each === "object");
  return typeof value === "object" && value !== null;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A value in one line, for people: lists by commas, records by their own lines. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .filter(([, each]) => each !== null && !(Array.isArray(each) && each.length === 0))
      .map(([name, each]) => `${name}: ${inWords(each)}`)
      .join("; ");
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
