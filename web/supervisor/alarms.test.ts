import { describe, expect, it } from "vitest";
import { alarmed } from "./alarms";
import type { Board, Line, Thresholds } from "./board";

const thresholds: Thresholds = { longest_wait: 2, waiting: 5, nobody_ready: true, service_level: 0.8, promises_kept: 0.6, at_least: 10 };
const line = (more: Partial<Line> = {}): Line => ({
  id: "cards",
  name: "Cards",
  waiting: 1,
  longest_wait_seconds: 30,
  offered: 0,
  connected: 0,
  ready: 1,
  is_open: true,
  target_seconds: 60,
  ...more,
});
const board = (queue: Line, alarms: Thresholds = thresholds): Board => ({ queues: [queue], agents: [], alarms });
const kinds = (queue: Line, day: Record<string, unknown> = {}): string[] =>
  alarmed(board(queue), new Map([["cards", { at: "", ...day }]])).map(({ kind }) => kind);

describe("an alarm", () => {
  it("is raised by a wait that is longer than so many times the line's target", () => {
    expect(kinds(line({ longest_wait_seconds: 120 }))).toEqual([]);
    expect(alarmed(board(line({ longest_wait_seconds: 121 })), new Map())).toEqual([{ queue: "cards", kind: "longest_wait", value: 121, threshold: 120 }]);
  });

  it("is raised by many who wait, and by nobody who could take them", () => {
    expect(kinds(line({ waiting: 5 }))).toEqual(["waiting"]);
    expect(kinds(line({ ready: 0 }))).toEqual(["nobody_ready"]);
    expect(kinds(line({ ready: 0, is_open: false }))).toEqual([]);
    expect(kinds(line({ waiting: 0, ready: 0, longest_wait_seconds: 999 }))).toEqual([]);
  });

  it("goes by the day only once there is enough to go by", () => {
    const day = { answered: 6, abandoned: 4, service_level: 0.7, told_waits: { scored: 10, coverage: 0.5 } };
    expect(kinds(line(), day)).toEqual(["service_level", "promises_kept"]);
    expect(kinds(line(), { ...day, answered: 5, told_waits: { scored: 9, coverage: 0.5 } })).toEqual([]);
    expect(kinds(line(), { ...day, service_level: 0.8, told_waits: { scored: 10, coverage: 0.6 } })).toEqual([]);
  });

  it("is not raised where its threshold is null, nor by a service that tells none", () => {
    const none: Thresholds = { longest_wait: null, waiting: null, nobody_ready: false, service_level: null, promises_kept: null, at_least: 1 };
    expect(alarmed(board(line({ waiting: 99, ready: 0, longest_wait_seconds: 9999 }), none), new Map())).toEqual([]);
    expect(alarmed({ queues: [line({ waiting: 99 })], agents: [] }, new Map())).toEqual([]);
  });
});
