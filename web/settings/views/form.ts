import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import { timeOfDay } from "../../shared/instants";
import { type Editing, isChanged, wrongOf } from "../editing";
import { kindOf } from "../forms";
import { sectionOf, type View } from "../view";
import type { Wrong } from "../wire";
import { previews } from "./previews";

/** A section's form: its fields, why it is changed, what is wrong, what callers will hear, and the ways out. */
export function form(view: View, editing: Editing, fields: TemplateResult): TemplateResult {
  const { say } = view;
  const { section } = editing;
  const isTheirs = !view.may(kindOf(section));
  return html`<form novalidate data-testid="form" data-section=${section} @submit=${(event: Event) => {
    event.preventDefault();
    view.save(section);
  }}>
    ${clash(view, editing)}${trouble(view, editing)}
    ${isTheirs ? html`<p class="notice" data-testid="read-only">${icons.lock(16)}${say("not-yours")}</p>` : nothing}
    <fieldset ?disabled=${isTheirs || editing.isBusy}>${fields}</fieldset>
    ${isTheirs ? nothing : previews(view, editing)}
    ${isTheirs || !isChanged(editing) ? nothing : foot(view, editing)}
    ${meta(view, section)}
  </form>`;
}

function foot(view: View, editing: Editing): TemplateResult {
  const { say } = view;
  const { section, comment, isBusy } = editing;
  return html`<div class="foot">
    <label class="field why"><span>${say("why")}</span><input class="input" dir="auto" data-testid="comment" maxlength="400"
      .value=${comment} @input=${(event: Event) => view.comment(section, text(event))} /></label>
    <span class="buttons"><button type="button" class="button plain" data-testid="discard" @click=${() => view.discard(section)}>${say("discard")}</button>
    <button class="button primary" data-testid="save" ?disabled=${isBusy}>${isBusy ? say("saving") : say("save")}</button></span>
  </div>`;
}

function clash(view: View, editing: Editing): TemplateResult | typeof nothing {
  const { say, locale } = view;
  const { section, clash: found } = editing;
  if (!found) return nothing;
  const sentence = say("clash", { name: found.by?.name ?? say("operator"), time: timeOfDay(found.at ?? undefined, locale) });
  return html`<div class="notice bad clash" role="alert" data-testid="clash">${icons.warning(18)}<span dir="auto">${sentence}</span>
    <span class="buttons"><button type="button" class="button small" data-testid="take-theirs" @click=${() => view.takeTheirs(section)}>${say("clash.theirs")}</button>
    <button type="button" class="button small" data-testid="keep-mine" @click=${() => view.keepMine(section)}>${say("clash.mine")}</button></span></div>`;
}

function trouble(view: View, editing: Editing): TemplateResult | typeof nothing {
  const { say } = view;
  const stray = editing.wrong.find((each) => each.field === "");
  const told = editing.trouble ? say("refused", { ...editing.trouble }) : stray ? reason(view, stray) : null;
  if (told === null && editing.wrong.length === 0) return nothing;
  return html`<p class="notice bad" role="alert" data-testid="trouble">${icons.warning(18)}<span dir="auto">${told ?? say("wrong.fields", { n: editing.wrong.length })}</span></p>`;
}

/** Who changed the section last, with the way to all its changes. */
export function meta(view: View, section: string): TemplateResult {
  const { say, locale } = view;
  const ofFile = sectionOf(view, section);
  const found = ofFile ?? view.people?.find((each) => `people.${each.username}` === section);
  if (!found || (!ofFile && found.version === 0)) return html``;
  if (found.version === 0) return html`<p class="meta">${say("as-in-file")}</p>`;
  const by = found.by?.name ?? say("operator");
  return html`<p class="meta"><span dir="auto">${say("changed-by", { name: by, time: timeOfDay(found.at ?? undefined, locale) })}</span>
    <a href="#changes" data-testid="history" @click=${() => view.history(section)}>${say("history")}</a></p>`;
}

export interface Labels {
  readonly label: string;
  readonly hint?: string | undefined;
}

type Draw = (ids: { id: string; described: string; invalid: "true" | "false" }) => TemplateResult;

/** A label, its control, what to know about it, and beneath it what is wrong. */
export function field(view: View, editing: Editing, name: string, { label, hint }: Labels, draw: Draw): TemplateResult {
  const found = wrongOf(editing, name);
  const id = `${editing.section}-${name}`.replaceAll(/[^\w-]/g, "_");
  return html`<div class="field" data-field=${name}>
    <label for=${id} class="label">${label}</label>
    ${draw({ id, described: `${id}-about`, invalid: found ? "true" : "false" })}
    ${about(view, `${id}-about`, found, hint)}
  </div>`;
}

/** Several controls that are one field together. */
export function group(view: View, editing: Editing, name: string, { label, hint }: Labels, content: TemplateResult): TemplateResult {
  return html`<div class="field" role="group" data-field=${name} aria-label=${label}><span class="label">${label}</span>${content}
    ${about(view, `${editing.section}-${name}-about`.replaceAll(/[^\w-]/g, "_"), wrongOf(editing, name), hint)}</div>`;
}

function about(view: View, id: string, found: Wrong | undefined, hint: string | undefined): TemplateResult {
  return html`<span id=${id} class="about">${found ? html`<span class="wrong" data-testid="wrong">${reason(view, found)}</span>` : nothing}${hint ? html`<span class="quiet">${hint}</span>` : nothing}</span>`;
}

export function reason(view: View, { code, reason, bound }: Wrong): string {
  return view.say("wrong", { code, reason: reason.charAt(0).toUpperCase() + reason.slice(1), bound: bound ?? 0 });
}

export interface Words extends Labels {
  readonly value: string;
  readonly most?: number;
  readonly type?: string;
  readonly list?: string;
  readonly change: (value: string) => void;
}

export function textField(view: View, editing: Editing, name: string, words: Words): TemplateResult {
  return field(view, editing, name, words, ({ id, described, invalid }) => html`<input class="input" id=${id} dir="auto"
    type=${words.type ?? "text"} maxlength=${words.most ?? 1000} list=${words.list ?? nothing} aria-describedby=${described}
    aria-invalid=${invalid} autocomplete=${words.type === "password" ? "new-password" : "off"} spellcheck="false" .value=${words.value}
    @input=${(event: Event) => words.change(text(event))} />`);
}

export function areaField(view: View, editing: Editing, name: string, words: Words): TemplateResult {
  const most = words.most ?? 2000;
  return field(view, editing, name, words, ({ id, described, invalid }) => html`<textarea class="input" id=${id} dir="auto"
    rows="3" aria-describedby=${described} aria-invalid=${invalid} .value=${words.value}
    @input=${(event: Event) => words.change(text(event))}></textarea><span class="count num quiet">${view.say("count", { n: words.value.length, most })}</span>`);
}

export interface Figure extends Labels {
  readonly value: number | null;
  readonly change: (value: number | null) => void;
}

/** A number; null where the field is empty. */
export function numberField(view: View, editing: Editing, name: string, figure: Figure): TemplateResult {
  return field(view, editing, name, figure, ({ id, described, invalid }) => html`<input class="input num" id=${id} type="number"
    step="any" aria-describedby=${described} aria-invalid=${invalid} .value=${figure.value === null ? "" : String(figure.value)}
    @input=${(event: Event) => figure.change(number(event))} />`);
}

export interface Choice extends Labels {
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly change: (value: string) => void;
}

export function selectField(view: View, editing: Editing, name: string, choice: Choice): TemplateResult {
  return field(view, editing, name, choice, ({ id, described, invalid }) => html`<select class="input" id=${id}
    aria-describedby=${described} aria-invalid=${invalid} @change=${(event: Event) => choice.change(text(event))}>
    ${choice.options.map(([value, label]) => html`<option value=${value} .selected=${value === choice.value}>${label}</option>`)}</select>`);
}

export function tickField(label: string, isOn: boolean, change: (isOn: boolean) => void, testid = "tick"): TemplateResult {
  return html`<label class="tick"><input type="checkbox" data-testid=${testid} .checked=${isOn}
    @change=${(event: Event) => change((event.target as HTMLInputElement).checked)} /><span dir="auto">${label}</span></label>`;
}

export function removeButton(label: string, remove: () => void): TemplateResult {
  return html`<button type="button" class="icon-button" data-testid="remove" title=${label} aria-label=${label} @click=${remove}>${icons.cross(16)}</button>`;
}

export function addButton(label: string, add: () => void, testid = "add"): TemplateResult {
  return html`<button type="button" class="button small add" data-testid=${testid} @click=${add}>${icons.plus(16)}${label}</button>`;
}

export function text(event: Event): string {
  return (event.target as HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement).value;
}

function number(event: Event): number | null {
  const written = text(event).trim();
  return written === "" || Number.isNaN(Number(written)) ? null : Number(written);
}
