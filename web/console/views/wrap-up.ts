import { html, nothing, type TemplateResult } from "lit";
import { ending } from "../../shared/disposition";
import { running } from "../../shared/instants";
import type { Card } from "../desk";
import { draftNotes, likelyDisposition } from "../draft";
import type { View } from "../view";

/** The agent's work afterwards: how it ended, and a word for whoever comes next. */
export function wrapUp(view: View, card: Card): TemplateResult {
  const { say, locale, desk, line } = view;
  const left = card.wrap_up_until ? line.clock.secondsUntil(card.wrap_up_until) : null;
  const likely = likelyDisposition(card, desk.dispositions);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    void view.give("wrap_up", {
      contact_id: card.contact_id,
      disposition: form.get("disposition"),
      notes: form.get("notes"),
    });
  };
  return html`<form class="contact-foot wrap-up" data-testid="wrap-up" @submit=${save}>
    <h2>${say("wrap")}<small
      class="quiet num">${left === null ? nothing : say("wrap.left", { time: running(left, locale) })}</small></h2>
    <fieldset data-testid="disposition">
      <legend class="unseen">${say("disposition.label")}</legend>
      ${desk.dispositions.map(
        (code) => html`<label class="pill"><input type="radio" name="disposition" value=${code}
          data-testid="disposition-${code}" ?checked=${code === likely} required />
        <span>${say("disposition", ending(code))}</span></label>`,
      )}
    </fieldset>
    <textarea class="input" name="notes" rows="2" maxlength="4000" dir="auto" data-testid="wrap-up-notes"
      .defaultValue=${draftNotes(say, card)} placeholder=${say("wrap.notes")} aria-label=${say("wrap.notes")}></textarea>
    <button class="button primary" data-testid="wrap-up-save" ?disabled=${!desk.isLive}>${say("wrap.save")}</button>
  </form>`;
}
