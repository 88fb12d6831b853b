/** The measures of a report: which there are, how each is read from a row, and how it is written. */
import { running } from "../shared/instants";
import { directionOf, languageOf } from "../shared/language";
import type { Counted } from "./wire";

export type Kind = "count" | "seconds" | "signed" | "share" | "score" | "mean";
export type GroupName = "volume" | "waiting" | "promise" | "assistant" | "work" | "order" | "callers";

export const GROUPS = {
  volume: {
    entered: "count",
    served: "count",
    answered: "count",
    called_back: "count",
    callback_failed: "count",
    abandoned: "count",
    short_abandoned: "count",
    contained: "count",
    taken_back: "count",
    messages: "count",
  },
  waiting: {
    service_level: "share",
    asa_seconds: "seconds",
    median_wait_seconds: "seconds",
    p90_wait_seconds: "seconds",
    abandonment_rate: "share",
    containment_rate: "share",
    callback_kept_rate: "share",
  },
  promise: { scored: "count", coverage: "share", longer_rate: "share", mean_error_seconds: "signed" },
  assistant: {
    spoke: "count",
    held: "count",
    refused: "count",
    adoption_rate: "share",
    verified: "count",
    verification_rate: "share",
    helped: "count",
    saved_seconds: "seconds",
  },
  work: {
    services: "count",
    aht_seconds: "seconds",
    transferred: "count",
    transfer_rate: "share",
    offers: "count",
    not_answered: "count",
    rona_rate: "share",
  },
  order: {
    passed_over: "count",
    unexplained: "count",
    proofs_asked: "count",
    proofs_asked_again: "count",
    asked_again_rate: "share",
  },
  callers: { csat: "share", nps: "score", ces: "mean", fcr: "share" },
} as const satisfies Record<GroupName, Record<string, Kind>>;

type KeysOf<T> = T extends unknown ? keyof T : never;
export type Figure = KeysOf<(typeof GROUPS)[GroupName]>;

const KINDS: Readonly<Record<Figure, Kind>> = Object.assign({}, ...Object.values(GROUPS)) as Record<Figure, Kind>;
export const FIGURES = Object.keys(KINDS) as readonly Figure[];
const OF_AGENTS: readonly GroupName[] = ["work", "order", "callers"];

export const kindOf = (figure: Figure): Kind => KINDS[figure];

/** The groups of which a report by this has anything to tell: agents have no line of their own. */
export function groupsOf(by: string): readonly GroupName[] {
  return by === "agent" ? OF_AGENTS : (Object.keys(GROUPS) as GroupName[]);
}

export function isFigure(name: string | null): name is Figure {
  return name !== null && Object.hasOwn(KINDS, name);
}

export const figuresOf = (group: GroupName): readonly Figure[] => Object.keys(GROUPS[group]) as Figure[];

/** The figure in this row; null where there is nothing to divide by, or where the row doesn't have it. */
export function valueOf(row: Counted, figure: Figure): number | null {
  const value = row.told_waits?.[figure] ?? row[figure];
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
