import { html, nothing, type TemplateResult } from "lit";
import type { Editing } from "../editing";
import { type Alarms, SHARES } from "../forms";
import type { View } from "../view";
import { form, group, numberField, tickField } from "./form";
import { whole } from "./words";

type Threshold = Exclude<keyof Alarms, "nobody_ready">;

/** When the supervisor's board raises an alarm about a line. */
export function alarmsRoom(view: View): TemplateResult {
  return whole(view, "alarms", (editing) => alarmsForm(view, inPercent(editing as Editing<Alarms>)));
}

function alarmsForm(view: View, editing: Editing<Alarms>): TemplateResult {
  const { say } = view;
  const { draft } = editing;
  const edit = (next: Partial<Alarms>): void => view.edit("alarms", { ...draft, ...next });
  const threshold = (name: Threshold, canBeNone = true): TemplateResult =>
    numberField(view, editing, name, {
      label: say(`alarms.${name}`),
      hint: `${say(`alarms.${name}.hint`)}${canBeNone ? ` ${say("alarms.none")}` : ""}`,
      value: draft[name],
      change: (value) => edit({ [name]: value }),
    });
  return form(
    view,
    editing,
    html`<h3>${say("alarms.now")}</h3>
    <div class="pair">${threshold("longest_wait")}${threshold("waiting")}</div>
    ${group(view, editing, "nobody_ready", { label: say("alarms.nobody_ready") }, tickField(say("alarms.nobody_ready.tick"), draft.nobody_ready, (nobody_ready) => edit({ nobody_ready }), "nobody-ready"))}
    <h3>${say("alarms.today")}</h3>
    <div class="pair">${threshold("service_level")}${threshold("promises_kept")}</div>
    ${draft.service_level === null && draft.promises_kept === null ? nothing : threshold("at_least", false)}`,
  );
}

/** What is wrong with a share is told in percent as well. */
function inPercent(editing: Editing<Alarms>): Editing<Alarms> {
  const isShare = (field: string): boolean => SHARES.some((name) => name === field);
  const wrong = editing.wrong.map((each) => (isShare(each.field) && each.bound !== null ? { ...each, bound: each.bound * 100 } : each));
  return { ...editing, wrong };
}
