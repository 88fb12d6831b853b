/** What an agent may do with a contact just now: which buttons there are, and which keys mean something. */
import type { Card, Desk } from "./desk";

export type Command = "write" | "note" | "knowledge" | "verify" | "hold" | "mute" | "pass-on" | "end" | "leave";

const NEVER_GONE: readonly Command[] = ["write", "note"];
const OF_TALK: readonly Command[] = [...NEVER_GONE, "knowledge", "verify", "pass-on", "end"];
const OF_CALL: readonly Command[] = [...OF_TALK, "hold", "mute"];

/** Somebody else's contact is only left, and written in where the agent has joined or coaches: on a call who has joined talks. */
export function commands(desk: Desk, card: Card): ReadonlySet<Command> {
  const mode = desk.beside.get(card.contact_id);
  const isCall = card.channel === "voice";
  if (mode !== undefined) return new Set<Command>(mode === "coach" || (mode === "join" && !isCall) ? ["leave", "write"] : ["leave"]);
  if (card.state !== "connected") return new Set(NEVER_GONE);
  return new Set(isCall ? OF_CALL : OF_TALK);
}
