import { html, nothing, type TemplateResult } from "lit";
import { type Editing, wrongOf } from "../editing";
import { doubled, type Notice, type Page, type Pairs, replaced } from "../forms";
import { asLocal, fromLocal } from "../hours";
import { sectionsOf, serviceName, type View } from "../view";
import { addButton, areaField, form, removeButton, textField, tickField } from "./form";
import { rows } from "./rows";

/** The names in a text, as they are written there. */
const NAMES = { customer: "{customer}", agent: "{agent}" };
const NO_NOTICE: Notice = { says: "", queues: [], begin: null, end: null };

/** What everybody is told first who comes. */
export function noticesRoom(view: View): TemplateResult {
  return whole(view, "notices", (editing) => noticesForm(view, editing as Editing<readonly Notice[]>));
}

function noticesForm(view: View, editing: Editing<readonly Notice[]>): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const edit = (list: readonly Notice[]): void => view.edit("notices", list);
  return form(
    view,
    editing,
    html`${draft.length === 0 ? html`<p class="quiet none" data-testid="none">${say("notices.none")}</p>` : nothing}
    <ol class="cards">${draft.map((notice, n) => html`<li class="card" data-testid="notice">${noticeFields(view, editing, notice, n, (next) => edit(replaced(draft, n, next)))}</li>`)}</ol>
    ${addButton(say("notices.add"), () => edit([...draft, NO_NOTICE]), "add-notice")}`,
  );
}

function noticeFields(view: View, editing: Editing, notice: Notice, n: number, edit: (notice?: Notice) => void): TemplateResult {
  const { say, settings } = view;
  const at = (which: "begin" | "end"): TemplateResult =>
    textField(view, editing, `${n}.${which}`, {
      label: say(`notices.${which}`),
      type: "datetime-local",
      value: asLocal(notice[which]),
      change: (value) => edit({ ...notice, [which]: fromLocal(value) }),
    });
  const turn = (id: string, isOn: boolean): void =>
    edit({ ...notice, queues: isOn ? [...notice.queues, id] : notice.queues.filter((each) => each !== id) });
  return html`${areaField(view, editing, `${n}.says`, { label: say("notices.says"), value: notice.says, most: 600, change: (says) => edit({ ...notice, says }) })}
    <div class="field" role="group" aria-label=${say("notices.queues")}><span class="label">${say("notices.queues")}</span>
      <span class="ticks">${settings.queues.map(({ id, name }) => tickField(name, notice.queues.includes(id), (isOn) => turn(id, isOn), `queue-${id}`))}</span>
      <span class="quiet about">${say(notice.queues.length === 0 ? "notices.queues.all" : "notices.queues.some")}</span></div>
    <div class="pair">${at("begin")}${at("end")}</div>
    ${removeButton(say("notices.remove", { n: n + 1 }), () => edit())}`;
}

/** What agents type behind a slash. */
export function textsRoom(view: View): TemplateResult {
  return whole(view, "canned_texts", (editing) => textsForm(view, editing as Editing<Pairs>));
}

function textsForm(view: View, editing: Editing<Pairs>): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const edit = (list: Pairs): void => view.edit("canned_texts", list);
  const twice = doubled(draft);
  return form(
    view,
    editing,
    html`${draft.length === 0 ? html`<p class="quiet none">${say("texts.none")}</p>` : nothing}
    <p class="quiet about">${say("texts.name.hint", NAMES)}</p>
    ${twice === null ? nothing : html`<p class="notice bad" role="alert">${say("texts.twice", { name: twice })}</p>`}
    <ol class="cards">${draft.map(([name, words], n) => html`<li class="card text" data-testid="canned-text">
      ${textField(view, editing, wrongOf(editing, name)?.code === "string_pattern_mismatch" ? name : `name-${n}`, { label: say("texts.name"), value: name, most: 40, change: (next) => edit(replaced(draft, n, [next, words])) })}
      ${areaField(view, editing, name || `text-${n}`, { label: say("texts.text"), hint: filled(view, words), value: words, change: (next) => edit(replaced(draft, n, [name, next])) })}
      ${removeButton(say("texts.remove", { name: name || String(n + 1) }), () => edit(replaced(draft, n)))}</li>`)}</ol>
    ${addButton(say("texts.add"), () => edit([...draft, ["", ""]]), "add-text")}`,
  );
}

/** The text as an agent would send it, where it holds a name. */
function filled(view: View, words: string): string | undefined {
  if (!/\{(customer|agent)\}/.test(words)) return undefined;
  const sent = words.replaceAll("{customer}", view.say("texts.customer")).replaceAll("{agent}", view.say("texts.agent"));
  return view.say("texts.sent", { text: sent });
}

/** What the assistant reads out of a page. */
export function knowledgeRoom(view: View): TemplateResult {
  const { say } = view;
  const pages = sectionsOf(view, "knowledge");
  if (pages.length === 0) return html`<p class="quiet none">${say("knowledge.none")}</p>`;
  return rows(
    view,
    pages.map((each) => ({
      section: each.section,
      title: serviceName(view, each.name ?? ""),
      about: (each.value as Page).says,
      form: (editing) => pageForm(view, editing as Editing<Page>),
      open: () => view.open(each.section, each.value, each.version),
    })),
  );
}

function pageForm(view: View, editing: Editing<Page>): TemplateResult {
  const { say } = view;
  const { draft, section } = editing;
  return form(
    view,
    editing,
    html`${textField(view, editing, "title", { label: say("knowledge.title"), hint: say("knowledge.title.hint"), value: draft.title, most: 100, change: (title) => view.edit(section, { ...draft, title }) })}
    ${areaField(view, editing, "says", { label: say("knowledge.says"), hint: say("knowledge.says.hint"), value: draft.says, most: 400, change: (says) => view.edit(section, { ...draft, says }) })}`,
  );
}

/** A room of one section, whose form is always open. */
export function whole(view: View, section: string, draw: (editing: Editing) => TemplateResult): TemplateResult {
  const editing = view.editing(section);
  return editing ? draw(editing) : html``;
}
