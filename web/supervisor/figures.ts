/** The measures of a report: which there are, how each is read from a row, and how it is written. */
import { running } from "../shared/instants";
import { directionOf, languageOf } from "../shared/language";

export type Kind = "count" | "seconds" | "signed" | "share" | "score" | "mean";
export type GroupName = "volume" | "waiting" | "promise" | "work" | "callers";

/** Figures by name; those of what was promised stand apart. */
export interface Counted {
  readonly told_waits?: Readonly<Record<string, number | null>>;
  readonly [figure: string]: unknown;
}

/** What /api/v1/supervisor/reports answers. A row is one queue's or one agent's in the hour or day that begins at `at`. */
export interface Row extends Counted {
  readonly at: string;
  readonly queue?: string;
  readonly agent?: { readonly username: string; readonly name: string } | null;
}

export interface Report {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly rows: readonly Row[];
  readonly total: Counted;
}

export const GROUPS = {
  volume: {
    entered: "count",
    served: "count",
    answered: "count",
    called_back: "count",
    abandoned: "count",
    short_abandoned: "count",
    contained: "count",
    messages: "count",
  },
  waiting: {
    service_level: "share",
    asa_seconds: "seconds",
    median_wait_seconds: "seconds",
    p90_wait_seconds: "seconds",
    abandonment_rate: "share",
    containment_rate: "share",
  },
  promise: { scored: "count", coverage: "share", longer_rate: "share", mean_error_seconds: "signed" },
  work: {
    services: "count",
    aht_seconds: "seconds",
    transferred: "count",
    transfer_rate: "share",
    offers: "count",
    not_answered: "count",
    rona_rate: "share",
  },
  callers: { csat: "share", nps: "score", ces: "mean", fcr: "share" },
} as const satisfies Record<GroupName, Record<string, Kind>>;

type KeysOf<T> = T extends unknown ? keyof T : never;
export type Figure = KeysOf<(typeof GROUPS)[GroupName]>;

const KINDS: Readonly<Record<Figure, Kind>> = Object.assign({}, ...Object.values(GROUPS)) as Record<Figure, Kind>;
export const FIGURES = Object.keys(KINDS) as readonly Figure[];
const OF_AGENTS: readonly GroupName[] = ["work", "callers"];

export const kindOf = (figure: Figure): Kind => KINDS[figure];

/** The groups of which a report by this has anything to tell: agents have no line of their own. */
export function groupsOf(by: string): readonly GroupName[] {
  return by === "agent" ? OF_AGENTS : (Object.keys(GROUPS) as GroupName[]);
}

export const figuresOf = (group: GroupName): readonly Figure[] => Object.keys(GROUPS[group]) as Figure[];

/** The figure in this row; null where there is nothing to divide by, or where the row doesn't have it. */
export function valueOf(row: Counted, figure: Figure): number | null {
  const value = figure in GROUPS.promise ? row.told_waits?.[figure] : row[figure];
  return typeof value === "number" ? value : null;
}

/** As a person reads it: `1,204`, `3:07`, `+0:20`, `82 %`, `−12`, `5.4`; an en dash where there is nothing. */
export function written(value: number | null, kind: Kind, locale: string): string {
  if (value === null) return "–";
  const number = (options: Intl.NumberFormatOptions): string => new Intl.NumberFormat(locale, options).format(value);
  switch (kind) {
    case "share":
      return number({ style: "percent", maximumFractionDigits: value > 0 && value < 0.1 ? 1 : 0 });
    case "seconds":
      return clock(value, locale);
    case "signed":
      return ltr(`${value < 0 ? "−" : "+"}${clock(Math.abs(value), locale)}`, locale);
    case "mean":
      return number({ maximumFractionDigits: 1, minimumFractionDigits: 1 });
    default:
      return number({ maximumFractionDigits: 0 });
  }
}

const clock = (seconds: number, locale: string): string => running(Math.round(seconds), locale);

/** A sign stays before its figure where the text around it runs from right to left. */
function ltr(figure: string, locale: string): string {
  return directionOf(languageOf(locale)) === "rtl" ? `\u2066${figure}\u2069` : figure;
}

/** The report in this answer, or null where it has another shape. */
export function asReport(answer: unknown): Report | null {
  const report = answer as Partial<Report> | null;
  return report && Array.isArray(report.rows) && typeof report.total === "object" ? (report as Report) : null;
}

/** A cell that a table program takes as text or number and never as a formula. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const tame = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\n\r]/u.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** The whole report as comma-separated values: one line for each row, every figure as it was counted. */
export function csv(report: Report, queues: ReadonlyMap<string, string>): string {
  const isByAgent = report.by === "agent";
  const figures = groupsOf(report.by).flatMap(figuresOf);
  const head = ["at", isByAgent ? "agent" : "queue", ...figures];
  const lines = report.rows.map((row) => {
    const who = isByAgent ? (row.agent?.name ?? "") : (queues.get(row.queue ?? "") ?? row.queue ?? "");
    return [row.at, who, ...figures.map((figure) => valueOf(row, figure))];
  });
  return `${[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Rows by time as a chart takes them: the instants in seconds, and one line of values for each queue. */
export function curves(report: Report, figure: Figure): { at: number[]; lines: Map<string, (number | null)[]> } {
  const instants = [...new Set(report.rows.map((row) => row.at))].sort((a, b) => Date.parse(a) - Date.parse(b));
  const index = new Map(instants.map((at, n) => [at, n]));
  const lines = new Map<string, (number | null)[]>();
  for (const row of report.rows) {
    const line = lines.get(row.queue ?? "") ?? instants.map(() => null);
    line[index.get(row.at) ?? 0] = valueOf(row, figure);
    lines.set(row.queue ?? "", line);
  }
  return { at: instants.map((at) => Date.parse(at) / 1000), lines };
}
