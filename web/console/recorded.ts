import type { Card } from "./desk";

/** Whether what is said is being recorded: null where it is not, and after the talk. */
export function recordedNow({ state, call }: Pick<Card, "state" | "call">): "on" | "paused" | null {
  const recording = state === "connected" ? call?.recording : "off";
  return recording === "on" || recording === "paused" ? recording : null;
}
