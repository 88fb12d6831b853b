import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as icons from "../../shared/icons";
import type { Editing } from "../editing";
import type { View } from "../view";

export interface Row {
  readonly section: string;
  readonly title: string;
  readonly about: TemplateResult | string;
  readonly form: (editing: Editing) => TemplateResult;
  readonly open: () => void;
}

/** Sections of one kind, each opened by itself; what was begun in one stays while another is looked at. */
export function rows(view: View, list: readonly Row[]): TemplateResult {
  return html`<ul class="rows">${repeat(
    list,
    (row) => row.section,
    (row) => opened(view, row),
  )}</ul>`;
}

function opened(view: View, row: Row): TemplateResult {
  const { say } = view;
  const editing = view.editing(row.section);
  const id = `row-${row.section.replaceAll(".", "-")}`;
  const press = (): void => (editing ? view.discard(row.section) : row.open());
  return html`<li class=${editing ? "open" : ""} data-testid="row" data-section=${row.section}>
    <div class="row"><h3 id=${id} dir="auto">${row.title}</h3><span class="summary quiet" dir="auto">${row.about}</span>
      <button class="button small" data-testid="open" aria-expanded=${String(editing !== undefined)}
        aria-label=${say(editing ? "close.of" : "change.of", { name: row.title })} @click=${press}>${editing ? html`${icons.cross(15)}${say("close")}` : html`${icons.pencil(15)}${say("change")}`}</button></div>
    ${editing ? html`<div class="editor" role="group" aria-labelledby=${id}>${row.form(editing)}</div>` : nothing}
  </li>`;
}
