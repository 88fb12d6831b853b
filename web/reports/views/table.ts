import { html, nothing, type TemplateResult } from "lit";
import { contactsHash, reportHash } from "../address";
import { type Figure, figuresOf, groupsOf, kindOf, valueOf } from "../figures";
import { isTimed, nameOf, onlyOf, stretchOf, told, type View } from "../view";
import type { Report, Row } from "../wire";

/** The figures of one group, row by row; each leads to its contacts, each name of a row to that row alone. */
export function table(view: View, report: Report, name: (figure: Figure) => TemplateResult): TemplateResult {
  const { say, asked } = view;
  const figures = figuresOf(asked.group);
  const first = isTimed(report) ? "by.queue" : (`by.${asked.by}` as const);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say(`group.${asked.group}`)}><table class="num"
    data-testid="report">
    <caption>${say(`group.${asked.group}`)}</caption>
    <thead><tr>${isTimed(report) ? html`<th scope="col">${say("range")}</th>` : nothing}<th scope="col" class="who">${say(first)}</th>
      ${figures.map((figure) => html`<th scope="col">${name(figure)}</th>`)}</tr></thead>
    <tbody>${report.rows.map((row) => line(view, report, row, figures))}</tbody>
    ${report.by === "agent" ? nothing : foot(view, report, figures)}
  </table></div>`;
}

export function groups({ say, asked, turn }: View): TemplateResult {
  return html`<div class="chips" role="group" aria-label=${say("group")}>${groupsOf(asked.by).map(
    (group) => html`<button class="chip" data-testid="group-${group}" aria-pressed=${String(group === asked.group)}
      @click=${() => turn({ group })}>${say(`group.${group}`)}</button>`,
  )}</div>`;
}

function line(view: View, report: Report, row: Row, figures: readonly Figure[]): TemplateResult {
  const at = new Intl.DateTimeFormat(view.locale, {
    day: "numeric",
    month: "short",
    ...(report.by === "hour" ? { hour: "numeric", minute: "2-digit" } : {}),
  });
  const { from, to } = stretchOf(report, row);
  const only = { ...view.asked.only, ...onlyOf(row) };
  return html`<tr data-testid="report-row">${isTimed(report) ? html`<td>${at.format(new Date(row.at))}</td>` : nothing}
    <th scope="row">${rowName(view, row)}</th>${figures.map(
      (figure) => html`<td data-figure=${figure}>${value(view, row, figure, contactsHash(figure, from, to, only))}</td>`,
    )}</tr>`;
}

function rowName(view: View, row: Row): TemplateResult {
  const only = onlyOf(row);
  const name = nameOf(view, row);
  if (Object.keys(only).length === 0) return html`<bdi>${name}</bdi>`;
  const narrowed = { ...view.asked, only: { ...view.asked.only, ...only } };
  return html`<a href=${reportHash(narrowed)} title=${view.say("only.add", { name })}><bdi>${name}</bdi></a>`;
}

function foot(view: View, report: Report, figures: readonly Figure[]): TemplateResult {
  return html`<tfoot><tr>${isTimed(report) ? html`<td></td>` : nothing}<th scope="row">${view.say("total")}</th>${figures.map(
    (figure) =>
      html`<td>${value(view, report.total, figure, contactsHash(figure, report.from, report.to, view.asked.only))}</td>`,
  )}</tr></tfoot>`;
}

/** A figure that leads to its contacts; where there is none it leads nowhere. */
export function value(view: View, row: Row | Report["total"], figure: Figure, href: string): TemplateResult {
  const written = told(view, row, figure);
  const number = valueOf(row, figure);
  if (number === null || (kindOf(figure) === "count" && number === 0)) return html`${written}`;
  const label = view.say("contacts.lead", { figure: view.say(figure), value: written });
  return html`<a class="lead" href=${href} aria-label=${label} data-testid="lead">${written}</a>`;
}
