import { html, nothing, type TemplateResult } from "lit";
import { ending } from "../../shared/disposition";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import { contactHash } from "../address";
import { told } from "../story";
import { type Briefed, mayBeErased, type Story } from "../wire";
import { recordings, type RecordingsView } from "./recordings";

export interface StoryView extends RecordingsView {
  /** The lines' names. */
  readonly queues: ReadonlyMap<string, string>;
  readonly isAdmin: boolean;
  /** Asks whether what was said is to be erased. */
  readonly askToErase: () => void;
}

/** One contact: what was known, what happened and what was said. */
export function story(view: StoryView, { contact, story: steps }: Story): TemplateResult {
  const { say, locale, queues } = view;
  return html`<h2 tabindex="-1" data-testid="headline"><bdi>${contact.headline || say("story.of")}</bdi></h2>
    ${contact.erased_at ? html`<p class="notice erased" tabindex="-1" data-testid="erased">${icons.erase(18)}<span>${say("story.erased", { time: dayAndTime(contact.erased_at, locale) })}</span></p>` : nothing}
    <div class="columns">
      <div>${known(view, contact)}${notes(view, contact)}${before(view, contact)}</div>
      <div><h3>${say("story.what")}</h3>
        <ol class="steps" data-testid="story">${steps.map((step) => {
          const words = told(say, locale, queues, step);
          return words === null ? nothing : html`<li data-type=${step.type}>${timeOf(view, step.at)}<span>${words}</span></li>`;
        })}</ol></div>
      <div>${said(view, contact)}${contact.erased_at ? nothing : recordings(view)}</div>
    </div>
    ${mayBeErased(contact, view.isAdmin) ? html`<p class="end"><button class="button small erase" data-testid="erase" @click=${view.askToErase}>${icons.erase(16)}${say("erase")}</button></p>` : nothing}`;
}

function timeOf({ locale }: StoryView, at: string): TemplateResult {
  const written = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", second: "2-digit" });
  return html`<time class="num quiet" datetime=${at}>${written.format(new Date(at))}</time>`;
}

const dayAndTime = (at: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

function known({ say, locale, queues }: StoryView, contact: Briefed): TemplateResult {
  const { customer, verification, consent } = contact;
  const nobody = contact.erased_at ? say("customer.erased") : say("customer.unproved");
  const rows: readonly (readonly [string, unknown])[] = [
    [say("col.entered"), dayAndTime(contact.entered_at, locale)],
    [say("line"), queues.get(contact.queue) ?? contact.queue],
    [say("by.channel"), say("channel", { channel: contact.channel })],
    [say("language"), new Intl.DisplayNames(locale, { type: "language" }).of(contact.language) ?? contact.language],
    [say("customer"), customer ? `${customer.name} · ${customer.number}` : nobody],
    ...(verification.method ? [[say("verification_rate"), say("verified.by", { ...verification, method: verification.method })] as const] : []),
    [say("topic"), contact.topic_label ?? say("topic.none")],
    ...contact.facts.map((fact) => [fact.label, fact.value] as const),
    [say("col.waited"), running(contact.waited_seconds, locale)],
    [say("col.outcome"), say("outcome", { outcome: contact.outcome ?? contact.state })],
    ...(contact.disposition ? [[say("disposition"), say("disposition.is", ending(contact.disposition))] as const] : []),
    [say("consent"), say("consent.is", { consent: String(consent) })],
  ];
  return html`<h3>${say("story.known")}</h3><dl data-testid="known">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
    ${contact.tried.length === 0 ? nothing : html`<ul class="tried">${contact.tried.map((each) => html`<li>${say("tried.outcome", each)}</li>`)}</ul>`}`;
}

function notes(view: StoryView, contact: Briefed): TemplateResult | typeof nothing {
  if (contact.notes.length === 0) return nothing;
  return html`<h3>${view.say("story.notes")}</h3><ul class="notes" data-testid="notes">${contact.notes.map(
    (note) => html`<li><b><bdi>${note.agent_name ?? ""}</bdi></b> ${timeOf(view, note.at)}<p dir="auto">${note.text}</p></li>`,
  )}</ul>`;
}

function before({ say, locale }: StoryView, { history: earlier }: Briefed): TemplateResult | typeof nothing {
  if (earlier.length === 0) return nothing;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  return html`<h3>${say("story.before")}</h3><ul>${earlier.map(
    (past) => html`<li><a href=${contactHash(past.contact_id)}>${day.format(new Date(past.at))}</a> <bdi>${past.topic_label ?? ""}</bdi></li>`,
  )}</ul>`;
}

function said(view: StoryView, { transcript, consent, erased_at }: Briefed): TemplateResult {
  const { say } = view;
  const none = erased_at ? say("story.erased.said") : say("story.nothing");
  return html`<h3>${say("story.said")}</h3>
    ${consent === false && !erased_at ? html`<p class="notice" data-testid="hidden">${say("story.hidden")}</p>` : nothing}
    ${transcript.length === 0 ? html`<p class="quiet" data-testid="nothing-said">${none}</p>` : nothing}
    <ol class="said" data-testid="said">${transcript.map(
      (each) => html`<li class=${each.author}><span class="who">${each.agent_name ? html`<bdi>${each.agent_name}</bdi>` : say("author", { author: each.author })} ${timeOf(view, each.at)}</span>
        <p dir="auto">${each.text}</p></li>`,
    )}</ol>`;
}
