import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { counted } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import { contactHash } from "../../reports/address";
import type { Waiting } from "../board";
import { queueName, type View } from "../view";

/** The places in line, in the order in which they are served, and the way to another line. */
export function waiting(view: View): TemplateResult {
  const { say, board } = view;
  const places = board.waiting ?? [];
  return html`<section class="table" data-testid="places" aria-labelledby="in-line">
    <h2 id="in-line">${say("in-line")}<small class="quiet num">${counted(places.length, view.locale)}</small></h2>
    ${
      places.length === 0
        ? html`<p class="quiet none">${say("in-line.none")}</p>`
        : html`<div class="scroll" tabindex="0" role="group" aria-labelledby="in-line"><table>
      <thead><tr><th scope="col">${say("position")}</th><th scope="col">${say("line")}</th><th scope="col">${say("topic")}</th><th scope="col">${say("state")}</th><th scope="col">${say("waited")}</th><th scope="col"><span class="unseen">${say("actions")}</span></th></tr></thead>
      <tbody>${repeat(
        places,
        (place) => place.contact_id,
        (place) => row(view, place),
      )}</tbody></table></div>`
    }
  </section>`;
}

function row(view: View, place: Waiting): TemplateResult {
  const { say, board, now, page, locale } = view;
  const agent = board.agents.find((person) => person.username === place.agent)?.name ?? place.agent ?? "";
  const isMoving = page.moving === place.contact_id;
  const isLeaving = page.takingOut === place.contact_id;
  const named = { n: place.position, line: queueName(view, place.queue) };
  return html`<tr data-testid="waiting-place" data-contact=${place.contact_id}>
    <th scope="row" class="num"><span class="with">${place.channel === "voice" ? icons.phone(17) : icons.chat(17)}<span class="unseen">${say("channel", { channel: place.channel })}</span><a href=${contactHash(place.contact_id)}>${counted(place.position, locale)}</a></span></th>
    <td><bdi>${queueName(view, place.queue)}</bdi></td>
    <td>${place.topic_label ? html`<bdi>${place.topic_label}</bdi>` : html`<span class="quiet">${say("topic.none")}</span>`}
      ${place.verified ? html`<span class="badge good" title=${say("verified")}>${icons.shield(13)}<span class="unseen">${say("verified")}</span></span>` : nothing}</td>
    <td>${place.state === "offered" ? say("state.offered", { name: agent }) : say("reach", { reach: place.reach })}</td>
    <td class="num">${running((now - Date.parse(place.entered_at)) / 1000, locale)}</td>
    <td>${isMoving || isLeaving ? nothing : html`<span class="buttons">${place.state === "waiting" ? html`<button class="button small" data-testid="move" aria-label=${say("move.of", named)}
      @click=${() => view.turn({ moving: place.contact_id, takingOut: null })}>${say("move")}</button>` : nothing}<button class="button small" data-testid="take-out" aria-label=${say("take-out.of", named)}
      @click=${() => view.turn({ takingOut: place.contact_id, moving: null })}>${say("take-out")}</button></span>`}</td>
  </tr>
  ${isMoving ? html`<tr class="moving"><td colspan="6">${form(view, place)}</td></tr>` : nothing}
  ${isLeaving ? html`<tr class="moving"><td colspan="6">${takeOut(view, place)}</td></tr>` : nothing}`;
}

function form(view: View, place: Waiting): TemplateResult {
  const { say, board } = view;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const queue = fields.get("queue") as string;
    void view
      .give("move_contact", { contact_id: place.contact_id, queue, reason: fields.get("reason") })
      .then((done) => done && view.turn({ moving: null, told: say("moved", { line: queueName(view, queue) }) }));
  };
  return html`<form @submit=${submit} data-testid="move-form">
    <label><span>${say("move.to")}</span><select class="input" name="queue" data-testid="move-to">${board.queues
      .filter((queue) => queue.id !== place.queue)
      .map((queue) => html`<option value=${queue.id}>${queue.name}</option>`)}</select></label>
    <label class="reason"><span>${say("move.reason")}</span><input class="input" name="reason" required maxlength="4000"
      data-testid="move-reason" /></label>
    <button class="button small primary" data-testid="move-yes">${say("move.yes")}</button>
    <button class="button small plain" type="button" @click=${() => view.turn({ moving: null })}>${say("cancel")}</button>
  </form>`;
}

function takeOut(view: View, place: Waiting): TemplateResult {
  const { say } = view;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const reason = new FormData(event.target as HTMLFormElement).get("reason");
    void view
      .give("take_out", { contact_id: place.contact_id, reason })
      .then((done) => done && view.turn({ takingOut: null, told: say("taken-out") }));
  };
  return html`<form @submit=${submit} data-testid="take-out-form">
    <label class="reason"><span>${say("take-out.reason")}</span><input class="input" name="reason" required maxlength="4000" data-testid="take-out-reason" /></label>
    <button class="button small danger" data-testid="take-out-yes">${say("take-out.yes")}</button>
    <button class="button small plain" type="button" @click=${() => view.turn({ takingOut: null })}>${say("cancel")}</button>
    <p class="quiet">${say("take-out.note")}</p>
  </form>`;
}
