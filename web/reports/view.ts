/** What every view of the reports is given. */
import type { Say } from "../shared/catalogue";
import type { Asked } from "./address";
import { type Figure, kindOf, valueOf, written } from "./figures";
import type { Labels } from "./labels";
import type { Counted, Report, Row } from "./wire";
import type { ReportsWords } from "./words/en";

export type SayReports = Say<ReportsWords>;

export interface View {
  readonly say: SayReports;
  readonly locale: string;
  /** The lines' names. */
  readonly queues: ReadonlyMap<string, string>;
  /** Of what can count alone, as far as they are known. */
  readonly labels: Labels;
  readonly asked: Asked;
  /** The rest of the figures is asked for still. */
  readonly isComing: boolean;
  /** Asks for something else: the page's address changes with it. */
  readonly turn: (change: Partial<Asked>) => void;
}

/** What is still to come is said to be, and not that there is none. */
export function told({ say, locale, isComing }: View, row: Counted, figure: Figure): string {
  const value = valueOf(row, figure);
  return value === null && isComing && PERCENTILES.includes(figure) ? say("coming") : written(value, kindOf(figure), locale);
}

const PERCENTILES: readonly Figure[] = ["median_wait_seconds", "p90_wait_seconds"];

/** What a row is about: a line, a channel, a topic or an agent. */
export function nameOf({ say, queues }: Pick<View, "say" | "queues">, row: Row): string {
  if (row.queue !== undefined) return queues.get(row.queue) ?? row.queue;
  if (row.channel !== undefined) return say("channel", { channel: row.channel });
  if (row.topic !== undefined) return row.topic_label ?? say("topic.none");
  return row.agent?.name ?? "–";
}

/** What alone would count, were it narrowed to this row: by what it is told apart. */
export function onlyOf(row: Row): Asked["only"] {
  if (row.queue !== undefined) return { queue: row.queue };
  if (row.channel !== undefined) return { channel: row.channel };
  if (row.topic !== undefined) return { topic: row.topic };
  return row.agent ? { agent: row.agent.username } : {};
}

export const isTimed = ({ by }: { readonly by: string }): boolean => ["hour", "day", "week"].includes(by);

const STEPS: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** From when to when a row counts: its hour, day or week, as far as the report reaches, or all of it. */
export function stretchOf(report: Report, row?: Row): { from: string; to: string } {
  const step = STEPS[report.by];
  if (!row || step === undefined) return { from: report.from, to: report.to };
  const end = Math.min(Date.parse(row.at) + step, Date.parse(report.to));
  return { from: row.at, to: new Date(end).toISOString() };
}
