import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { type Editing, wrongOf } from "../editing";
import { formOf, replaced } from "../forms";
import { asHours, type Day, DAYS, type Hours, onWorkingDays, type Span, withOneMore, withoutSpan, withSpan } from "../hours";
import { queueName, type SaySettings, sectionsOf, type View } from "../view";
import { addButton, form, reason, removeButton, text, textField } from "./form";
import { openness } from "./previews";
import { rows } from "./rows";

const OWN_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** When each queue is open. */
export function hoursRoom(view: View): TemplateResult {
  return rows(
    view,
    sectionsOf(view, "hours").map((each) => ({
      section: each.section,
      title: queueName(view, each.name ?? ""),
      about: about(view, each.name ?? ""),
      form: (editing) => hoursForm(view, editing as Editing<Hours>),
      open: () => view.open(each.section, formOf(each.section).open(each.value, OWN_ZONE), each.version),
    })),
  );
}

function about(view: View, queue: string): TemplateResult {
  const found = view.settings.queues.find((each) => each.id === queue);
  return found ? openness(view.say, view.locale, found) : html``;
}

function hoursForm(view: View, editing: Editing<Hours>): TemplateResult {
  const { say } = view;
  const { draft, section } = editing;
  const edit = (hours: Hours): void => view.edit(section, hours);
  const turn = (isAlways: boolean): void => edit(isAlways ? { ...draft, isAlways } : { ...asHours("always", draft.zone), ...draft, isAlways });
  const way = (isAlways: boolean): TemplateResult => html`<label class="tick"><input type="radio" name="way-${section}"
    data-testid=${isAlways ? "always" : "by-hours"} .checked=${draft.isAlways === isAlways} @change=${() => turn(isAlways)} />${say(isAlways ? "hours.always" : "hours.by")}</label>`;
  return form(
    view,
    editing,
    html`<div class="ways" role="radiogroup" aria-label=${say("hours")}>${way(true)}${way(false)}</div>
    ${draft.isAlways ? nothing : html`${week(view, editing, edit)}${zone(view, editing, edit)}${holidays(view, editing, edit)}`}`,
  );
}

function week(view: View, editing: Editing<Hours>, edit: (hours: Hours) => void): TemplateResult {
  const { say } = view;
  const found = wrongOf(editing, "weekly");
  return html`<div class="week">${DAYS.map((day) => dayRow(view, editing, day, edit))}
    ${found?.field === "weekly" ? html`<p class="wrong" role="alert">${reason(view, found)}</p>` : nothing}
    <p class="quiet about">${say("hours.midnight")}</p></div>`;
}

function dayRow(view: View, editing: Editing<Hours>, day: Day, edit: (hours: Hours) => void): TemplateResult {
  const { say, locale } = view;
  const { draft } = editing;
  const name = dayName(day, locale);
  const spans = draft.weekly[day];
  return html`<div class="day" role="group" aria-label=${name} data-day=${day}><b>${name}</b>
    <span class="spans">${spans.length === 0 ? html`<span class="quiet">${say("hours.closed")}</span>` : nothing}
    ${spans.map((span, n) => spanFields(view, editing, day, n, span, edit))}</span>
    <span class="buttons">${addButton(say("hours.span"), () => edit(withOneMore(draft, day)), "add-span")}
    ${day === "mon" ? html`<button type="button" class="button small plain" data-testid="same" @click=${() => edit(onWorkingDays(draft, day))}>${icons.copy(15)}${say("hours.same")}</button>` : nothing}</span></div>`;
}

function spanFields(view: View, editing: Editing<Hours>, day: Day, n: number, span: Span, edit: (hours: Hours) => void): TemplateResult {
  const { say, locale } = view;
  const { draft } = editing;
  const name = dayName(day, locale);
  const found = wrongOf(editing, `weekly.${day}.${n}`);
  const time = (which: "from" | "to"): TemplateResult => html`<input class="input num" type="time" required data-testid=${which}
    aria-label=${say(`hours.${which}`, { day: name })} aria-invalid=${found ? "true" : "false"} .value=${span[which]}
    @input=${(event: Event) => edit(withSpan(draft, day, n, { ...span, [which]: text(event) }))} />`;
  return html`<span class="span">${time("from")}<span aria-hidden="true">–</span>${time("to")}
    ${removeButton(say("hours.remove", { day: name, from: span.from, to: span.to }), () => edit(withoutSpan(draft, day, n)))}
    ${found ? html`<span class="wrong">${reason(view, found)}</span>` : nothing}</span>`;
}

function zone(view: View, editing: Editing<Hours>, edit: (hours: Hours) => void): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const id = "zones";
  const change = (value: string): void => edit({ ...draft, zone: value });
  return html`${textField(view, editing, "time_zone", { label: say("hours.zone"), hint: say("hours.zone.hint"), value: draft.zone, list: id, most: 80, change })}
    <datalist id=${id}>${Intl.supportedValuesOf("timeZone").map((name) => html`<option value=${name}></option>`)}</datalist>`;
}

function holidays(view: View, editing: Editing<Hours>, edit: (hours: Hours) => void): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const days = (list: readonly string[]): void => edit({ ...draft, holidays: list });
  return html`<div class="field" role="group" aria-label=${say("hours.holidays")}><span class="label">${say("hours.holidays")}</span>
    <ul class="dates">${draft.holidays.map((day, n) => html`<li><input class="input" type="date" data-testid="holiday"
      aria-label=${say("hours.holiday", { n: n + 1 })} .value=${day} @input=${(event: Event) => days(replaced(draft.holidays, n, text(event)))} />
      ${removeButton(say("hours.holiday.remove", { day: dateWords(day, say, view.locale) }), () => days(replaced(draft.holidays, n)))}</li>`)}</ul>
    ${addButton(say("hours.holiday.add"), () => days([...draft.holidays, ""]), "add-holiday")}</div>`;
}

function dateWords(day: string, say: SaySettings, locale: string): string {
  const date = new Date(`${day}T12:00:00`);
  return Number.isNaN(date.getTime()) ? say("hours.holiday.new") : new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(date);
}

/** The day of the week in the reader's language: the second of March 2026 is a Monday. */
export function dayName(day: Day, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(new Date(2026, 2, 2 + DAYS.indexOf(day)));
}
