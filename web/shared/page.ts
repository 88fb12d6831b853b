import { css } from "lit";
import { tokens } from "./tokens";

const ground = css`
  html, body { margin: 0; height: 100%; background: var(--hf-ground); color: var(--hf-ink); }
  body { font: 15px/1.45 var(--hf-font); }
  body > * { display: block; }
  @media print { html, body { height: auto; background: none; } }
`;

/** Puts the tokens and the ground under a page, without an inline style that a strict content policy would refuse. */
export function dressPage(): void {
  for (const sheet of [tokens.styleSheet, ground.styleSheet]) {
    if (sheet) document.adoptedStyleSheets.push(sheet);
  }
}
