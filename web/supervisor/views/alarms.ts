import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { written } from "../../reports/figures";
import * as icons from "../../shared/icons";
import { type Alarm, alarmed, type Kind } from "../alarms";
import { queueName, type View } from "../view";

const WRITTEN_AS: Readonly<Record<Kind, "seconds" | "count" | "share">> = {
  longest_wait: "seconds",
  waiting: "count",
  nobody_ready: "count",
  service_level: "share",
  promises_kept: "share",
};

/** What is wrong just now. A new one is told at once to whoever does not see it; one that goes on is not told again. */
export function alarms(view: View): TemplateResult {
  const found = alarmed(view.board, view.today);
  return html`<section aria-label=${view.say("alarms")} data-testid="alarms" ?hidden=${found.length === 0}>
    <ul class="alarms" role="list">${repeat(
      found,
      ({ queue, kind }) => `${queue} ${kind}`,
      (alarm) => html`<li data-testid="alarm" data-kind=${alarm.kind} data-queue=${alarm.queue}>${icons.warning(18)}<span>${sentence(view, alarm)}</span></li>`,
    )}</ul>
  </section>
  <div class="unseen" role="alert">${found.length === 0 ? nothing : repeat(found, ({ queue, kind }) => `${queue} ${kind}`, (alarm) => html`<p>${view.say("alarm.new", { line: queueName(view, alarm.queue), kind: alarm.kind })}</p>`)}</div>`;
}

function sentence(view: View, { queue, kind, value, threshold }: Alarm): string {
  const write = (number: number): string => written(number, WRITTEN_AS[kind], view.locale);
  return view.say(`alarm.${kind}`, { line: queueName(view, queue), value: write(value), threshold: write(threshold) });
}
