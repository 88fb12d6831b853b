/** Stretches of time for reports, in the reader's own days. */

export const PRESETS = ["today", "yesterday", "week", "month", "quarter"] as const;
export type Preset = (typeof PRESETS)[number];

export interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** The beginning of the day that is `days` after that of `at`; days with a change of the clock are as long as they are. */
export function midnight(at: Date, days = 0): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
}

/** From a midnight on, so that days are the reader's own; up to now, but for yesterday. */
export function preset(name: Preset, now: Date): Range {
  const begin = { today: 0, yesterday: -1, week: -6, month: -29, quarter: -89 }[name];
  return { from: midnight(now, begin), to: name === "yesterday" ? midnight(now) : now };
}
