/** Messages that were left and callbacks that are due, as /api/v1/agent/messages and /callbacks answer them. */
import { ask } from "./request";

export interface LeftMessage {
  readonly contact_id: string;
  readonly queue: string;
  readonly language: string;
  readonly left_at: string;
  readonly text: string;
  /** Empty where the caller withheld the number. */
  readonly reply_to: string;
  readonly spoken?: Spoken | null;
  readonly done: { readonly by: string | null; readonly at: string } | null;
}

/** What was spoken on the telephone: being written down, written, or written down by nobody. */
export interface Spoken {
  readonly state: string;
  readonly seconds: number | null;
  readonly recording: boolean;
}

export interface DueCallback {
  readonly contact_id: string;
  readonly queue: string;
  readonly number: string | null;
  readonly position: number;
  readonly state: string;
  readonly entered_at: string;
  readonly callback_at: string | null;
  readonly tries: number;
  readonly topic_label: string | null;
}

const MESSAGES = "/api/v1/agent/messages";

export async function messages(isDone: boolean): Promise<readonly LeftMessage[]> {
  return listIn(await ask(`${MESSAGES}?done=${isDone ? "yes" : "no"}`), "messages") as readonly LeftMessage[];
}

export async function callbacks(): Promise<readonly DueCallback[]> {
  return listIn(await ask("/api/v1/agent/callbacks"), "callbacks") as readonly DueCallback[];
}

export async function mark(contactId: string, done: boolean): Promise<void> {
  await ask(`${MESSAGES}/${encodeURIComponent(contactId)}`, { body: { done } });
}

/** Where the recording of a message is played from. */
export function soundOf(contactId: string): string {
  return `${MESSAGES}/${encodeURIComponent(contactId)}/recording`;
}

/** The list of this name in an answer; empty where there is none of that shape. */
export function listIn(answer: unknown, name: string): readonly { readonly contact_id: string }[] {
  const list = (answer as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? list.filter(hasId) : [];
}

function hasId(item: unknown): item is { readonly contact_id: string } {
  return typeof (item as { contact_id?: unknown } | null)?.contact_id === "string";
}

/** Where an answer goes: an address that opens the mail program or the telephone, or null for what is neither. */
export function replyAddress(replyTo: string): string | null {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(replyTo)) return `mailto:${encodeURIComponent(replyTo).replace("%40", "@")}`;
  const digits = replyTo.replace(/[^\d+]/gu, "");
  return /^\+?\d{3,}$/u.test(digits) ? `tel:${digits}` : null;
}
