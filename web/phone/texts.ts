/** The telephone's texts: what was written and read, and where one writes. */
import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Say } from "../shared/catalogue";
import type { Text } from "./state";
import type { PhoneWords } from "./words/en";

const BY = ["sms", "whatsapp"] as const;

export interface Writing {
  readonly say: Say<PhoneWords>;
  readonly texts: readonly Text[];
  readonly isOpen: boolean;
  readonly write: (words: string, isWhatsApp: boolean) => void;
}

export function texts({ say, texts, isOpen, write }: Writing): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { elements } = event.target as HTMLFormElement;
    const field = elements.namedItem("text") as HTMLInputElement;
    write(field.value, (elements.namedItem("by") as HTMLSelectElement).value === "whatsapp");
    field.value = "";
  };
  return html`<div class="captions" data-testid="texts" role="log" aria-label=${say("texts")} tabindex="0">
      ${
        texts.length === 0
          ? html`<p class="none">${say("texts.none")}</p>`
          : repeat(
              texts,
              (text) => text.sid,
              (text) => html`<p class="caption ${text.direction === "incoming" ? "line" : "me"}" data-testid="text"
                data-direction=${text.direction}><span class="num" dir="ltr">${text.other}</span><q dir="auto">${linked(text.body)}</q></p>`,
            )
      }
    </div>
    <form class="say" @submit=${submit}>
      <select class="input by" name="by" data-testid="text-by" aria-label=${say("texts.by")}>
        ${BY.map((by) => html`<option value=${by}>${say(`text.${by}`)}</option>`)}
      </select>
      <input class="input" name="text" data-testid="text-words" dir="auto" maxlength="1600" autocomplete="off"
        placeholder=${say("text.write")} aria-label=${say("text.write")} ?disabled=${!isOpen} />
      <button class="button primary" data-testid="text-send" ?disabled=${!isOpen}>${say("text.send")}</button>
    </form>`;
}

/** Addresses of the web can be followed, as on a real telephone. */
function linked(body: string): (string | TemplateResult)[] {
  return body
    .split(/(https?:\/\/\S+)/)
    .map((part, n) => (n % 2 ? html`<a href=${part} target="_blank" rel="noreferrer">${part}</a>` : part));
}
