import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as icons from "../../shared/icons";
import { type Difference, differences, inWords } from "../difference";
import { formOf } from "../forms";
import { nameOf, type View } from "../view";
import type { Version } from "../wire";
import type { SettingsWords } from "../words/en";

/** Every change, by whom and when, what is different by it, and the way back. */
export function changesRoom(view: View): TemplateResult {
  const { say, versions, only } = view;
  return html`${only ? html`<p class="only"><span dir="auto">${say("changes.only", { name: nameOf(view, only) })}</span> <button class="button small" data-testid="all-changes" @click=${() => view.history(null)}>${say("changes.all")}</button></p>` : nothing}
    ${list(view, versions)}
    ${view.hasMoreVersions ? html`<button class="button" data-testid="more" @click=${() => view.more()}>${say("changes.more")}</button>` : nothing}`;
}

function list(view: View, versions: readonly Version[] | null): TemplateResult {
  const { say } = view;
  if (versions === null) return html`<p class="quiet none" aria-busy="true">${say("loading")}</p>`;
  if (versions.length === 0) return html`<p class="quiet none" data-testid="none">${say("changes.none")}</p>`;
  return html`<ol class="versions">${repeat(
    versions,
    (each) => each.version,
    (each) => entry(view, each),
  )}</ol>`;
}

function entry(view: View, each: Version): TemplateResult {
  const { say, locale } = view;
  const at = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(each.at));
  const name = nameOf(view, each.section);
  return html`<li class="card" data-testid="version" data-version=${each.version} data-section=${each.section}>
    <div class="row"><h3 dir="auto">${name}</h3>
      <span class="quiet num"><bdi>${each.by?.name ?? say("operator")}</bdi> · <time datetime=${each.at}>${at}</time> · ${say("changes.version", { n: each.version })}</span>
      ${each.can_undo ? html`<button class="button small" data-testid="undo" aria-label=${say("undo.of", { name, n: each.version })} @click=${() => view.undo(each.version)}>${icons.undo(15)}${say("undo")}</button>` : nothing}</div>
    ${each.undoes === null ? nothing : html`<p class="quiet">${say(each.is_as_in_file ? "changes.undid.file" : "changes.undid", { n: each.undoes })}</p>`}
    ${each.comment ? html`<p class="comment" dir="auto">${each.comment}</p>` : nothing}
    ${what(view, each)}
  </li>`;
}

function what(view: View, each: Version): TemplateResult {
  const { say } = view;
  if (each.section.startsWith("passwords.")) return html`<p class="quiet">${say("changes.password")}</p>`;
  if (each.before === null) return html`<p class="quiet">${say("changes.new")}</p>`;
  return html`<dl class="differences">${differences(asShown(each.section, each.before), asShown(each.section, each.after)).map((one) => html`<div class=${one.path.length === 0 ? "whole" : ""}>
    <dt class="num" dir="auto">${one.path.length === 0 ? html`<span class="unseen">${nameOf(view, each.section)}</span>` : named(view, each.section, one.path)}</dt><dd>${side(view, one, "before")}<span class="along" aria-hidden="true">→</span>${side(view, one, "after")}</dd></div>`)}</dl>`;
}

/** Figures as their form has them: shares of the alarms in percent. */
function asShown(section: string, value: unknown): unknown {
  return section === "alarms" && typeof value === "object" && value !== null ? formOf(section).open(value, "") : value;
}

/** What a field is called: as its form does where it is a timing or an alarm, else as the tenant file does. */
function named({ say }: View, section: string, path: readonly string[]): string {
  const key = `${section}.${path.join(".")}` as keyof SettingsWords;
  const label = ["timing", "alarms"].includes(section) ? say(key) : key;
  return label === key ? path.map(step).join(" › ") : label;
}

/** The places of a list are counted as people count. */
function step(name: string): string {
  return /^\d+$/.test(name) ? String(Number(name) + 1) : name;
}

function side({ say }: View, one: Difference, which: "before" | "after"): TemplateResult {
  const value = one[which];
  const words = value === undefined ? say("changes.nothing") : typeof value === "boolean" ? say("changes.is", { is: String(value) }) : inWords(value);
  const label = html`<span class="unseen">${say(`changes.${which}`)}</span>`;
  return which === "before" ? html`<del>${label}<bdi>${words}</bdi></del>` : html`<ins>${label}<bdi>${words}</bdi></ins>`;
}
