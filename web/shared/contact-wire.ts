/** The caller's wire, protocol holdfast.v1: what its frames carry, and the check that a frame has that shape. */
import type { Wait } from "./instants";
import type { Frame } from "./socket";

export type Author = "caller" | "assistant" | "agent" | "system";
export type Outcome = "handled" | "contained" | "abandoned" | "left" | "message_left" | "callback_failed" | "removed";

export interface Place {
  readonly code: string;
  readonly queue: string;
  readonly state: string;
  readonly position: number | null;
  readonly ahead: number | null;
  readonly entered_at: string;
  readonly wait: Wait;
  /** `callback`: the caller is called when the turn comes, not before `callback_at`. */
  readonly reach?: string;
  readonly callback_at?: string | null;
}

export interface Button {
  readonly title: string;
  readonly say: string;
}

export interface MessageData {
  readonly author: Author;
  readonly text: string;
  readonly client_id?: string;
  readonly buttons?: readonly Button[];
  readonly agent_name?: string;
  /** What everybody is told who comes, as in an emergency. */
  readonly notice?: boolean;
}

export interface InputRequest {
  readonly request_id: string;
  readonly kind: "secret" | "text";
  readonly name: string;
  readonly digits: number | null;
  readonly prompt: string;
}

export interface Fact {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

export interface Tried {
  readonly label: string;
  readonly outcome: string;
}

export interface Gathered {
  readonly topic: string | null;
  readonly topic_label?: string | null;
  readonly verified: boolean;
  readonly facts: readonly Fact[];
  readonly tried: readonly Tried[];
}

interface ContactFrames {
  "place.updated": { place: Place; reason?: string };
  "message.added": MessageData;
  "input.requested": InputRequest;
  "input.ended": { request_id?: string };
  "gathered.updated": Gathered;
  "dialogue.changed": { dialogue: string };
  "contact.connected": { agent_name: string };
  "contact.returned": { reason: string; from?: string };
  "contact.closed": { outcome: Outcome; survey?: unknown };
  "preference.asked": { channel: string; language: string };
  "preference.decided": { is_kept: boolean };
  typing: { author: Author };
  error: { code: string; message: string; retryable?: boolean; client_id?: string };
}

export type ContactFrame = {
  [T in keyof ContactFrames]: { type: T; data: ContactFrames[T]; seq?: number; at?: string };
}[keyof ContactFrames];

type Record_ = Readonly<Record<string, unknown>>;
const isText = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is Record_ => typeof value === "object" && value !== null;
const isListOf = (value: unknown, ...fields: string[]): boolean =>
  Array.isArray(value) && value.every((item) => isRecord(item) && fields.every((field) => isText(item[field])));
const AUTHORS: readonly unknown[] = ["caller", "assistant", "agent", "system"];

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isWait = (value: unknown): boolean =>
  isRecord(value) && [value.low_seconds, value.high_seconds].every((seconds) => seconds === null || isNumber(seconds));

export function isPlace(value: unknown): value is Place {
  if (!isRecord(value) || !isText(value.code) || !isText(value.state) || !isWait(value.wait)) return false;
  return value.position === null || isNumber(value.position);
}

export function isGathered(value: unknown): value is Gathered {
  return isRecord(value) && isListOf(value.facts, "id", "label", "value") && isListOf(value.tried, "label", "outcome");
}

const SHAPES: { readonly [T in keyof ContactFrames]: (data: Record_) => boolean } = {
  "place.updated": (data) => isPlace(data.place),
  "message.added": (data) =>
    AUTHORS.includes(data.author) &&
    isText(data.text) &&
    (data.buttons == null || isListOf(data.buttons, "title", "say")),
  "input.requested": (data) =>
    isText(data.request_id) && isText(data.name) && isText(data.prompt) && (data.digits == null || isNumber(data.digits)),
  "input.ended": () => true,
  "gathered.updated": (data) => isGathered(data),
  "dialogue.changed": (data) => isText(data.dialogue),
  "contact.connected": (data) => isText(data.agent_name),
  "contact.returned": (data) => isText(data.reason),
  "contact.closed": (data) => isText(data.outcome),
  "preference.asked": (data) => isText(data.channel) && isText(data.language),
  "preference.decided": (data) => typeof data.is_kept === "boolean",
  typing: (data) => AUTHORS.includes(data.author),
  error: (data) => isText(data.code) && isText(data.message),
};

/** The frame as one that we know, or null for an unknown type or a wrong shape: newer servers may say more than we understand. */
export function asContactFrame(frame: Frame): ContactFrame | null {
  const fits = Object.hasOwn(SHAPES, frame.type) && SHAPES[frame.type as keyof ContactFrames](frame.data);
  return fits ? (frame as unknown as ContactFrame) : null;
}
