/** What is wrong with the lines just now, by the tenant's thresholds. */
import { valueOf } from "../reports/figures";
import type { Row } from "../reports/wire";
import type { Board, Line, Thresholds } from "./board";

export type Kind = "longest_wait" | "waiting" | "nobody_ready" | "service_level" | "promises_kept";

/** `value` is at, over or under `threshold`: seconds, places or a share, by the kind. */
export interface Alarm {
  readonly queue: string;
  readonly kind: Kind;
  readonly value: number;
  readonly threshold: number;
}

/** The lines' alarms, in the order of the lines; `today` are the day's measures so far. */
export function alarmed(board: Board, today: ReadonlyMap<string, Row>): Alarm[] {
  const { alarms } = board;
  return alarms ? board.queues.flatMap((line) => [...ofLine(line, alarms), ...ofDay(line.id, today.get(line.id), alarms)]) : [];
}

function ofLine(line: Line, alarms: Thresholds): Alarm[] {
  if (line.waiting === 0) return [];
  const found: Alarm[] = [];
  const longest = alarms.longest_wait === null ? Infinity : alarms.longest_wait * (line.target_seconds ?? Infinity);
  const add = (kind: Kind, value: number, threshold: number): void => void found.push({ queue: line.id, kind, value, threshold });
  if (line.longest_wait_seconds > longest) add("longest_wait", line.longest_wait_seconds, longest);
  if (alarms.waiting !== null && line.waiting >= alarms.waiting) add("waiting", line.waiting, alarms.waiting);
  // Who is kept for the next opening waits for nobody now.
  if (alarms.nobody_ready && line.ready === 0 && line.is_open !== false) add("nobody_ready", 0, 1);
  return found;
}

function ofDay(queue: string, row: Row | undefined, alarms: Thresholds): Alarm[] {
  if (!row) return [];
  const wanted = (valueOf(row, "answered") ?? 0) + (valueOf(row, "abandoned") ?? 0);
  return [
    ...under(queue, "service_level", valueOf(row, "service_level"), alarms.service_level, wanted >= alarms.at_least),
    ...under(queue, "promises_kept", valueOf(row, "coverage"), alarms.promises_kept, (valueOf(row, "scored") ?? 0) >= alarms.at_least),
  ];
}

function under(queue: string, kind: Kind, value: number | null, threshold: number | null, isEnough: boolean): Alarm[] {
  return isEnough && value !== null && threshold !== null && value < threshold ? [{ queue, kind, value, threshold }] : [];
}
