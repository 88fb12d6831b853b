/** What a report is asked for, as it stands in the page's address: it can be kept, sent to somebody, and gone back to. */
import { figuresOf, type Figure, type GroupName, groupsOf, isFigure } from "./figures";
import { type Preset, PRESETS, preset, type Range } from "./range";

export const BY = ["queue", "channel", "topic", "hour", "day", "week", "agent"] as const;
export type By = (typeof BY)[number];
export const ONLY = ["queue", "channel", "topic", "agent"] as const;
export type Key = (typeof ONLY)[number];

/** `only` is what alone counts, by what it is told apart. */
export interface Asked {
  readonly range: Preset | Range;
  readonly by: By;
  readonly group: GroupName;
  readonly drawn: Figure;
  readonly only: Readonly<Partial<Record<Key, string>>>;
}

const one = <T extends string>(of: readonly T[], name: string | null): T | undefined => of.find((each) => each === name);

export function askedIn(query: URLSearchParams): Asked {
  const by = one(BY, query.get("by")) ?? "queue";
  const groups = groupsOf(by);
  const drawn = query.get("draw");
  return {
    range: rangeIn(query) ?? one(PRESETS, query.get("range")) ?? "today",
    by,
    group: one(groups, query.get("show")) ?? groups[0] ?? "work",
    drawn: isFigure(drawn) ? drawn : (figuresOf("volume")[0] ?? "entered"),
    only: onlyIn(query),
  };
}

/** The stretch of time that the address names by its ends, if they are any. */
export function rangeIn(query: URLSearchParams): Range | undefined {
  const [from, to] = [new Date(query.get("from") ?? ""), new Date(query.get("to") ?? "")];
  return Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()) ? undefined : { from, to };
}

export function onlyIn(query: URLSearchParams): Partial<Record<Key, string>> {
  return Object.fromEntries(ONLY.flatMap((key) => (query.has(key) ? [[key, query.get(key) ?? ""]] : [])));
}

/** The page's address of what is asked for. */
export function reportHash({ range, by, group, drawn, only }: Asked): string {
  const time = typeof range === "string" ? { range } : { from: range.from.toISOString(), to: range.to.toISOString() };
  return `#reports?${String(new URLSearchParams({ ...time, by, show: group, draw: drawn, ...only }))}`;
}

/** The stretch of time as it is now: a preset goes up to now. */
export function rangeOf({ range }: Asked, now = new Date()): Range {
  return typeof range === "string" ? preset(range, now) : range;
}

/** The service's address of the report; instants in UTC, as the service takes them. */
export function reportAddress({ from, to }: Range, by: string, only: Asked["only"] = {}, percentiles = true): string {
  const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString(), by, ...only });
  if (!percentiles) query.set("percentiles", "no");
  return `/api/v1/supervisor/reports?${String(query)}`;
}

/** The page's address of the contacts behind a figure. */
export function contactsHash(figure: Figure, from: string, to: string, only: Asked["only"]): string {
  return `#contacts?${String(new URLSearchParams({ figure, from, to, ...only }))}`;
}

/** The service's address of a page of them: after `before`, or from the latest on. */
export function contactsAddress(query: URLSearchParams, before: string | null): string {
  const asked = new URLSearchParams(query);
  if (before !== null) asked.set("before", before);
  return `/api/v1/supervisor/contacts?${String(asked)}`;
}

/** `#contact/ID`: one contact's story. */
export const contactHash = (id: string): string => `#contact/${encodeURIComponent(id)}`;
