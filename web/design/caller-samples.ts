/** The widget in every state: what its contact is like, and what is open. */
import type { Place } from "../shared/contact-wire";
import { MEASURES } from "../survey/form";
import { type Message, nothing, type State } from "../widget/state";
import type { Panel } from "../widget/view";

/** The moment at which all samples stand still. */
export const NOW = Date.parse("2026-11-22T12:00:00Z");
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

export interface WidgetSample {
  readonly name: string;
  readonly state: Partial<State>;
  readonly panel?: Partial<Panel>;
}

const place = (position: number | null, more: Partial<Place> = {}): Place => ({
  code: "48217730",
  queue: "cards",
  state: "waiting",
  position,
  ahead: position === null ? null : position - 1,
  entered_at: ago(240),
  wait: { low_seconds: 240, high_seconds: 420, known: true },
  ...more,
});

const message = (seq: number, author: Message["author"], text: string, more: Partial<Message> = {}): Message => ({
  kind: "message",
  seq,
  at: ago(200 - seq * 10),
  author,
  text,
  ...more,
});

const greeting = message(
  1,
  "assistant",
  "Fernhill Bank, virtual assistant. Your place in the queue is secured: three people ahead, about four to seven minutes. Can I help while you wait?",
);
const lost = message(2, "caller", "I’ve lost my debit card. It must have fallen out of my pocket on the bus this morning.");
const asked = message(3, "assistant", "I can freeze it for you right now. Shall I freeze your debit card ending 4417?", {
  buttons: [
    { title: "Yes, freeze it", say: "yes" },
    { title: "No", say: "no" },
  ],
});
const hello = message(6, "agent", "Hello Maya, I see that your card is frozen. A new one is on its way.", { agent_name: "Amira" });
const arabic = message(7, "caller", "شكرًا لكم، كان ذلك سريعًا! متى تصل البطاقة؟");
const talk = [greeting, lost, asked];
const joined = { kind: "connected", seq: 5, name: "Amira", why: "" } as const;

const gathered = {
  topic: "report_lost_card",
  topic_label: "Lost or stolen card",
  verified: true,
  facts: [
    { id: "card_kind", label: "Card", value: "debit" },
    { id: "date", label: "Last seen", value: "this morning" },
  ],
  tried: [{ label: "Freeze the card", outcome: "done" }],
};
const waiting: Partial<State> = { phase: "waiting", link: "open", place: place(3), from: 4, talk, gathered, language: "en" };
const connected: Partial<State> = {
  ...waiting,
  phase: "connected",
  agentName: "Amira",
  talk: [...talk, joined, hello, arabic],
};
const ended = (outcome: string): Partial<State> => ({ ...waiting, phase: "closed", outcome, closedAt: ago(60) });
const asks = (name: string, kind: "secret" | "text", digits: number): Partial<State> => ({
  ...waiting,
  input: { request_id: "r1", kind, name, digits, prompt: kind === "secret" ? "Your PIN" : "Your customer number" },
});

export const LAUNCHERS: readonly WidgetSample[] = [
  { name: "new", state: {} },
  { name: "waiting", state: waiting },
  { name: "first", state: { ...waiting, place: place(1, { wait: { low_seconds: 0, high_seconds: 50, known: true } }) } },
  { name: "unread", state: { ...waiting, place: place(2, { wait: { low_seconds: null, high_seconds: null, known: false } }) } },
  { name: "connected", state: connected },
];

export const PANELS: readonly WidgetSample[] = [
  { name: "idle", state: {} },
  { name: "joining", state: { phase: "joining" } },
  { name: "trouble", state: { trouble: { code: "away", message: "" } } },
  {
    name: "shut",
    state: {
      shut: {
        why: { code: "queue_closed", message: "Our lines are closed just now. They open on Monday at nine." },
        opensAt: ago(-72_000),
        instead: ["callback", "message"],
      },
    },
  },
  { name: "waiting", state: waiting },
  { name: "first", state: { ...waiting, place: place(1, { wait: { low_seconds: 0, high_seconds: 50, known: true } }) } },
  { name: "long_line", state: { ...waiting, place: place(27), from: 31, talk: [greeting], gathered: null } },
  { name: "worse", state: { ...waiting, worse: "head_start" } },
  { name: "wait_unknown", state: { ...waiting, place: place(3, { wait: { low_seconds: null, high_seconds: null, known: false } }) } },
  { name: "quiet", state: { ...waiting, isQuiet: true } },
  { name: "notice", state: { ...waiting, talk: [message(0, "system", "Our app is down just now, and we are working on it.", { notice: true }), ...talk] } },
  { name: "gathered", state: waiting, panel: { gatheredOpen: true } },
  { name: "correcting", state: waiting, panel: { gatheredOpen: true, editing: "date" } },
  { name: "secure", state: asks("pin", "secret", 4) },
  { name: "secure_sent", state: { ...asks("pin", "secret", 4), inputState: "sent" } },
  { name: "secure_again", state: { ...asks("customer_number", "text", 8), inputState: "again" } },
  { name: "on_its_way", state: { ...waiting, pending: [{ client_id: "p1", text: "Are you still there?" }, { client_id: "p2", text: "Hello?", failed: true }] } },
  { name: "reconnecting", state: { ...waiting, link: "waiting", pending: [{ client_id: "p1", text: "Are you still there?" }] } },
  { name: "callback", state: waiting, panel: { confirming: "callback" } },
  { name: "called_back", state: { ...waiting, place: place(3, { reach: "callback", callback_at: null }) } },
  { name: "elsewhere", state: waiting, panel: { confirming: "elsewhere" } },
  { name: "settled", state: waiting, panel: { confirming: "settled" } },
  { name: "leave", state: waiting, panel: { confirming: "leave" } },
  { name: "connected", state: connected },
  { name: "typing", state: { ...connected, typing: "agent" } },
  { name: "returned", state: { ...waiting, talk: [...(connected.talk ?? []), { kind: "returned", seq: 9, name: "Amira", why: "agent_lost" }] } },
  { name: "handled", state: { ...ended("handled"), survey: MEASURES.map((measure) => ({ measure, says: null })) } },
  { name: "judging", state: { ...ended("handled"), survey: MEASURES.map((measure) => ({ measure, says: null })) }, panel: { isJudging: true } },
  { name: "judged", state: { ...ended("handled"), isJudged: true, preference: { channel: "chat", language: "en" } } },
  { name: "contained", state: { ...ended("contained"), isJudged: true } },
  { name: "elsewhere_now", state: ended("elsewhere") },
  { name: "gone", state: ended("gone") },
];

export const stateOf = (sample: WidgetSample): State => ({ ...nothing, ...sample.state });
