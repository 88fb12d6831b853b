import { html, nothing, type TemplateResult } from "lit";
import type { Article } from "../../shared/agent-wire";
import * as icons from "../../shared/icons";
import { draftOf } from "../actions";
import { commands } from "../commands";
import type { Card } from "../desk";
import { LISTED } from "../keyboard";
import type { View } from "../view";

/** What stands before the contacts while it is open: whom to pass one on to, what is looked up, the keyboard's list. */
export function dialogs(view: View): TemplateResult {
  return html`${passOn(view)}${knowledge(view)}${help(view)}`;
}

const inHand = ({ desk }: View, contactId: string | null): Card | undefined =>
  desk.cards.find((known) => known.contact_id === contactId && commands(desk, known).has("pass-on"));

function passOn(view: View): TemplateResult | typeof nothing {
  const { say, page, line, turn } = view;
  const card = inHand(view, page.passing);
  if (!card) return nothing;
  return html`<hf-pass-on .say=${say} .card=${card} .order=${line.order}
    @done=${() => turn({ passing: null })}></hf-pass-on>`;
}

function knowledge(view: View): TemplateResult | typeof nothing {
  const { say, page, desk, turn } = view;
  const card = inHand(view, page.seeking);
  if (!card) return nothing;
  const isCall = card.channel === "voice";
  const use = ({ detail: article }: CustomEvent<Article>): void => (isCall ? copy(view, article) : put(view, card, article));
  return html`<hf-knowledge .say=${say} .articles=${desk.knowledge} .isCall=${isCall} @chosen=${use}
    @done=${() => turn({ seeking: null })}></hf-knowledge>`;
}

/** Behind what is half written already. */
function put(view: View, card: Card, article: Article): void {
  const box = draftOf(card, "words");
  const before = view.drafts.get(box)?.trimEnd() ?? "";
  view.fill(card.contact_id, before === "" ? article.text : `${before} ${article.text}`);
}

function copy({ say, turn }: View, { id, title, text }: Article): void {
  void navigator.clipboard.writeText(text).then(
    () => turn({ copied: { key: `article:${id}`, text: say("knowledge.copied", { title }) } }),
    () => undefined,
  );
}

function help({ say, turn }: View): TemplateResult {
  return html`<dialog class="help" aria-labelledby="keys" @close=${() => turn({ isHelpOpen: false })}>
    <h2 id="keys">${say("keys")}<button class="icon-button" aria-label=${say("keys.close")}
      @click=${() => turn({ isHelpOpen: false })}>${icons.cross()}</button></h2>
    <dl>${LISTED.map(([keys, text]) => html`<div><dt>${keys.split(" ").map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${say(text)}</dd></div>`)}</dl>
    <p class="quiet">${say("keys.note")}</p>
  </dialog>`;
}
