import { html, nothing, type TemplateResult } from "lit";
import * as icons from "../../shared/icons";
import type { Editing } from "../editing";
import type { Somebody } from "../forms";
import { queueName, type View } from "../view";
import type { Person } from "../wire";
import { form, group, selectField, text, textField, tickField } from "./form";
import { rows } from "./rows";

const ROLES = ["agent", "supervisor", "admin"] as const;
const LEVELS = [1, 2, 3, 4, 5] as const;
const USUAL = 3;
/** The section under which somebody new is written down. */
export const NEWCOMER = "people.";

/** Who works here, what they serve and how well. */
export function peopleRoom(view: View): TemplateResult {
  const { say, people, role } = view;
  if (people === null) return html`<p class="quiet none" aria-busy="true">${say("loading")}</p>`;
  const newcomer = view.editing(NEWCOMER);
  const begin = (): void => view.open(NEWCOMER, blank(view), 0);
  return html`${rows(
    view,
    people.map((person) => ({
      section: `people.${person.username}`,
      title: person.name,
      about: about(view, person),
      form: (editing) => personForm(view, editing as Editing<Somebody>, person),
      open: () => view.open(`people.${person.username}`, opened(person), person.version),
    })),
  )}
  ${newcomer ? html`<section class="card" aria-label=${say("people.new")} data-testid="new-person"><h3>${say("people.new")}</h3>${personForm(view, newcomer as Editing<Somebody>, null)}</section>` : nothing}
  ${role === "admin" && !newcomer ? html`<button class="button" data-testid="add-person" @click=${begin}>${icons.plus(16)}${say("people.new")}</button>` : nothing}`;
}

function opened(person: Person): Somebody {
  const { username, name, role, queues, languages, phone, proficiency, has_access, has_softphone } = person;
  return { username, password: "", name, role, queues, languages, phone, proficiency, has_access, has_softphone };
}

function blank({ settings }: View): Somebody {
  const { queues, languages } = settings;
  return {
    ...{ username: "", password: "", name: "", role: "agent", phone: null, proficiency: {} },
    ...{ has_access: true, has_softphone: true },
    ...{ queues: queues.map(({ id }) => id), languages },
  };
}

function about(view: View, person: Person): TemplateResult {
  const { say } = view;
  const served = person.queues.map((id) => queueName(view, id)).join(", ");
  return html`<bdi class="num">${person.username}</bdi> <span class="badge ${person.role === "agent" ? "" : "brass"}">${say("role", { role: person.role })}</span>
    ${person.has_access ? html`<bdi>${served || say("people.serves.none")}</bdi>` : html`<span class="badge bad" data-testid="no-access">${say("people.no-access")}</span>`}`;
}

function personForm(view: View, editing: Editing<Somebody>, person: Person | null): TemplateResult {
  const { say, role } = view;
  const { draft, section } = editing;
  const edit = (next: Partial<Somebody>): void => view.edit(section, { ...draft, ...next });
  const isAdmin = role === "admin";
  return form(
    view,
    editing,
    html`${person ? nothing : credentials(view, editing, edit)}
    <fieldset ?disabled=${!isAdmin} class="pair">
      ${textField(view, editing, "name", { label: say("people.name"), hint: say("people.name.hint"), value: draft.name, most: 80, change: (name) => edit({ name }) })}
      ${selectField(view, editing, "role", { label: say("people.role"), value: draft.role, options: ROLES.map((each) => [each, say("role", { role: each })]), change: (next) => edit({ role: next }) })}
      ${textField(view, editing, "phone", { label: say("people.phone"), hint: say("people.phone.hint"), value: draft.phone ?? "", most: 80, change: (phone) => edit({ phone: phone || null }) })}
      <span>${tickField(say("people.softphone"), draft.has_softphone, (has_softphone) => edit({ has_softphone }), "softphone")}</span>
    </fieldset>
    ${skills(view, editing, edit)}
    ${group(view, editing, "languages", { label: say("people.languages") }, html`<span class="ticks">${view.settings.languages.map((tag) => tickField(languageName(tag, view.locale), draft.languages.includes(tag), (isOn) => edit({ languages: turned(draft.languages, tag, isOn) })))}</span>`)}
    ${isAdmin && person ? access(view, editing, person, edit) : nothing}`,
  );
}

function credentials(view: View, editing: Editing<Somebody>, edit: (next: Partial<Somebody>) => void): TemplateResult {
  const { say } = view;
  const { username, password } = editing.draft;
  return html`<div class="pair">${textField(view, editing, "username", { label: say("people.username"), hint: say("people.username.hint"), value: username, most: 40, change: (next) => edit({ username: next }) })}
    ${textField(view, editing, "password", { label: say("people.password"), hint: say("people.password.hint"), type: "password", value: password, change: (next) => edit({ password: next }) })}</div>`;
}

/** Which queues somebody serves, and how well: it counts where a queue prefers it. */
function skills(view: View, editing: Editing<Somebody>, edit: (next: Partial<Somebody>) => void): TemplateResult {
  const { say, settings } = view;
  const { queues, proficiency } = editing.draft;
  const level = (id: string): string => String(proficiency[id] ?? USUAL);
  const without = (id: string): Record<string, number> => Object.fromEntries(Object.entries(proficiency).filter(([name]) => name !== id));
  return group(view, editing, "queues", { label: say("people.queues"), hint: say("people.queues.hint") }, html`<ul class="skills">${settings.queues.map((queue) => {
    const isServed = queues.includes(queue.id);
    return html`<li>${tickField(queue.name, isServed, (isOn) => edit({ queues: turned(queues, queue.id, isOn), proficiency: isOn ? proficiency : without(queue.id) }), `serves-${queue.id}`)}
      ${isServed ? html`<select class="input" data-testid="level-${queue.id}" aria-label=${say("people.level", { queue: queue.name })}
        @change=${(event: Event) => edit({ proficiency: { ...without(queue.id), [queue.id]: Number(text(event)) } })}>
        ${LEVELS.map((each) => html`<option value=${each} .selected=${String(each) === level(queue.id)}>${say("level", { level: each })}</option>`)}</select>` : nothing}</li>`;
  })}</ul>`);
}

function access(view: View, editing: Editing<Somebody>, person: Person, edit: (next: Partial<Somebody>) => void): TemplateResult {
  const { say, me } = view;
  const { draft } = editing;
  if (person.username === me) return html`<p class="quiet about">${say("people.own")}</p>`;
  return html`<div class="access">
    <p>${tickField(say("people.access"), draft.has_access, (has_access) => edit({ has_access }), "access")}
    <span class="quiet about">${say(draft.has_access ? "people.access.on" : "people.access.off")}</span></p>
    ${password(view, person)}</div>`;
}

function password(view: View, person: Person): TemplateResult {
  const { say } = view;
  const what = `password.${person.username}`;
  if (view.asking !== what)
    return html`<button type="button" class="button small" data-testid="new-password" @click=${() => view.ask(what)}>${icons.lock(15)}${say("people.password.new")}</button>`;
  const set = async (event: Event): Promise<void> => {
    const input = (event.target as HTMLElement).closest(".set")?.querySelector("input");
    if (!input) return;
    input.setCustomValidity(input.value.length < 8 ? say("people.password.hint") : "");
    if (input.reportValidity() && (await view.password(person.username, input.value))) view.ask(null);
  };
  return html`<span class="set"><label class="field"><span>${say("people.password.for", { name: person.name })}</span>
    <input class="input" type="password" autocomplete="new-password" maxlength="1000" data-testid="password-input" @input=${(event: Event) => (event.target as HTMLInputElement).setCustomValidity("")} /></label>
    <span class="buttons"><button type="button" class="button small primary" data-testid="set-password" @click=${(event: Event) => void set(event)}>${say("people.password.set")}</button>
    <button type="button" class="button small plain" @click=${() => view.ask(null)}>${say("discard")}</button></span>
    <span class="quiet about">${say("people.password.note")}</span></span>`;
}

function turned(list: readonly string[], each: string, isOn: boolean): readonly string[] {
  return isOn ? [...list, each] : list.filter((one) => one !== each);
}

function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
