import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { timeOfDay } from "../../shared/instants";
import type { Editing } from "../editing";
import type { SaySettings, View } from "../view";
import type { Preview, Queue } from "../wire";

/** What whoever came now would be told; queues of one sentence stand together. */
export function previews(view: View, { previews: told }: Editing): TemplateResult | typeof nothing {
  if (!told || told.length === 0) return nothing;
  const { say } = view;
  const sentences = new Map<string, Preview[]>();
  for (const each of told) sentences.set(each.says, [...(sentences.get(each.says) ?? []), each]);
  return html`<section class="previews" aria-label=${say("preview")} data-testid="previews">
    <p class="title">${icons.speaker(17)}${say("preview")}</p>
    <ul>${[...sentences.entries()].map(([says, queues]) => html`<li>
      <p class="who">${queues.map((queue) => html`<span><bdi>${queue.name}</bdi> ${openness(say, view.locale, queue)}</span>`)}</p>
      <blockquote dir="auto" data-testid="says">${says}</blockquote></li>`)}</ul>
  </section>`;
}

/** Whether a queue is open, and when that changes next. */
export function openness(say: SaySettings, locale: string, queue: Omit<Queue, "id">): TemplateResult {
  const at = queue.is_open ? queue.closes_at : queue.opens_at;
  const key = queue.is_open ? (at ? "open.until" : "open.always") : at ? "shut.until" : "shut";
  return html`<span class="badge ${queue.is_open ? "good" : "warn"}" data-testid="openness">${say(key, { time: withDay(at, locale) })}</span>`;
}

function withDay(at: string | null, locale: string): string {
  const instant = at ? new Date(at) : null;
  if (!instant) return "";
  const isSoon = instant.getTime() - Date.now() < 20 * 3_600_000;
  if (isSoon) return timeOfDay(at ?? undefined, locale);
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" }).format(instant);
}
