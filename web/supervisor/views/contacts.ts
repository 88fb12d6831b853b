import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { counted } from "../../shared/digits";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import { contactHash } from "../../reports/address";
import type { Served } from "../board";
import { queueName, type View } from "../view";

const MODES = ["listen", "coach", "join"] as const;

/** Contacts that are being served, and the ways to stand beside their agents. */
export function served(view: View): TemplateResult {
  const { say, board } = view;
  const contacts = board.contacts ?? [];
  return html`<section class="table" data-testid="served" aria-labelledby="in-progress">
    <h2 id="in-progress">${say("in-progress")}<small class="quiet num">${counted(contacts.length, view.locale)}</small></h2>
    ${
      contacts.length === 0
        ? html`<p class="quiet none">${say("in-progress.none")}</p>`
        : html`<div class="scroll" tabindex="0" role="group" aria-labelledby="in-progress"><table>
      <thead><tr><th scope="col">${say("who")}</th><th scope="col">${say("line")}</th><th scope="col">${say("topic")}</th><th scope="col">${say("since")}</th><th scope="col"><span class="unseen">${say("actions")}</span></th></tr></thead>
      <tbody>${repeat(
        contacts,
        (contact) => contact.contact_id,
        (contact) => row(view, contact),
      )}</tbody></table></div>`
    }
  </section>`;
}

function row(view: View, contact: Served): TemplateResult {
  const { say, board, now, locale } = view;
  const agent = board.agents.find((person) => person.username === contact.agent);
  const seconds = contact.connected_at ? (now - Date.parse(contact.connected_at)) / 1000 : 0;
  return html`<tr data-testid="served-contact" data-contact=${contact.contact_id}>
    <th scope="row"><span class="with">${contact.channel === "voice" ? icons.phone(17) : icons.chat(17)}<span class="unseen">${say("channel", { channel: contact.channel })}</span><a href=${contactHash(contact.contact_id)}><bdi>${agent?.name ?? contact.agent}</bdi></a>
      ${contact.silent ? html`<span class="badge bad">${say("silent")}</span>` : nothing}</span></th>
    <td><bdi>${queueName(view, contact.queue)}</bdi></td>
    <td>${contact.topic_label ? html`<bdi>${contact.topic_label}</bdi>` : html`<span class="quiet">${say("topic.none")}</span>`}</td>
    <td class="num">${running(seconds, locale)}</td>
    <td>${beside(view, contact)}</td>
  </tr>`;
}

function beside(view: View, contact: Served): TemplateResult {
  const { say, desk } = view;
  const mode = desk.beside.get(contact.contact_id);
  const give = (type: string): void => void view.give(type, { contact_id: contact.contact_id });
  return html`<span class="buttons">${MODES.map(
    (name) => html`<button class="button small" data-testid=${name} aria-pressed=${String(mode === name)}
      ?disabled=${!desk.isLive} @click=${() => give(name)}>${say(name)}</button>`,
  )}${mode === undefined ? nothing : html`<button class="button small danger" data-testid="leave" @click=${() => give("leave")}>${say("leave")}</button>`}</span>`;
}
