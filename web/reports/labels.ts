/** How a person reads what the address has as a code: a topic, a line, an agent. */
import { type Key, ONLY } from "./address";
import { nameOf, onlyOf, type View } from "./view";
import type { Only, Report } from "./wire";

/** Codes as `topic lost_card`, each with its label. */
export type Labels = ReadonlyMap<string, string>;

const code = (key: Key, value: string): string => `${key} ${value}`;

/** What an answer says about what alone counts. */
export function learned(labels: Labels, only: Only = {}): Labels {
  const more = ONLY.flatMap((key) => {
    const told = only[key];
    return told?.label ? [[code(key, told.value), told.label] as const] : [];
  });
  return more.length === 0 ? labels : new Map([...labels, ...more]);
}

/** What a report says besides: each of its rows can be the one that counts alone next. */
export function learnedOf(labels: Labels, report: Report, view: Pick<View, "say" | "queues">): Labels {
  const rows = report.rows.flatMap((row) => {
    const only = onlyOf(row);
    return ONLY.flatMap((key) => (only[key] ? [[code(key, only[key]), nameOf(view, row)] as const] : []));
  });
  return learned(new Map([...labels, ...rows]), report.only);
}

/** What counts alone, as a person reads it; until its label is known, what kind of thing it is. */
export function onlyName({ say, queues, labels }: Pick<View, "say" | "queues" | "labels">, key: Key, value: string): string {
  if (key === "channel") return say("channel", { channel: value });
  if (key === "topic" && value === "") return say("topic.none");
  return (key === "queue" ? queues.get(value) : undefined) ?? labels.get(code(key, value)) ?? say(`by.${key}`);
}
