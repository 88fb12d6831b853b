/** Times and durations by Intl, and a clock that agrees with the server's. */

import { figure, once } from "./formats";

export interface Wait {
  readonly low_seconds: number | null;
  readonly high_seconds: number | null;
  readonly known: boolean;
}

/**
 * A wait in the minutes that are told, rounded as the assistant rounds when it speaks: up to ten as they are, then in fives;
 * `low` is 0 for "up to `high`", `high` is 0 for less than a minute; null where nothing is known.
 */
export function waitMinutes(wait: Wait): { low: number; high: number } | null {
  if (!wait.known || wait.low_seconds === null || wait.high_seconds === null) return null;
  if (wait.high_seconds <= 60) return { low: 0, high: 0 };
  const whole = Math.ceil(wait.high_seconds / 60);
  const high = whole <= 10 ? whole : Math.ceil(whole / 5) * 5;
  return { low: Math.min(Math.max(0, Math.floor(wait.low_seconds / 60)), high - 1), high };
}

/** `3:07`, `1:02:09`: a duration that runs, in the reader's digits. Negative durations are zero. */
export function running(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  const one = (n: number): string => figure(n, locale);
  const two = (n: number): string => figure(n, locale, 2);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${one(hours)}:${two(minutes)}:${two(whole % 60)}` : `${one(minutes)}:${two(whole % 60)}`;
}

/** `45 sec`, `4 min`, `1 hr 5 min`: a duration that is told, rounded down to what matters. */
export function told(seconds: number, locale: string): string {
  const unit = (value: number, name: string): string =>
    once(
      `unit ${locale} ${name}`,
      () => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }),
    ).format(value);
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return unit(whole, "second");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  return rest === 0 ? unit(minutes / 60, "hour") : `${unit(Math.floor(minutes / 60), "hour")} ${unit(rest, "minute")}`;
}

/** The time of day, `14:05`; with the date when it is another day than `now`. Empty when the instant cannot be read. */
export function timeOfDay(at: string | undefined, locale: string, now = new Date()): string {
  const instant = at ? new Date(at) : undefined;
  if (!instant || Number.isNaN(instant.getTime())) return "";
  const isToday = instant.toDateString() === now.toDateString();
  const day = isToday ? {} : ({ day: "numeric", month: "short" } as const);
  const format = once(
    `time ${locale} ${isToday}`,
    () => new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...day }),
  );
  return format.format(instant);
}

/**
 * The server's clock, learnt from the times that frames carry. A frame is never received before it was sent, so the largest
 * `sent - received` seen is the closest bound on how far our clock is behind: a laptop an hour off still counts down truly.
 */
export class ServerClock {
  #ahead: number | undefined;
  constructor(private readonly local: () => number = Date.now) {}

  /** Learns from what was sent just now. What is old teaches nothing once something newer was shown. */
  learn(at: unknown): void {
    const sent = typeof at === "string" ? Date.parse(at) : Number.NaN;
    if (Number.isNaN(sent)) return;
    const ahead = sent - this.local();
    this.#ahead = this.#ahead === undefined ? ahead : Math.max(this.#ahead, ahead);
  }

  now(): number {
    return this.local() + (this.#ahead ?? 0);
  }

  secondsUntil(at: string): number {
    return (Date.parse(at) - this.now()) / 1000;
  }
}
