/** The hours of a queue as a form has them: for each day its spans, as the browser's time fields write them. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface Hours {
  readonly isAlways: boolean;
  readonly zone: string;
  readonly weekly: Readonly<Record<Day, readonly Span[]>>;
  readonly holidays: readonly string[];
}

interface Written {
  readonly time_zone: string;
  readonly weekly: Partial<Record<Day, readonly string[]>>;
  readonly holidays: readonly string[];
}

const OFFICE: Span = { from: "09:00", to: "17:00" };

/** The form of a section's value; a queue that is always open has an office week to begin from. */
export function asHours(value: unknown, zone: string): Hours {
  if (value === "always" || value === null || typeof value !== "object") {
    const weekly = Object.fromEntries(DAYS.map((day, n) => [day, n < 5 ? [OFFICE] : []])) as unknown as Hours["weekly"];
    return { isAlways: true, zone, weekly, holidays: [] };
  }
  const { time_zone, weekly, holidays } = value as Written;
  const spans = DAYS.map((day) => [day, (weekly[day] ?? []).map(asSpan)] as const);
  return { isAlways: false, zone: time_zone, weekly: Object.fromEntries(spans) as unknown as Hours["weekly"], holidays };
}

/** A time field has no 24:00: the end of the day is its midnight. */
function asSpan(written: string): Span {
  const [from = "", to = ""] = written.split("-");
  return { from, to: to === "24:00" ? "00:00" : to };
}

/** What is sent: the hours as the tenant file writes them. */
export function written(hours: Hours): unknown {
  if (hours.isAlways) return "always";
  const spans = (day: Day): string[] => hours.weekly[day].map(({ from, to }) => `${from}-${to === "00:00" ? "24:00" : to}`);
  return {
    time_zone: hours.zone.trim(),
    weekly: Object.fromEntries(DAYS.map((day) => [day, spans(day)])),
    holidays: hours.holidays.filter((day) => day !== ""),
  };
}

export function withSpan(hours: Hours, day: Day, n: number, span: Span): Hours {
  return withDay(hours, day, hours.weekly[day].map((each, m) => (m === n ? span : each)));
}

/** One span more, after the last one of the day. */
export function withOneMore(hours: Hours, day: Day): Hours {
  const last = hours.weekly[day].at(-1);
  return withDay(hours, day, [...hours.weekly[day], last ? { from: last.to, to: "00:00" } : OFFICE]);
}

export function withoutSpan(hours: Hours, day: Day, n: number): Hours {
  return withDay(hours, day, hours.weekly[day].filter((_, m) => m !== n));
}

/** The other working days become as this one. */
export function onWorkingDays(hours: Hours, day: Day): Hours {
  return DAYS.slice(0, 5).reduce((all, each) => withDay(all, each, hours.weekly[day]), hours);
}

function withDay(hours: Hours, day: Day, spans: readonly Span[]): Hours {
  return { ...hours, weekly: { ...hours.weekly, [day]: spans } };
}

/** An instant as a `datetime-local` field has it, in the reader's own zone; empty where there is none. */
export function asLocal(at: string | null): string {
  const instant = at ? new Date(at) : undefined;
  if (!instant || Number.isNaN(instant.getTime())) return "";
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
  return `${day}T${two(instant.getHours())}:${two(instant.getMinutes())}`;
}

/** The instant of a `datetime-local` field; null where it is empty. */
export function fromLocal(text: string): string | null {
  const instant = text ? new Date(text) : undefined;
  return instant && !Number.isNaN(instant.getTime()) ? instant.toISOString() : null;
}
