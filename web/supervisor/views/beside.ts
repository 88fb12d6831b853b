import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Card } from "../../console/desk";
import { type SayConsole, whose } from "../../console/view";
import { NO_TEXTS } from "../../console/views/contact";
import type { View } from "../view";

/** The contacts that the supervisor stands beside: their words as they are said, and a box where something may be said. */
export function besides(view: View, sayConsole: SayConsole): TemplateResult {
  const { desk } = view;
  return html`${repeat(
    desk.cards.filter((card) => desk.beside.has(card.contact_id)),
    (card) => card.contact_id,
    (card) => pane(view, sayConsole, card, desk.beside.get(card.contact_id) ?? ""),
  )}`;
}

function pane(view: View, sayConsole: SayConsole, card: Card, mode: string): TemplateResult {
  const { say, locale } = view;
  const said = [...card.transcript, ...card.coaching.map((words) => ({ ...words, author: "agent" as const, agent_name: words.agent_name ?? "" }))]
    .sort((a, b) => a.seq - b.seq);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem("words") as HTMLInputElement;
    const text = field.value.trim();
    if (text === "") return;
    void view.give("say", { contact_id: card.contact_id, text }).then((done) => done && (field.value = ""));
  };
  return html`<section class="beside" data-testid="beside" data-contact=${card.contact_id} data-mode=${mode}
    aria-label=${card.headline}>
    <h2><bdi>${card.headline}</bdi><span class="badge brass">${say("beside", { mode })}</span><span class="gap"></span>
      <button class="button small" data-testid="beside-leave"
        @click=${() => void view.give("leave", { contact_id: card.contact_id })}>${say("leave")}</button></h2>
    <hf-talk data-testid="beside-talk" .say=${sayConsole} .locale=${locale} .said=${said} .pending=${[]}
      .captions=${card.captions}
      .texts=${card.texts ?? NO_TEXTS} .connectedAt=${card.connected_at} .whose=${whose(sayConsole, card)} .isLive=${view.desk.isLive}></hf-talk>
    ${
      mode === "listen"
        ? ""
        : html`<form @submit=${submit}><input class="input" name="words" maxlength="4000" dir="auto" autocomplete="off"
          data-testid="beside-words" aria-label=${say("beside.say", { mode })} placeholder=${say("beside.say", { mode })} />
          <button class="button small primary" data-testid="beside-say">${say("beside.send")}</button></form>`
    }
  </section>`;
}
