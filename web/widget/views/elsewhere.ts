import { html, nothing, svg, type TemplateResult } from "lit";
import { encode } from "uqr";
import { codeWords } from "../place-words";
import type { View } from "../view";

/** The way to another device: a sign to point a phone at, the link, and the code for a call. */
export function elsewhere(view: View): TemplateResult | typeof nothing {
  const { say, state, link } = view;
  if (link === null) return nothing;
  const copy = (): void =>
    void navigator.clipboard.writeText(link).then(
      () => view.turn({ isLinkCopied: true }),
      () => undefined,
    );
  return html`<div class="foot elsewhere" role="group" aria-labelledby="elsewhere" data-testid="elsewhere">
    ${sign(link, say("elsewhere.qr"))}
    <div>
      <p id="elsewhere"><b>${say("elsewhere.title")}</b></p>
      <p class="quiet">${say("elsewhere.note", { code: codeWords(state.place?.code ?? "") })}</p>
      <p class="row"><button class="button small" data-testid="elsewhere-copy" data-link=${link}
        @click=${copy}>${say("elsewhere.copy")}</button>
        <button class="button small plain" data-testid="elsewhere-close" autofocus
          @click=${() => view.turn({ confirming: null, isLinkCopied: false })}>${say("elsewhere.close")}</button></p>
      <p class="quiet" role="status">${say(view.panel.isLinkCopied ? "elsewhere.copied" : "elsewhere.warning")}</p>
    </div>
  </div>`;
}

/** Black on white in both themes: cameras want it so. */
function sign(link: string, label: string): TemplateResult {
  const { data, size } = encode(link, { ecc: "L", border: 2 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label}
    data-testid="qr" shape-rendering="crispEdges">${svg`<rect width=${size} height=${size} fill="#fff"/><path d=${path} fill="#000"/>`}</svg>`;
}
