/** How another telephone is put beside those that are there. */
import { html, type TemplateResult } from "lit";
import type { Say } from "../shared/catalogue";
import { KINDS, type Kind } from "./presets";
import type { PhoneWords } from "./words/en";

/** What a telephone beside others has on top. */
export interface Beside {
  readonly remove: () => void;
}

export function adding(say: Say<PhoneWords>, add: (kind: Kind) => void): TemplateResult {
  return html`<div class="adding" role="group" aria-label=${say("add")}>
    ${KINDS.map((kind) => html`<button class="chip" data-testid="add-${kind}" @click=${() => add(kind)}>+ ${say(`add.${kind}`)}</button>`)}
  </div>`;
}
