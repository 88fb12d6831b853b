/** The agents' wire, protocol holdfast.agent.v1: what its frames carry, and the check that a frame has that shape. */
import type { Author, Fact } from "./contact-wire";
import type { Frame } from "./socket";

export interface Slot {
  readonly channel: string;
  readonly n: number;
  readonly work: string | null;
  readonly contact_id: string | null;
}

export interface Agent {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly presence: "signed_out" | "not_ready" | "ready";
  readonly reason: string | null;
  readonly phone: string | null;
  /** The kind of telephone that the console can be; null where this agent takes no calls there. */
  readonly softphone: string | null;
  /** Where the agent wants calls to ring, and where they ring now, if anywhere. */
  readonly ring_choice?: "softphone" | "phone";
  readonly rings_at?: "softphone" | "phone" | null;
  readonly slots: readonly Slot[];
}

export interface Offer {
  readonly offer_id: string;
  readonly contact_id: string;
  readonly channel: string;
  readonly queue: string;
  readonly waited_seconds: number;
  readonly expires_at: string;
  readonly headline: string;
  readonly in_step?: { readonly step: string; readonly seconds: number } | null;
  /**
   * `warm`: a colleague, `from`, wants to hand over a contact that goes on meanwhile; `join`: wants this agent beside them in it.
   * The briefing comes with both.
   */
  readonly kind?: string;
  readonly from?: string | null;
  readonly ringing?: boolean;
  readonly briefing?: { readonly transfer_note?: string | null };
}

/** What somebody is saying on the telephone just now, as far as it is understood; `sequence` rises within a session. */
export interface Caption {
  readonly author: string;
  readonly text: string;
  readonly session: string;
  readonly sequence: number;
}

export interface Said {
  readonly seq: number;
  readonly at: string;
  readonly author: Author;
  readonly text: string;
  readonly client_id?: string;
  readonly agent_name?: string;
  /** Said on the telephone and written down: of which session, the how manieth, and when. */
  readonly caption?: { readonly session: string; readonly sequence: number; readonly said_at: string | null };
}

export interface Note {
  readonly seq: number;
  readonly at: string;
  readonly text: string;
  readonly agent_name: string | null;
}

export interface Past {
  readonly contact_id: string;
  readonly at: string;
  readonly channel: string;
  readonly topic_label: string | null;
  readonly outcome: string | null;
  readonly disposition?: string | null;
  /** What agents wrote down then. */
  readonly notes?: readonly string[];
}

/** A colleague whom the agent asked to take over, `warm`, or to `join`: `pending`, or how it ended. */
export interface HandOver {
  readonly mode?: string;
  readonly to: string;
  readonly agent_name: string;
  readonly state: string;
  readonly reason: string | null;
}

export type Texts = Readonly<Record<string, { readonly status: string; readonly error: string | null }>>;

/** What can change of a contact without a message being added. */
export interface Summary {
  readonly contact_id: string;
  readonly channel: string;
  readonly queue: string;
  readonly language: string;
  readonly state: string;
  /** Whose it is: whom the caller was connected to. */
  readonly agent_name?: string | null;
  readonly customer: { readonly number: string; readonly name: string } | null;
  readonly verification: { readonly level: number; readonly method: string | null; readonly at: string | null };
  readonly topic: string | null;
  readonly topic_label: string | null;
  readonly headline: string;
  readonly facts: readonly Fact[];
  readonly tried: readonly { readonly label: string; readonly outcome: string }[];
  readonly consent: boolean | null;
  /** How the customer asked to be reached, where that is remembered. */
  readonly prefers?: { readonly channel: string; readonly language: string } | null;
  readonly transfer_note?: string | null;
  readonly transfer?: HandOver | null;
  /** On the telephone with an agent: whether the caller is on hold, the agent muted, and the talk written down or recorded. */
  readonly call?: {
    readonly on_hold: boolean;
    readonly muted: boolean;
    readonly written_down?: boolean;
    readonly recording?: "on" | "paused" | "off";
  } | null;
  /** What the agent has asked the caller for last: `pending`, `passed`, or why it did not pass. */
  readonly verification_request?: {
    readonly method: string;
    readonly state: string;
    readonly tries_left?: number;
  } | null;
  /** Who is beside the agent, as `listen`, `coach` or `join`: supervisors, and colleagues whom the agent asked to join. */
  readonly supervisors?: readonly { readonly username: string; readonly name: string; readonly mode: string }[];
  /** The number to be called, or called from. */
  readonly caller_number?: string | null;
  readonly waited_seconds: number;
  readonly connected_at: string | null;
  readonly ended_at: string | null;
  readonly outcome: string | null;
  readonly wrap_up_until: string | null;
  /** How long the caller has waited for an answer, once the agent was reminded of it; void with the next word. */
  readonly silent_seconds?: number | null;
  /** What became of what was sent by SMS or WhatsApp, by the `seq` of its message. */
  readonly texts?: Texts;
}

export interface Briefing extends Summary {
  readonly transcript: readonly Said[];
  readonly notes?: readonly Note[];
  /** A supervisor's words that the agent alone reads. */
  readonly coaching?: readonly Note[];
  readonly history: readonly Past[];
}

/** A page of the tenant's, as agents read it out or send it. */
export interface Article {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** What the tenant gives every console. */
export interface Workplace {
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly dispositions?: readonly string[];
  readonly canned_texts?: readonly { readonly name: string; readonly text: string }[];
  readonly knowledge?: readonly Article[];
  readonly verification_methods?: readonly string[];
}

export interface Snapshot extends Workplace {
  readonly revision: number;
  readonly agent: Agent;
  readonly offers: readonly Offer[];
  readonly contacts: readonly (Briefing & { readonly last_seq: number })[];
  /** Contacts of others that this agent stands beside. */
  readonly watched?: readonly (Briefing & { readonly last_seq: number; readonly mode: string })[];
}

type OfContact = Partial<Summary> & { contact_id: string };

interface AgentFrames {
  snapshot: Snapshot;
  "offer.made": Offer;
  "offer.updated": Offer;
  "offer.ended": { offer_id: string; outcome: string };
  "contact.briefing": Briefing;
  "contact.connected": OfContact;
  "contact.updated": OfContact;
  "contact.closed": OfContact;
  "contact.returned": OfContact & { reason: string | null };
  "message.added": Omit<Said, "seq" | "at"> & { contact_id: string };
  caption: Caption & { contact_id: string };
  /** Somebody is writing: not numbered, and void after a while. */
  typing: { contact_id: string; author: Author };
  "note.added": Omit<Note, "seq" | "at"> & { contact_id: string };
  "coaching.added": Omit<Note, "seq" | "at"> & { contact_id: string };
  "watch.updated": { contact_id: string; mode: string };
  "watch.ended": { contact_id: string };
  "agent.updated": Agent;
  "workplace.updated": Workplace;
  ok: { ref: string };
  error: { code: string; message: string; ref?: string };
}

export type AgentFrame = {
  [T in keyof AgentFrames]: { type: T; data: AgentFrames[T]; seq?: number; revision?: number; at?: string };
}[keyof AgentFrames];

type Data = Readonly<Record<string, unknown>>;
const isText = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);
const isListOf = (value: unknown, ...fields: string[]): boolean =>
  Array.isArray(value) && value.every((item) => isRecord(item) && fields.every((field) => isText(item[field])));
const areAll = (value: unknown, fits: (item: Data) => boolean): boolean =>
  Array.isArray(value) && value.every((item) => isRecord(item) && fits(item));
const isOffer = (data: Data): boolean =>
  isText(data.offer_id) && isText(data.contact_id) && isText(data.expires_at) && isText(data.headline);
const isAgent = (data: Data): boolean =>
  isText(data.username) && isText(data.name) && isText(data.presence) && Array.isArray(data.slots);
/** Each part of a contact that is drawn part by part: where there is one it has its shape, or the whole frame is not ours. */
const PARTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  state: isText,
  headline: isText,
  customer: (value) => value === null || (isRecord(value) && isText(value.name) && isText(value.number)),
  verification: (value) => isRecord(value) && typeof value.level === "number",
  facts: (value) => isListOf(value, "id", "label", "value"),
  tried: (value) => isListOf(value, "label", "outcome"),
  transcript: (value) => isListOf(value, "author", "text", "at"),
  notes: (value) => isListOf(value, "text", "at"),
  coaching: (value) => isListOf(value, "text", "at"),
  history: (value) => isListOf(value, "contact_id", "channel", "at"),
  supervisors: (value) => isListOf(value, "name", "mode"),
  texts: isRecord,
};
const NEEDED = ["headline", "verification", "facts", "tried", "transcript", "history"];

const isOfContact = (data: Data): boolean =>
  isText(data.contact_id) &&
  Object.entries(PARTS).every(([part, fits]) => data[part] === undefined || fits(data[part]));
const isBriefing = (data: Data): boolean => isOfContact(data) && NEEDED.every((part) => data[part] !== undefined);

const SHAPES: { readonly [T in keyof AgentFrames]: (data: Data) => boolean } = {
  snapshot: (data) =>
    isRecord(data.agent) &&
    isAgent(data.agent) &&
    isListOf(data.queues, "id", "name") &&
    areAll(data.offers, isOffer) &&
    areAll(data.contacts, isBriefing) &&
    (data.watched === undefined || areAll(data.watched, isBriefing)),
  "offer.made": isOffer,
  "offer.updated": isOffer,
  "offer.ended": (data) => isText(data.offer_id),
  "contact.briefing": isBriefing,
  "contact.connected": isOfContact,
  "contact.updated": isOfContact,
  "contact.closed": isOfContact,
  "contact.returned": isOfContact,
  "message.added": (data) => isOfContact(data) && isText(data.text) && isText(data.author),
  caption: (data) =>
    isOfContact(data) &&
    isText(data.text) &&
    isText(data.author) &&
    isText(data.session) &&
    typeof data.sequence === "number",
  typing: (data) => isText(data.contact_id) && isText(data.author),
  "note.added": (data) => isOfContact(data) && isText(data.text),
  "coaching.added": (data) => isOfContact(data) && isText(data.text),
  "watch.updated": (data) => isOfContact(data) && isText(data.mode),
  "watch.ended": isOfContact,
  "agent.updated": isAgent,
  "workplace.updated": (data) => isListOf(data.queues, "id", "name") && isListOf(data.canned_texts, "name", "text"),
  ok: (data) => data.ref !== undefined,
  error: (data) => isText(data.code) && isText(data.message),
};

/** The frame as one that we know, or null for an unknown type or a wrong shape. */
export function asAgentFrame(frame: Frame): AgentFrame | null {
  const fits = Object.hasOwn(SHAPES, frame.type) && SHAPES[frame.type as keyof AgentFrames](frame.data);
  return fits ? (frame as unknown as AgentFrame) : null;
}
