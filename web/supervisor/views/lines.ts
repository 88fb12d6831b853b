import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { counted } from "../../shared/digits";
import { running, waitMinutes } from "../../shared/instants";
import { alarmed } from "../alarms";
import { isOverTarget, type Line, share } from "../board";
import { type Figure, kindOf, valueOf, written } from "../../reports/figures";
import type { View } from "../view";

/** The lines as they stand: who waits, how long, what is promised, and how the day has gone so far. */
export function lines(view: View): TemplateResult {
  const { say, board } = view;
  return html`<section class="lines" aria-label=${say("queues")} data-testid="queues">
    ${repeat(
      board.queues,
      (line) => line.id,
      (line) => card(view, line),
    )}
  </section>`;
}

function card(view: View, line: Line): TemplateResult {
  const { say, board, locale } = view;
  const figure = (name: "longest" | "offered" | "connected", value: string): TemplateResult =>
    html`<div><dt>${say(name)}</dt><dd class="num" data-testid=${name}>${value}</dd></div>`;
  const isAlarming = alarmed(board, view.today).some((alarm) => alarm.queue === line.id);
  return html`<article class="${line.waiting > 0 ? "busy" : ""} ${isAlarming ? "alarming" : ""}" data-testid="queue" data-queue=${line.id}>
    <h2><bdi>${line.name}</bdi><span class="gap"></span>
      ${line.is_open === false ? html`<span class="badge" data-testid="shut">${say("shut")}</span>` : nothing}
      ${isOverTarget(line) ? html`<span class="badge bad" data-testid="over-target">${say("over-target")}</span>` : nothing}</h2>
    <p class="waiting"><b class="num"
      data-testid="waiting">${counted(line.waiting, locale)}</b><span>${say("waiting")}</span></p>
    <div class="bar" .style=${`--share: ${share(line, board.queues)}`}><i></i></div>
    <dl>
      ${figure("longest", line.longest_wait_seconds > 0 ? running(line.longest_wait_seconds, locale) : say("nobody"))}
      ${figure("offered", counted(line.offered, locale))}
      ${figure("connected", counted(line.connected, locale))}
    </dl>
    <dl class="today">
      <div><dt>${say("predicted")}</dt><dd class="num" data-testid="predicted">${predicted(view, line)}</dd></div>
      ${today(view, line, "level-today", ["service_level"])}
      ${today(view, line, "promise-today", ["coverage"])}
      ${today(view, line, "served-today", ["answered", "abandoned"])}
    </dl>
  </article>`;
}

function predicted({ say }: View, line: Line): string {
  const minutes = line.wait ? waitMinutes(line.wait) : null;
  if (!minutes) return say("predicted.none");
  if (minutes.high === 0) return say("predicted.minute");
  return minutes.low === 0 ? say("predicted.up_to", { high: minutes.high }) : say("predicted.range", minutes);
}

function today(
  view: View,
  line: Line,
  name: "level-today" | "promise-today" | "served-today",
  figures: readonly Figure[],
): TemplateResult {
  const row = view.today.get(line.id);
  const value = figures.map((figure) => written(row ? valueOf(row, figure) : null, kindOf(figure), view.locale));
  const formula = figures.map((figure) => view.sayReports(`formula.${figure}`)).join(" ");
  return html`<div title=${formula}><dt>${view.say(name)}</dt><dd class="num" data-testid=${name}>${value.join(" · ")}</dd></div>`;
}
