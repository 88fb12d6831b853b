import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as icons from "../../shared/icons";
import { timeOfDay } from "../../shared/instants";
import { languageOfWords } from "../../shared/written";
import { choices, type Happening, type Message, type Pending } from "../state";
import type { View } from "../view";

/** The talk, oldest first, with what is still on its way and who is writing. */
export function talk(view: View): TemplateResult {
  const { say, state } = view;
  return html`<div class="talk" data-testid="transcript" role="log" aria-label=${say("talk")} tabindex="0">
    ${repeat(
      state.talk,
      (item, n) => (n === 0 ? "first" : `${item.kind}${item.seq}`), // the greeting gets its number later: it is not said twice
      (item, n) => (item.kind === "message" ? message(view, item, state.talk[n - 1]) : happening(view, item)),
    )}
    ${repeat(
      state.pending,
      (said) => said.client_id,
      (said) => onItsWay(view, said),
    )}
    ${state.typing ? typing(view) : nothing}
    ${buttons(view)}
    ${state.isQuiet && state.phase === "waiting" ? html`<div class="happening">${say("hold.note")}</div>` : nothing}
  </div>`;
}

function message(view: View, item: Message, before: Message | Happening | undefined): TemplateResult {
  const follows = before?.kind === "message" && before.author === item.author && before.agent_name === item.agent_name;
  const name = authorName(view, item);
  return html`<div class="message ${item.author} ${follows && !item.notice ? "follows" : ""} ${item.notice ? "first" : ""}" data-testid="message"
    data-author=${item.author} data-seq=${item.seq}>
    ${follows || item.author === "caller" || item.author === "system" ? html`<span class="unseen">${name}</span>` : html`<span class="who"><bdi>${name}</bdi></span>`}
    <div class="bubble">${words(view, item.text)}</div>
    <span class="when num">${timeOfDay(item.at, view.locale)}${item.author === "caller" ? delivered(view) : nothing}</span>
  </div>`;
}

function delivered({ say }: View): TemplateResult {
  return html`<span class="delivery" data-testid="delivered" title=${say("message.sent")}>${icons.tick(14)}<span
    class="unseen">${say("message.sent")}</span></span>`;
}

function authorName({ say }: View, { author, agent_name }: Message): string {
  return author === "agent" && agent_name ? agent_name : say(`from.${author}`);
}

function happening({ say, state }: View, item: Happening): TemplateResult {
  const name = item.name || (state.agentName ?? "");
  const text = item.kind === "connected" ? say("connected", { name }) : say("returned", { why: item.why, name });
  return html`<div class="happening ${item.kind}" data-testid=${item.kind}>${text}</div>`;
}

function words({ state }: View, text: string): TemplateResult {
  return html`<p dir="auto" lang=${state.language === "" ? nothing : languageOfWords(text, state.language)}>${text}</p>`;
}

function onItsWay(view: View, said: Pending): TemplateResult {
  const { say, state, caller } = view;
  const told = state.link === "open" ? say("message.sending") : say("message.waiting");
  return html`<div class="message caller pending" data-testid="pending" data-author="caller">
    <span class="unseen">${say("from.caller")}</span>
    <div class="bubble">${words(view, said.text)}</div>
    ${
      said.failed
        ? html`<span class="when failed">${say("message.failed")}<button class="link" data-testid="retry"
          @click=${() => caller.retry(said)}>${say("error.retry")}</button></span>`
        : html`<span class="when">${icons.clock(13)}${told}</span>`
    }
  </div>`;
}

function typing({ say, state }: View): TemplateResult {
  const text = say("typing", { who: state.typing ?? "", name: state.agentName ?? "" });
  return html`<div class="message ${state.typing}" data-testid="typing"><p class="bubble dots" role="img"
    aria-label=${text}><i></i><i></i><i></i></p></div>`;
}

function buttons(view: View): TemplateResult | typeof nothing {
  const offered = choices(view.state);
  if (offered.length === 0 || (view.state.input && !view.panel.writeInstead)) return nothing;
  return html`<div class="choices">
    ${offered.map((choice) => html`<button class="choice" data-testid="choice" dir="auto" @click=${() => view.caller.say(choice.say)}>${choice.title}</button>`)}
  </div>`;
}
