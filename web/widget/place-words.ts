/** A place and its wait in words, the same everywhere in the widget. */
import type { Say } from "../shared/catalogue";
import { type Wait, waitMinutes } from "../shared/instants";
import type { Refusal } from "../shared/request";
import type { WidgetWords } from "./words/en";

export type SayWidget = Say<WidgetWords>;

/** `You're next`, `3rd in line`; `Your place is kept` where the position isn't known. */
export function positionWords(say: SayWidget, position: number | null): string {
  if (position === null) return say("place.kept");
  return position <= 1 ? say("place.first") : say("place.nth", { n: position });
}

/** `About 4–7 minutes`, `Up to 3 minutes`, or honestly that it isn't known. */
export function waitWords(say: SayWidget, wait: Wait): string {
  const minutes = waitMinutes(wait);
  if (!minutes) return say("wait.unknown");
  if (minutes.high === 0) return say("wait.minute");
  return minutes.low === 0 ? say("wait.up_to", { high: minutes.high }) : say("wait.range", minutes);
}

/** A refusal as a caller reads it: without the name of the field that the service puts before its sentence. */
export function refusalWords(say: SayWidget, { code, message }: Refusal): string {
  const sentence = message.replace(/^[a-z_.]+: /u, "");
  return say("refused", { code, message: sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1) });
}

/** The code in groups of four, as it is read out. */
export function codeWords(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1 ");
}

/** How far along the line a place is: 0 where it entered, 1 at the front. `from` is the furthest back it has stood. */
export function progress(position: number | null, from: number): number {
  if (position === null) return 0;
  return from <= 1 ? 1 : Math.min(1, Math.max(0, (from - position) / (from - 1)));
}
