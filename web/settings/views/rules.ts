import { html, nothing, type TemplateResult } from "lit";
import type { Editing } from "../editing";
import { type HeadStarts, type Names, NEW_QUEUE, type QueueRules, replaced, type Seconds } from "../forms";
import { queueName, type SaySettings, sectionsOf, type View } from "../view";
import type { SettingsWords } from "../words/en";
import { addButton, form, numberField, removeButton, selectField, text, textField, tickField } from "./form";
import { rows } from "./rows";
import { whole } from "./words";

const NEW_ID = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** The rules of each queue, and new ones. */
export function queuesRoom(view: View): TemplateResult {
  const { say } = view;
  const known = sectionsOf(view, "queues");
  const list = known.map((each) => ({
    section: each.section,
    title: queueName(view, each.name ?? ""),
    about: say("queues.about", { id: each.name ?? "", numbers: (each.value as QueueRules).dnis.join(", ") }),
    form: (editing: Editing) => queueForm(view, editing as Editing<QueueRules>),
    open: () => view.open(each.section, each.value, each.version),
  }));
  const isNew = (section: string): boolean => !known.some((each) => each.section === section);
  const begun = view.asking?.startsWith("queues.") && isNew(view.asking) ? view.asking : null;
  const editing = begun ? view.editing(begun) : undefined;
  return html`${rows(view, list)}
    ${editing ? html`<section class="card" aria-label=${say("queues.new")} data-testid="new-queue"><h3>${say("queues.new.named", { id: editing.section.slice("queues.".length) })}</h3>${queueForm(view, editing as Editing<QueueRules>)}</section>` : view.may("queues") ? newQueue(view) : nothing}`;
}

function newQueue(view: View): TemplateResult {
  const { say } = view;
  const begin = (event: Event): void => {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).elements.namedItem("id") as HTMLInputElement;
    const id = input.value.trim().toLowerCase();
    const isTaken = view.settings.queues.some((queue) => queue.id === id);
    input.setCustomValidity(isTaken ? say("queues.new.taken") : NEW_ID.test(id) ? "" : say("queues.new.hint"));
    if (!input.reportValidity()) return;
    view.open(`queues.${id}`, NEW_QUEUE, 0);
    view.ask(`queues.${id}`);
  };
  return html`<form class="begin" @submit=${begin} novalidate><label class="field"><span>${say("queues.new.id")}</span>
    <input class="input" name="id" maxlength="40" autocomplete="off" spellcheck="false" data-testid="new-queue-id" @input=${(event: Event) => (event.target as HTMLInputElement).setCustomValidity("")} /></label>
    <button class="button" data-testid="add-queue">${say("queues.new")}</button></form>
    <p class="quiet about">${say("queues.new.note")}</p>`;
}

function queueForm(view: View, editing: Editing<QueueRules>): TemplateResult {
  const { say } = view;
  const { draft, section } = editing;
  const edit = (next: Partial<QueueRules>): void => view.edit(section, { ...draft, ...next });
  const figure = (name: "expected_handle_seconds" | "target_seconds"): TemplateResult =>
    numberField(view, editing, name, { label: say(`queues.${name}`), hint: say(`queues.${name}.hint`), value: draft[name], change: (value) => edit({ [name]: value }) });
  return form(
    view,
    editing,
    html`${textField(view, editing, "name", { label: say("queues.name"), value: draft.name, most: 80, change: (name) => edit({ name }) })}
    ${textField(view, editing, "dnis", { label: say("queues.dnis"), hint: say("queues.dnis.hint"), value: draft.dnis.join(", "), change: (value) => edit({ dnis: numbers(value) }) })}
    <div class="pair">${figure("expected_handle_seconds")}${figure("target_seconds")}</div>
    <div class="pair">${numberField(view, editing, "limit", { label: say("queues.limit"), hint: say("queues.limit.hint"), value: draft.limit, change: (limit) => edit({ limit }) })}
    ${overflow(view, editing, edit)}</div>
    ${tickField(say("queues.prefers_proficiency"), draft.prefers_proficiency, (prefers_proficiency) => edit({ prefers_proficiency }))}`,
  );
}

function overflow(view: View, editing: Editing<QueueRules>, edit: (next: Partial<QueueRules>) => void): TemplateResult {
  const { say, settings } = view;
  const { draft, section } = editing;
  const others = settings.queues.filter(({ id }) => `queues.${id}` !== section);
  const after = draft.overflow?.after_seconds ?? 300;
  return html`<div class="overflow">${selectField(view, editing, "overflow", {
    label: say("queues.overflow"),
    value: draft.overflow?.to ?? "",
    options: [["", say("queues.overflow.none")], ...others.map(({ id, name }) => [id, name] as const)],
    change: (to) => edit({ overflow: to ? { to, after_seconds: after } : null }),
  })}
  ${draft.overflow ? numberField(view, editing, "overflow.after_seconds", { label: say("queues.overflow.after"), value: draft.overflow.after_seconds, change: (value) => edit({ overflow: { to: draft.overflow?.to ?? "", after_seconds: value ?? 0 } }) }) : nothing}</div>`;
}

function numbers(written: string): readonly string[] {
  return written.split(/[,;\n]/).map((each) => each.replaceAll(/[\s().-]/g, "")).filter((each) => each !== "");
}

/** Who begins further ahead. */
export function headStartsRoom(view: View): TemplateResult {
  return whole(view, "head_starts", (editing) => headStartsForm(view, editing as Editing<HeadStarts>));
}

function headStartsForm(view: View, editing: Editing<HeadStarts>): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const edit = (next: Partial<HeadStarts>): void => view.edit("head_starts", { ...draft, ...next });
  const figure = (name: "cap_seconds" | "dropped_call_seconds"): TemplateResult =>
    numberField(view, editing, name, { label: say(`head-starts.${name}`), hint: say(`head-starts.${name}.hint`), value: draft[name], change: (value) => edit({ [name]: value ?? 0 }) });
  return form(
    view,
    editing,
    html`<div class="pair">${figure("cap_seconds")}${figure("dropped_call_seconds")}</div>
    ${starts(view, editing, "topics", draft.topics, (topics) => edit({ topics }))}
    ${starts(view, editing, "customers", draft.customers, (customers) => edit({ customers }))}`,
  );
}

function starts(view: View, editing: Editing, kind: "topics" | "customers", list: Seconds, edit: (list: Seconds) => void): TemplateResult {
  const { say, settings } = view;
  const options = settings.topics.map(({ id, label }) => [id, label] as const);
  return html`<div class="field" role="group" aria-label=${say(`head-starts.${kind}`)}><span class="label">${say(`head-starts.${kind}`)}</span>
    <ul class="starts">${list.map(([name, seconds], n) => html`<li>
      ${kind === "topics" ? selectField(view, editing, `topic-${n}`, { label: say("head-starts.topic"), value: name, options, change: (next) => edit(replaced(list, n, [next, seconds])) }) : textField(view, editing, `customer-${n}`, { label: say("head-starts.mark"), value: name, most: 40, change: (next) => edit(replaced(list, n, [next, seconds])) })}
      ${numberField(view, editing, `${kind}.${name}`, { label: say("seconds"), value: seconds, change: (next) => edit(replaced(list, n, [name, next ?? 0])) })}
      ${removeButton(say("head-starts.remove", { name }), () => edit(replaced(list, n)))}</li>`)}</ul>
    ${addButton(say(`head-starts.${kind}.add`), () => edit([...list, [kind === "topics" ? (options[0]?.[0] ?? "") : "", 300]]), `add-${kind}`)}</div>`;
}

/** How long things may take. */
export function timingRoom(view: View): TemplateResult {
  return whole(view, "timing", (editing) => {
    const draft = editing.draft as Readonly<Record<string, number>>;
    const fields = Object.entries(draft).map(([name, value]) =>
      numberField(view, editing, name, { ...timingWords(view.say, name), value, change: (next) => view.edit("timing", { ...draft, [name]: next }) }),
    );
    return form(view, editing, html`<div class="grid">${fields}</div>`);
  });
}

function timingWords(say: SaySettings, name: string): { label: string } {
  const key = `timing.${name}` as keyof SettingsWords;
  const label = say(key);
  return { label: label === key ? name : label };
}

/** What the organisation is called, whom to ring in danger, and how contacts may end; and what only the file can say. */
export function namesRoom(view: View): TemplateResult {
  const { say, settings } = view;
  return html`${whole(view, "names", (editing) => namesForm(view, editing as Editing<Names>))}
    <details class="start" data-testid="at-the-start"><summary>${say("start")}</summary>
    <ul>${settings.at_the_start.map(({ name }) => html`<li>${say("start.why", { name })}</li>`)}</ul></details>`;
}

function namesForm(view: View, editing: Editing<Names>): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const edit = (next: Partial<Names>): void => view.edit("names", { ...draft, ...next });
  const ends = (dispositions: readonly string[]): void => edit({ dispositions });
  return form(
    view,
    editing,
    html`${textField(view, editing, "brand", { label: say("names.brand"), hint: say("names.brand.hint"), value: draft.brand, most: 80, change: (brand) => edit({ brand }) })}
    ${textField(view, editing, "emergency_number", { label: say("names.emergency"), hint: say("names.emergency.hint"), value: draft.emergency_number ?? "", most: 20, change: (number) => edit({ emergency_number: number || null }) })}
    <div class="field" role="group" aria-label=${say("names.dispositions")}><span class="label">${say("names.dispositions")}</span>
    <ul class="dates">${draft.dispositions.map((each, n) => html`<li><input class="input" dir="auto" maxlength="40" aria-label=${say("names.disposition", { n: n + 1 })} .value=${each}
      @input=${(event: Event) => ends(replaced(draft.dispositions, n, text(event)))} />${removeButton(say("names.remove", { name: each }), () => ends(replaced(draft.dispositions, n)))}</li>`)}</ul>
    ${addButton(say("names.add"), () => ends([...draft.dispositions, ""]))}</div>`,
  );
}
