/** What the wrap-up begins with, so that the agent mends instead of writes. */
import type { Card } from "./desk";
import type { SayConsole } from "./view";

const DONE = new Set(["done", "already_done"]);

/** How it probably ended: settled where something was done, no answer where the caller said nothing to the agent. */
export function likelyDisposition(card: Card, known: readonly string[]): string | undefined {
  const talked = card.transcript.filter((said) => said.at >= (card.connected_at ?? ""));
  const isMute = card.channel !== "voice" && !talked.some((said) => said.author === "caller");
  const wasDone = card.tried.some((tried) => DONE.has(tried.outcome));
  const likely = wasDone ? "resolved" : isMute ? "no_answer" : "resolved";
  return known.includes(likely) ? likely : known[0];
}

/** Topic, facts and what was done, in one line each; empty where nothing is known. */
export function draftNotes(say: SayConsole, card: Card): string {
  const facts = card.facts.map((fact) => `${fact.label}: ${fact.value}`).join("; ");
  const tried = card.tried.map((item) => `${item.label}: ${say("tried.outcome", { outcome: item.outcome })}`).join("; ");
  return [card.topic_label ?? card.topic ?? "", facts, tried].filter((line) => line !== "").join("\n");
}
