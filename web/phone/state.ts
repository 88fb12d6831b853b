/** What the telephone knows, and how each frame of the exchange changes it. Pure: no sound, no clock, no network. */
import type { Frame, Link } from "../shared/socket";

export type CallStatus =
  "queued" | "ringing" | "in-progress" | "completed" | "busy" | "no-answer" | "failed" | "canceled";

export interface Call {
  readonly sid: string;
  readonly direction: "outgoing" | "incoming";
  readonly from: string;
  readonly to: string;
  readonly status: CallStatus;
}

export interface Caption {
  readonly id: number;
  readonly who: "line" | "me" | "other" | "event";
  readonly text: string;
  readonly name?: string;
  /** How many keys a caption stands for; the keys themselves are not written down. */
  readonly keys?: number;
  readonly unheard?: boolean;
}

export interface Text {
  readonly sid: string;
  readonly direction: "incoming" | "outgoing";
  readonly other: string;
  readonly body: string;
}

export interface Listening {
  readonly input: readonly string[];
  readonly digits: number | null;
}

export interface State {
  readonly link: Link;
  readonly address: string | null;
  readonly call: Call | null;
  readonly captions: readonly Caption[];
  readonly texts: readonly Text[];
  readonly listening: Listening | null;
  readonly isPlaying: boolean;
  readonly inConference: boolean;
  readonly trouble: string | null;
}

export const onHook: State = {
  link: "idle",
  address: null,
  call: null,
  captions: [],
  texts: [],
  listening: null,
  isPlaying: false,
  inConference: false,
  trouble: null,
};

const KEPT_TEXTS = 200;
const OVER: readonly string[] = ["completed", "busy", "no-answer", "failed", "canceled"];

export function isOver(call: Call | null): boolean {
  return call === null || OVER.includes(call.status);
}

export function isTalking(state: State): boolean {
  return state.call?.status === "in-progress";
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function textOf(data: Frame["data"]): Text {
  const isIncoming = data.direction === "incoming";
  const other = text(isIncoming ? data.from : data.to);
  return { sid: text(data.sid), direction: isIncoming ? "incoming" : "outgoing", other, body: text(data.body) };
}

/** The state after a frame. Frames about another call than the one in hand change nothing. */
export function after(state: State, frame: Frame): State {
  const { data } = frame;
  switch (frame.type) {
    case "registered":
      return { ...state, address: text(data.address), trouble: null };
    case "text":
      return { ...state, texts: [...state.texts, textOf(data)].slice(-KEPT_TEXTS), trouble: null };
    case "call":
      return called(state, data);
    case "error":
      return refused(state, text(data.code), text(data.message));
  }
  if (data.call_sid !== state.call?.sid) return state;
  switch (frame.type) {
    case "spoken":
      return { ...caption(state, { who: "line", text: text(data.text) }), listening: null };
    case "caption":
      return caption(state, { who: "other", text: text(data.text), name: text(data.from) });
    case "play":
      return { ...state, isPlaying: true, listening: null };
    case "stop":
      return { ...state, isPlaying: false };
    case "listening": {
      const input = Array.isArray(data.input) ? data.input.filter((kind) => typeof kind === "string") : [];
      return { ...state, listening: { input, digits: typeof data.num_digits === "number" ? data.num_digits : null } };
    }
    case "heard":
      return { ...state, listening: null };
    case "recording":
    case "recorded":
      return taped(state, frame.type === "recording");
    case "conference": {
      const joined = data.joined === true;
      return {
        ...caption(state, { who: "event", text: joined ? "joined" : "left" }),
        inConference: joined,
        isPlaying: false,
        listening: null,
      };
    }
    case "part": {
      const part = data.hold === true ? "held" : data.muted === true ? "muted" : "open";
      return { ...caption(state, { who: "event", text: part }), isPlaying: false };
    }
    default:
      return state;
  }
}

/** Between the tone and the end of a recording whatever is said is taken down. */
function taped(state: State, begins: boolean): State {
  const listening = begins ? { input: ["speech", "dtmf"], digits: null } : null;
  return { ...caption(state, { who: "event", text: begins ? "tone" : "recorded" }), listening };
}

function called(state: State, data: Frame["data"]): State {
  const call: Call = {
    sid: text(data.call_sid),
    direction: data.direction === "incoming" ? "incoming" : "outgoing",
    from: text(data.from),
    to: text(data.to),
    status: text(data.status) as CallStatus,
  };
  const isNew = call.sid !== state.call?.sid;
  if (isNew && !isOver(state.call)) return state;
  if (isNew && isOver(call) && state.call) return state;
  const kept = isNew ? { ...state, captions: [] } : state;
  const over = isOver(call) ? { listening: null, isPlaying: false, inConference: false } : {};
  return { ...kept, call, trouble: null, ...over };
}

function refused(state: State, code: string, message: string): State {
  if (code !== "not_listening") return { ...state, trouble: message };
  const last = state.captions.findLastIndex((said) => said.who === "me");
  return { ...state, captions: state.captions.map((said, n) => (n === last ? { ...said, unheard: true } : said)) };
}

function caption(state: State, said: Omit<Caption, "id">): State {
  return { ...state, captions: [...state.captions, { id: (state.captions.at(-1)?.id ?? 0) + 1, ...said }] };
}

/** One's own words, as they go out. */
export function saidByMe(state: State, words: string): State {
  return { ...caption(state, { who: "me", text: words }), listening: null };
}

/** One's own keys: counted, because a PIN has no business in a caption. */
export function pressedByMe(state: State, count: number): State {
  const last = state.captions.at(-1);
  if (last?.who !== "me" || last.keys === undefined) return caption(state, { who: "me", text: "", keys: count });
  return { ...state, captions: [...state.captions.slice(0, -1), { ...last, keys: last.keys + count }] };
}

/** The exchange lost sight of this telephone: a call in hand is over. */
export function linked(state: State, link: Link): State {
  if (link === "open") return { ...state, link };
  const call = state.call && !isOver(state.call) ? { ...state.call, status: "failed" as const } : state.call;
  return { ...state, link, address: null, call, listening: null, isPlaying: false, inConference: false };
}
