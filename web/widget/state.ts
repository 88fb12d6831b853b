/** What the widget knows of its contact, and how each frame changes it. Pure: no clock, no storage, no network. */
import type { ContactFrame, Gathered, InputRequest, MessageData, Place } from "../shared/contact-wire";
import type { Refusal, Refused } from "../shared/request";
import type { Link } from "../shared/socket";
import { MEASURES, type Question, questionsIn } from "../survey/form";

export type Phase = "idle" | "joining" | "waiting" | "connected" | "closed";

export interface Message extends MessageData {
  readonly kind: "message";
  readonly seq: number;
  readonly at: string | undefined;
}

/** Something that happened between messages, told in the widget's own words. */
export interface Happening {
  readonly kind: "connected" | "returned";
  readonly seq: number;
  readonly name: string;
  readonly why: string;
}

export interface Pending {
  readonly client_id: string;
  readonly text: string;
  /** It was refused: it waits for the caller, not for the connection. */
  readonly failed?: boolean;
}

/** The line is closed or full. */
export interface Shut {
  readonly why: Refusal;
  readonly opensAt: string | null;
  readonly instead: readonly ("callback" | "message")[];
}

export interface State {
  readonly phase: Phase;
  readonly link: Link;
  readonly place: Place | null;
  /** What the contact is held in; "" where that is not known. */
  readonly language: string;
  /** The furthest back that the place has stood: where its way along the line began. */
  readonly from: number;
  /** Why the place moved back, until it moves on again. */
  readonly worse: string | null;
  readonly talk: readonly (Message | Happening)[];
  readonly pending: readonly Pending[];
  readonly input: InputRequest | null;
  /** `sent`: on its way; `again`: the link broke before an answer, so it has to be entered once more. */
  readonly inputState: "open" | "sent" | "again";
  readonly gathered: Gathered | null;
  readonly agentName: string | null;
  readonly typing: "assistant" | "agent" | null;
  readonly isQuiet: boolean;
  readonly outcome: string | null;
  /** When it ended: what was given up can be had back for a while. */
  readonly closedAt: string | null;
  /** The caller has said how it was. */
  readonly isJudged: boolean;
  /** We would remember that this is how the customer would rather be reached; null where nothing is asked. */
  readonly preference: { readonly channel: string; readonly language: string } | null;
  /** Whether that is remembered; null where nothing was decided. */
  readonly isRemembered: boolean | null;
  /** What is asked after the end. */
  readonly survey: readonly Question[];
  /** Why there was no place, and what can be had instead. */
  readonly shut: Shut | null;
  /** What could not be done. */
  readonly trouble: Refusal | null;
}

/** What a server asks that doesn't say what. */
const EVERYTHING: readonly Question[] = MEASURES.map((measure) => ({ measure, says: null }));

export const nothing: State = {
  phase: "idle",
  link: "idle",
  place: null,
  language: "",
  from: 1,
  worse: null,
  talk: [],
  pending: [],
  input: null,
  inputState: "open",
  gathered: null,
  agentName: null,
  typing: null,
  isQuiet: false,
  outcome: null,
  closedAt: null,
  isJudged: false,
  preference: null,
  isRemembered: null,
  survey: [],
  shut: null,
  trouble: null,
};

/** A place that was just taken, with the greeting that the answer carried ("" for none). */
export function taken(place: Place, greeting: string, language = ""): State {
  const first = { kind: "message", seq: 0, at: place.entered_at, author: "assistant", text: greeting } as const;
  return { ...nothing, phase: "waiting", place, language, from: place.position ?? 1, talk: greeting ? [first] : [] };
}

/** The state after a frame. The same frames in the same order give the same state, so a replay after a reload is enough. */
export function after(state: State, frame: ContactFrame): State {
  const seq = frame.seq ?? 0;
  switch (frame.type) {
    case "place.updated":
      return placed(state, frame.data.place, frame.data.reason ?? null);
    case "message.added":
      return heard(state, { ...frame.data, kind: "message", seq, at: frame.at });
    case "input.requested":
      return { ...state, input: frame.data, inputState: "open", typing: null };
    case "input.ended":
      return { ...state, input: null, inputState: "open" };
    case "preference.asked":
      return { ...state, preference: frame.data };
    case "preference.decided":
      return { ...state, preference: null, isRemembered: frame.data.is_kept };
    case "gathered.updated":
      return { ...state, gathered: frame.data };
    case "dialogue.changed":
      return { ...state, isQuiet: frame.data.dialogue === "quiet" };
    case "contact.connected": {
      const name = frame.data.agent_name;
      const talk = [...state.talk, { kind: "connected", seq, name, why: "" } as const];
      return { ...state, phase: "connected", agentName: name, talk, input: null, typing: null, isQuiet: false };
    }
    case "contact.returned":
      return returned(state, seq, frame.data.reason);
    case "contact.closed":
      return {
        ...state,
        phase: "closed",
        outcome: frame.data.outcome,
        survey: frame.data.survey === undefined ? EVERYTHING : questionsIn(frame.data.survey),
        closedAt: frame.at ?? null,
        input: null,
        typing: null,
        pending: [],
        trouble: null,
      };
    case "typing":
      return frame.data.author === "agent" || frame.data.author === "assistant"
        ? { ...state, typing: frame.data.author }
        : state;
    case "error":
      return refused(state, frame.data, frame.data.client_id);
  }
}

function placed(state: State, place: Place, reason: string | null): State {
  const before = state.place?.position ?? null;
  const now = place.position;
  const isWorse = before !== null && now !== null && now > before;
  const isBetter = before !== null && now !== null && now < before;
  const worse = isWorse ? reason : isBetter ? null : state.worse;
  return { ...state, place, worse, from: Math.max(state.from, now ?? 1) };
}

/** Said alone, it brings a quiet assistant back. */
export const WAKE_WORD = "assistant";

function heard(state: State, message: Message): State {
  const pending = state.pending.filter((said) => said.client_id !== message.client_id);
  const wasSaidNow = pending.length < state.pending.length;
  const isQuiet = state.isQuiet && !(wasSaidNow && message.text.trim().toLowerCase() === WAKE_WORD);
  const typing = message.author === "caller" || message.author === "system" ? state.typing : null;
  return { ...state, talk: [...state.talk, message], pending, isQuiet, typing, trouble: null };
}

/** A return from an offer is not told: the caller never heard of that offer. */
function returned(state: State, seq: number, why: string): State {
  if (state.phase !== "connected") return state;
  const happening = { kind: "returned", seq, name: state.agentName ?? "", why } as const;
  return { ...state, phase: "waiting", agentName: null, typing: null, talk: [...state.talk, happening] };
}

/** A refusal names what it is about where it can: a message of ours, or the answer that was asked for. */
function refused(state: State, { code, message }: Refusal, about: string | undefined): State {
  const pending = state.pending.map((said) => (said.client_id === about ? { ...said, failed: true } : said));
  const inputState = about !== undefined && about === state.input?.request_id ? "open" : state.inputState;
  return { ...state, pending, inputState, trouble: { code, message } };
}

/** The link turned. An answer that was on its way when it broke may be lost, and secrets are not kept to send again. */
export function linked(state: State, link: Link): State {
  const inputState = link !== "open" && state.inputState === "sent" ? "again" : state.inputState;
  return { ...state, link, inputState, typing: link === "open" ? state.typing : null };
}

const GIVEN_UP: readonly unknown[] = ["contained", "left", "abandoned"];
const RECLAIM_MS = 600_000;

/** For how long from `now`, by the service's clock, the place that was given up can be had back, in milliseconds. The service decides. */
export function reclaimableFor({ phase, outcome, closedAt, place }: State, now: number): number {
  if (phase !== "closed" || !GIVEN_UP.includes(outcome) || !closedAt || !place) return 0;
  return Math.max(0, RECLAIM_MS - Math.max(0, now - Date.parse(closedAt)));
}

/** What a refusal to take a place offers instead, or null where there is nothing. */
export function shutBy(refused: Refused): Shut | null {
  if (refused.code !== "queue_closed" && refused.code !== "queue_full") return null;
  const offered = Array.isArray(refused.more.instead) ? (refused.more.instead as unknown[]) : [];
  const instead = (["callback", "message"] as const).filter((way) => offered.includes(way));
  const { opens_at: opensAt } = refused.more;
  const why = { code: refused.code, message: refused.message };
  return instead.length > 0 ? { why, opensAt: typeof opensAt === "string" ? opensAt : null, instead } : null;
}

/** How many messages from others came after `read`. */
export function unread(state: State, read: number): number {
  return state.talk.filter((item) => item.seq > read && (item.kind !== "message" || item.author !== "caller")).length;
}

export function lastSeq(state: State): number {
  return state.talk.at(-1)?.seq ?? 0;
}

/** The buttons on offer: those of the last message, while nothing was said after it. */
export function choices(state: State): readonly { title: string; say: string }[] {
  const last = state.talk.at(-1);
  return state.phase === "waiting" && state.pending.length === 0 && last?.kind === "message"
    ? (last.buttons ?? [])
    : [];
}
