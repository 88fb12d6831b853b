import { RuleTester } from "eslint";
import { describe, it } from "vitest";
import { literalText } from "./literal-text.js";

RuleTester.describe = describe;
RuleTester.it = it;

const wrong = (...texts: string[]) => texts.map((text) => ({ messageId: "literal", data: { text } }));

new RuleTester().run("literal text", literalText, {
  valid: [
    'html`<p class="quiet ${isOn ? "on" : ""}">${say("hello")} · 12 % – <kbd>Enter</kbd></p>`',
    "html`<input name=sought placeholder=${say(\"search\")} aria-label=${say(\"search\")} />`",
    'html`<style>.quiet { color: red; }</style>${rows.map((row) => row.name)}`',
    'svg`<title>${name}</title>`; css`.a { color: red }`',
    "document.title = say('title');",
  ],
  invalid: [
    { code: "html`<p>Sign in</p>`", errors: wrong("Sign in") },
    { code: "html`<tr><td>${n} people</td></tr>`", errors: wrong("0 people") },
    { code: 'html`<button aria-label="Close"></button>`', errors: wrong("Close") },
    { code: 'html`<button title=${isOn ? "Off" : say("on")}></button>`', errors: wrong("Off") },
    { code: 'html`<b>${isBusy ? "Sending" : isSent && "Sent"}</b>`', errors: wrong("Sending", "Sent") },
    { code: "html`<b>${`${n} left`}</b>`", errors: wrong(" left") },
    { code: "html`<p>مرحبًا</p>`", errors: wrong("مرحبًا") },
    { code: 'document.title = `(${n}) Console`;', errors: wrong(") Console") },
  ],
});
