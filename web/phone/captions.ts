/** What is said on a telephone, in both directions. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Say } from "../shared/catalogue";
import type { Caption } from "./state";
import type { PhoneWords } from "./words/en";

export function captions(say: Say<PhoneWords>, said: readonly Caption[]): TemplateResult {
  return html`<div class="captions" data-testid="captions" role="log" aria-label=${say("captions")} tabindex="0">
    ${
      said.length === 0
        ? html`<p class="none">${say("captions.none")}</p>`
        : repeat(
            said,
            (one) => one.id,
            (one, n) => caption(say, one, said[n - 1]),
          )
    }
  </div>`;
}

function caption(say: Say<PhoneWords>, said: Caption, before: Caption | undefined): TemplateResult {
  if (said.who === "event")
    return html`<p class="caption event" data-testid="caption"
      data-who="event">${say(`conference.${said.text as "joined"}`)}</p>`;
  const name = say(`from.${said.who}`, { name: said.name ?? "" });
  return html`<p class="caption ${said.who} ${said.unheard ? "unheard" : ""}" data-testid="caption"
    data-who=${said.who}><span class=${before?.who === said.who ? "unseen" : ""}
    dir="auto">${name}</span>${said.keys === undefined ? html`<q dir="auto">${said.text}</q>` : say("said.keys", { n: said.keys })}
    ${said.unheard ? html`<em>${say("said.unheard")}</em>` : nothing}</p>`;
}
