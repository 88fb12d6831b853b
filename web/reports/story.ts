/** What one event of a contact's trail says, in words. */
import { ending } from "../shared/disposition";
import { waitMinutes, type Wait } from "../shared/instants";
import { type Figure, isFigure } from "./figures";
import type { SayReports } from "./view";
import type { Step } from "./wire";
import type { ReportsWords } from "./words/en";

type EventKey = Extract<keyof ReportsWords, `event.${string}`>;

/** A step that nobody has words for is left out: an older page may read a newer trail. Null for none. */
export function told(say: SayReports, locale: string, queues: ReadonlyMap<string, string>, { type, data }: Step): string | null {
  const key = `event.${type}`;
  const values = valuesOf(say, locale, queues, data);
  const words = say(key as EventKey, values);
  return words === key ? null : words;
}

/** Everything that a sentence may name: what the event does not tell is empty, or nought. */
function valuesOf(say: SayReports, locale: string, queues: ReadonlyMap<string, string>, data: Step["data"]): Record<string, string | number> {
  const text = (name: string): string => {
    const value = data[name];
    return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
  };
  const number = (...names: string[]): number => Number(names.map((name) => data[name]).find((value) => value !== undefined) ?? 0);
  const line = (name: string): string => queues.get(text(name)) ?? text(name);
  const minutes = data.wait ? waitMinutes(data.wait as Wait) : null;
  const texts = ["name", "outcome", "method", "again", "consent", "topic_label", "service_label", "dialogue", "reach", "rule", "mode", "beside", "reason", "state"];
  return {
    ...Object.fromEntries(texts.map((name) => [name, text(name)])),
    agent_name: text("agent_name") || line("to_queue") || say("author", { author: "agent" }),
    // Whom the service can't name any more was somebody all the same.
    who: text("agent_name") || text("by") ? "person" : "rule",
    queue: line("queue"),
    from: line("from"),
    to: line("to"),
    position: number("position"),
    low: minutes?.low ?? 0,
    high: minutes ? Math.max(1, minutes.high) : 0,
    seconds: number("seconds", "silent_seconds"),
    tries: number("tries"),
    disposition: text("disposition") ? say("disposition.is", ending(text("disposition"))) : "none",
    scores: scores(say, locale, data),
  };
}

/** `CSAT 4, NPS 9`: the answers of a survey by their figures' names. */
function scores(say: SayReports, locale: string, data: Step["data"]): string {
  const names: readonly (readonly [string, Figure])[] = [["csat", "csat"], ["nps", "nps"], ["ces", "ces"], ["resolved", "fcr"]];
  const each = names.flatMap(([name, figure]) => {
    const value = data[name];
    if (value === undefined || !isFigure(figure)) return [];
    const answer = typeof value === "boolean" ? say(value ? "part.yes" : "part.no") : Number(value).toLocaleString(locale);
    return [`${say(figure)} ${answer}`];
  });
  return new Intl.ListFormat(locale, { type: "unit" }).format(each);
}
