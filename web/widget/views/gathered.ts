import { html, nothing, type TemplateResult } from "lit";
import type { Fact } from "../../shared/contact-wire";
import { counted } from "../../shared/digits";
import * as icons from "../../shared/icons";
import type { View } from "../view";

/** What will be passed to the agent, in the caller's own hands: each fact can be mended. */
export function gathered(view: View): TemplateResult | typeof nothing {
  const { say, state, panel } = view;
  if (state.phase !== "waiting" && state.phase !== "connected") return nothing;
  const known = state.gathered;
  const count = known ? known.facts.length + known.tried.length : 0;
  return html`<details class="gathered" data-testid="gathered" ?open=${panel.gatheredOpen}
    @toggle=${(event: Event) => view.turn({ gatheredOpen: (event.target as HTMLDetailsElement).open })}>
    <summary>
      ${icons.note(18)}<span>${say("gathered.title")}</span>
      ${known?.verified ? html`<span class="badge good" data-testid="verified" title=${say("gathered.verified")}>${icons.shield(15)}${say("gathered.verified.short")}</span>` : nothing}
      ${count > 0 ? html`<span class="badge num" data-testid="gathered-count" role="img" aria-label=${say("gathered.count", { n: count })}>${counted(count, view.locale)}</span>` : nothing}
      <span class="chevron">${icons.down(16)}</span>
    </summary>
    ${known && (known.topic ?? count) ? content(view) : html`<p class="quiet none">${say("gathered.none")}</p>`}
  </details>`;
}

function content(view: View): TemplateResult {
  const { say, state } = view;
  const known = state.gathered;
  return html`<dl>
    ${known?.topic ? html`<div class="topic"><dt class="unseen">${say("gathered.topic")}</dt><dd><span dir="auto">${known.topic_label ?? known.topic}</span></dd></div>` : nothing}
    ${known?.facts.map((fact) => (view.panel.editing === fact.id ? editing(view, fact) : reading(view, fact)))}
    ${known?.tried.map(
      (tried) =>
        html`<div data-testid="tried"><dt><bdi>${tried.label}</bdi></dt><dd>${say("tried", { outcome: tried.outcome })}</dd></div>`,
    )}
  </dl>`;
}

function reading(view: View, fact: Fact): TemplateResult {
  const label = view.say("gathered.edit", { label: fact.label });
  return html`<div data-testid="fact" data-fact=${fact.id}>
    <dt><bdi>${fact.label}</bdi></dt>
    <dd><span dir="auto">${fact.value}</span>
      <button class="icon-button" data-testid="correct" title=${label} aria-label=${label}
        @click=${() => view.turn({ editing: fact.id })}>${icons.pencil(16)}</button></dd>
  </div>`;
}

function editing(view: View, fact: Fact): TemplateResult {
  const { say, caller } = view;
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    const value = new FormData(event.target as HTMLFormElement).get("value");
    const mended = typeof value === "string" ? value.trim() : "";
    if (mended === "" || mended === fact.value || caller.correct(fact.id, mended)) view.turn({ editing: null });
  };
  return html`<div class="editing"><dt class="unseen">${fact.label}</dt><dd><form class="fact-form" @submit=${save}
    @keydown=${(event: KeyboardEvent) => cancelOnEscape(event, view)}>
    <label><span>${fact.label}</span>
      <input class="input" name="value" data-testid="correct-value" maxlength="200" dir="auto" autocomplete="off"
        .value=${fact.value} autofocus />
    </label>
    <button class="button small primary" data-testid="correct-save">${say("gathered.save")}</button>
    <button class="button small plain" type="button"
      @click=${() => view.turn({ editing: null })}>${say("gathered.cancel")}</button>
  </form></dd></div>`;
}

function cancelOnEscape(event: KeyboardEvent, view: View): void {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  view.turn({ editing: null });
}
