import type { Place } from "../shared/contact-wire";

/** For tests: a place at this position. */
export const place = (position: number | null): Place => ({
  code: "48217730",
  queue: "cards",
  state: "waiting",
  position,
  ahead: position === null ? null : position - 1,
  entered_at: "2026-11-22T12:00:00Z",
  wait: { low_seconds: 240, high_seconds: 420, known: true },
});
