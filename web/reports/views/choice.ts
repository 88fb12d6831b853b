import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import * as icons from "../../shared/icons";
import { BY, type Key, ONLY, rangeOf } from "../address";
import { onlyName } from "../labels";
import { PRESETS, type Range } from "../range";
import type { View } from "../view";

/** What to count: over which time, told apart by what, and what alone. */
export function choice(view: View): TemplateResult {
  const { say, asked, turn } = view;
  return html`<div class="chips" role="group" aria-label=${say("range")}>${PRESETS.map(
      (name) => html`<button class="chip" data-testid="range-${name}" aria-pressed=${String(asked.range === name)}
        @click=${() => turn({ range: name })}>${say(`range.${name}`)}</button>`,
    )}</div>
    ${own(view)}
    <div class="chips" role="group" aria-label=${say("by")}><span class="quiet">${say("by")}</span>${BY.map(
      (by) => html`<button class="chip" data-testid="by-${by}" aria-pressed=${String(asked.by === by)}
        @click=${() => turn({ by })}>${say(`by.${by}`)}</button>`,
    )}</div>
    ${ONLY.some((key) => asked.only[key] !== undefined) ? html`<div class="chips" data-testid="only">${ONLY.map((key) => only(view, key))}</div>` : nothing}`;
}

/** A stretch of one's own; the fields say which one is shown. */
function own(view: View): TemplateResult {
  const { say, asked, turn } = view;
  const range = rangeOf(asked);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const chosen = chosenIn(new FormData(event.target as HTMLFormElement));
    if (chosen) turn({ range: chosen });
  };
  return html`<form class="own" @submit=${submit}>
    <label><span>${say("from")}</span><input class="input num" type="datetime-local" name="from" required
      data-testid="range-from" .value=${live(local(range.from))} /></label>
    <label><span>${say("to")}</span><input class="input num" type="datetime-local" name="to" required data-testid="range-to"
      .value=${live(local(range.to))} /></label>
    <button class="button small" data-testid="range-own">${say("show")}</button>
  </form>`;
}

function chosenIn(form: FormData): Range | null {
  const [from, to] = [new Date(form.get("from") as string), new Date(form.get("to") as string)];
  return Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()) ? null : { from, to };
}

/** As the field takes an instant: in the reader's own time, without a zone. */
function local(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function only(view: View, key: Key): TemplateResult | typeof nothing {
  const { asked, turn } = view;
  const value = asked.only[key];
  if (value === undefined) return nothing;
  const name = onlyName(view, key, value);
  const without = Object.fromEntries(Object.entries(asked.only).filter(([other]) => other !== key));
  return html`<button class="chip" aria-pressed="true" data-testid="only-${key}"
    aria-label=${view.say("only.remove", { name })} @click=${() => turn({ only: without })}><bdi>${name}</bdi>${icons.cross(14)}</button>`;
}
