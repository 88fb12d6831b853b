import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type Person, readyCount, silentAgents, staff } from "../board";
import type { View } from "../view";

const AWAY = ["break", "meeting", "training"] as const;

/** The agents and their states, with what a supervisor can change of them. */
export function people(view: View): TemplateResult {
  const { say, board } = view;
  const everyone = staff(board);
  const silent = silentAgents(board);
  return html`<section class="people" data-testid="agents">
    <h2>${say("agents")}<small
      class="quiet num">${say("agents.count", { ready: readyCount(everyone), all: everyone.length })}</small></h2>
    <ul>${repeat(
      everyone,
      (person) => person.username,
      (person) => row(view, person, silent.has(person.username)),
    )}</ul>
  </section>`;
}

function row(view: View, person: Person, isSilent: boolean): TemplateResult {
  const { say } = view;
  const colour = person.presence === "ready" ? "good" : person.reason === "rona" ? "bad" : "";
  return html`<li class=${person.presence} data-testid="agent" data-username=${person.username}
    data-presence=${person.presence}>
    <i></i><b dir="auto">${person.name}</b>
    <span><span class="badge ${colour}">${say("presence", { presence: person.presence })}${person.reason && person.presence === "not_ready" ? html` · ${say("reason", { reason: person.reason })}` : nothing}</span>
    ${isSilent ? html`<span class="badge bad" data-testid="silent">${say("silent")}</span>` : nothing}</span>
    <span class="num quiet">${say("contacts", { n: person.connected })}</span>
    ${change(view, person)}
  </li>`;
}

function change(view: View, person: Person): TemplateResult {
  const { say, page } = view;
  const label = say("change.of", { name: person.name });
  if (page.changing !== person.username)
    return html`<button class="button small" data-testid="change" aria-label=${label}
      @click=${() => view.turn({ changing: person.username })}>${say("change")}</button>`;
  const set = (presence: string, reason?: string): void =>
    void view
      .give("set_presence", { agent: person.username, presence, ...(reason ? { reason } : {}) })
      .then((done) => done && view.turn({ changing: null }));
  return html`<span class="changing" role="group" aria-label=${label}>
    <button class="button small" data-testid="set-ready" @click=${() => set("ready")}>${say("change.ready")}</button>
    ${AWAY.map((reason) => html`<button class="button small" data-testid="set-${reason}" @click=${() => set("not_ready", reason)}>${say("reason", { reason })}</button>`)}
    <button class="button small" data-testid="set-signed_out" @click=${() => set("signed_out")}>${say("change.signed_out")}</button>
    <button class="button small plain" @click=${() => view.turn({ changing: null })}>${say("cancel")}</button>
  </span>`;
}
