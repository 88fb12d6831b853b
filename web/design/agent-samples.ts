/** The console's parts in every state. */
import type { Agent, Briefing, Offer, Said, Slot } from "../shared/agent-wire";
import type { Card, Desk } from "../console/desk";
import { emptyDesk } from "../console/desk";
import type { Page } from "../console/view";
import { ago } from "./caller-samples";

export interface ConsoleSample {
  readonly name: string;
  readonly desk?: Partial<Desk>;
  readonly page?: Partial<Page>;
}

const slot = (n: number, work: string | null, channel = "chat"): Slot => ({ channel, n, work, contact_id: work && `c${n}` });
const agent: Agent = {
  username: "amira",
  name: "Amira Haddad",
  role: "agent",
  presence: "ready",
  reason: null,
  phone: null,
  softphone: null,
  slots: [slot(1, null), slot(2, null), slot(3, null)],
};
const held: Agent = { ...agent, slots: [slot(1, "connected"), slot(2, "connected"), slot(3, "wrapping")] };

const said = (seq: number, author: Said["author"], text: string, more: Partial<Said> = {}): Said => ({
  seq,
  at: ago(400 - seq * 20),
  author,
  text,
  ...more,
});
const transcript: readonly Said[] = [
  said(1, "assistant", "Your place in the queue is secured: three people ahead. Can I help while you wait?"),
  said(2, "caller", "I’ve lost my debit card. It must have fallen out of my pocket on the bus this morning."),
  said(3, "assistant", "Your debit card ending 4417 is frozen. Nobody can pay with it any more."),
  said(10, "agent", "Hello Maya, I’ve read what happened. A new card is on its way.", { agent_name: "Amira" }),
  said(11, "caller", "شكرًا لكم، كان ذلك سريعًا! متى تصل البطاقة؟"),
];

export const briefing: Briefing = {
  contact_id: "c1",
  channel: "chat",
  queue: "cards",
  language: "en",
  state: "connected",
  customer: { name: "Maya Okafor", number: "10000001" },
  verification: { level: 2, method: "pin", at: ago(300) },
  topic: "report_lost_card",
  topic_label: "Lost or stolen card",
  headline: "Maya Okafor: Lost or stolen card. Card frozen.",
  facts: [
    { id: "card_kind", label: "Card", value: "debit" },
    { id: "date", label: "Last seen", value: "this morning" },
  ],
  tried: [
    { label: "Freeze the card", outcome: "done" },
    { label: "Order a replacement card", outcome: "unsure" },
  ],
  consent: true,
  prefers: { channel: "chat", language: "en" },
  waited_seconds: 312,
  connected_at: ago(210),
  ended_at: null,
  outcome: null,
  wrap_up_until: null,
  transcript,
  notes: [{ seq: 12, at: ago(100), text: "Calm, knows what she wants.", agent_name: "Amira" }],
  history: [
    { contact_id: "h1", at: ago(900_000), channel: "voice", topic_label: "Declined card", outcome: "handled", disposition: "resolved", notes: ["The shop’s terminal was at fault."] },
    { contact_id: "h2", at: ago(2_000_000), channel: "chat", topic_label: null, outcome: "contained" },
  ],
};

export const card = (more: Partial<Card> = {}): Card => ({
  ...briefing,
  notes: briefing.notes ?? [],
  coaching: [],
  captions: [],
  isTyping: false,
  lastSeq: 20,
  pending: [],
  unread: 0,
  ...more,
});
const stranger = card({ contact_id: "c2", customer: null, verification: { level: 0, method: null, at: null }, topic: null, topic_label: null, headline: "Caller not verified", facts: [], tried: [], notes: [], history: [], prefers: null, consent: null, transcript: [], unread: 2 });
const wrapping = card({ contact_id: "c3", state: "wrapping", wrap_up_until: ago(-42) });

const offer = (more: Partial<Offer> = {}): Offer => ({
  offer_id: "o1",
  contact_id: "c9",
  channel: "chat",
  queue: "cards",
  waited_seconds: 312,
  expires_at: ago(-14),
  headline: "Maya Okafor: Lost or stolen card. Card frozen.",
  ...more,
});

export const desk: Desk = {
  ...emptyDesk,
  link: "open",
  isLive: true,
  agent,
  queues: new Map([["cards", "Cards"]]),
  cannedTexts: [
    { name: "hello", text: "Hello {customer}, this is {agent}." },
    { name: "moment", text: "Thank you, I’m looking into that now." },
  ],
  knowledge: [
    { id: "international_fees", title: "Fees abroad", text: "Paying by card abroad costs 2.75 percent of the sum." },
    { id: "opening_hours", title: "Opening hours", text: "Our lines are open day and night." },
  ],
  verificationMethods: ["pin", "code"],
};

/** Ben's, beside whom Amira is. */
const others = (mode: string, more: Partial<Card> = {}): Partial<Desk> => {
  const contact = card({ contact_id: "c4", agent_name: "Ben", supervisors: [{ username: "amira", name: "Amira Haddad", mode }], notes: [], ...more });
  const talk = contact.transcript.map((words) => (words.agent_name ? { ...words, agent_name: "Ben" } : words));
  const own = said(20, "agent", "Hello Maya, Amira here. It arrives on Friday.", { agent_name: "Amira" });
  const transcript = mode === "join" && contact.channel === "chat" ? [...talk, own] : talk;
  return { cards: [{ ...contact, transcript }], beside: new Map([["c4", mode]]) };
};
const asking = (state: string): Partial<Desk> => ({
  cards: [card({ transfer: { mode: "join", to: "ben", agent_name: "Ben", state, reason: null } })],
});

const holding = { agent: held, cards: [card(), stranger, wrapping], selected: "c1" };
export const RAILS: readonly ConsoleSample[] = [
  { name: "ready", desk: {} },
  { name: "not_ready", desk: { agent: { ...agent, presence: "not_ready", reason: "lunch" } } },
  { name: "rona", desk: { agent: { ...agent, presence: "not_ready", reason: "rona" } } },
  { name: "holding", desk: holding, page: { leftCount: 3 } },
  { name: "on_a_call", desk: { agent: { ...agent, role: "supervisor", slots: [slot(1, null), slot(1, "connected", "voice")] }, cards: [card({ channel: "voice" })], selected: "c1" } },
  { name: "beside", desk: { agent: { ...agent, slots: [slot(1, "connected"), slot(2, "connected"), slot(3, null)] }, cards: [card(), stranger, ...(others("join").cards ?? [])], beside: new Map([["c4", "join"]]), selected: "c4" } },
  { name: "reconnecting", desk: { ...holding, isLive: false }, page: { isSilent: true } },
];

export const OFFERS: readonly ConsoleSample[] = [
  { name: "offered", desk: { offers: [offer()] } },
  { name: "in_step", desk: { offers: [offer({ in_step: { step: "identity", seconds: 20 } })] } },
  { name: "call", desk: { offers: [offer({ channel: "voice", headline: "Call back: Caller not verified" })] } },
  { name: "warm", desk: { offers: [offer({ kind: "warm", from: "Ben", briefing: { transfer_note: "Needs a new one by Friday." } })] } },
  { name: "join", desk: { offers: [offer({ kind: "join", from: "Ben", briefing: { transfer_note: "She asks about fees abroad, which you know best." } })] } },
  { name: "late", desk: { offers: [offer({ expires_at: ago(-4) })] } },
  { name: "answering", desk: { offers: [offer()] }, page: { answering: new Set(["o1"]) } },
  { name: "two", desk: { offers: [offer(), offer({ offer_id: "o2", headline: "Caller not verified" })] } },
];

const call = card({ channel: "voice", call: { on_hold: true, muted: true, written_down: true, recording: "paused" }, caller_number: "+442071838750", captions: [{ author: "caller", text: "And when will the new one", session: "s", sequence: 1 }] });
export const CONTACTS: readonly ConsoleSample[] = [
  { name: "offered", desk: { cards: [card({ state: "offered", connected_at: null, transcript: transcript.slice(0, 3) })] } },
  { name: "connected", desk: { cards: [card()] } },
  { name: "unverified", desk: { cards: [stranger] } },
  { name: "typing", desk: { cards: [card({ isTyping: true, silent_seconds: 65 })] } },
  { name: "sending", desk: { cards: [card({ pending: [{ client_id: "p1", text: "One moment, please." }, { client_id: "p2", text: "Are you there?", failed: true }] })] } },
  { name: "canned", desk: { cards: [card()] }, page: { canned: { contactId: "c1", typed: "/", at: 0 } } },
  { name: "noting", desk: { cards: [card()] }, page: { noting: new Set(["c1"]) } },
  { name: "ending", desk: { cards: [card()] }, page: { ending: "c1" } },
  { name: "verifying", desk: { cards: [card()] }, page: { verifying: "c1" } },
  { name: "asked", desk: { cards: [card({ verification_request: { method: "code", state: "pending" } })] } },
  { name: "failed", desk: { cards: [card({ verification_request: { method: "pin", state: "failed", tries_left: 1 } })] } },
  { name: "handing_over", desk: { cards: [card({ transfer: { to: "ben", agent_name: "Ben", state: "pending", reason: null } })] } },
  { name: "asking_in", desk: asking("pending") },
  { name: "asked_in_vain", desk: asking("declined") },
  { name: "in_company", desk: { cards: [card({ supervisors: [{ username: "ben", name: "Ben", mode: "join" }], transcript: [...transcript, said(12, "agent", "Hello Maya, Ben here.", { agent_name: "Ben" })] })] } },
  { name: "joined", desk: others("join", { transfer_note: "She asks about fees abroad, which you know best." }) },
  { name: "joined_call", desk: others("join", { channel: "voice", call: { on_hold: false, muted: false, written_down: true, recording: "on" }, captions: call.captions }) },
  { name: "coaching", desk: others("coach", { coaching: [{ seq: 14, at: ago(20), text: "Offer her a new card.", agent_name: "Amira Haddad" }] }) },
  { name: "listening", desk: others("listen") },
  { name: "handed_over", desk: { cards: [card({ transfer_note: "Needs a new one by Friday." })] } },
  { name: "beside", desk: { cards: [card({ supervisors: [{ username: "sofia", name: "Sofia", mode: "coach" }], coaching: [{ seq: 14, at: ago(20), text: "Offer her a new card.", agent_name: "Sofia" }] })] } },
  { name: "call", desk: { cards: [call] } },
  { name: "wrapping", desk: { cards: [wrapping] } },
];

export const COLLEAGUES = {
  agents: [
    { username: "ben", name: "Ben Adeyemi", presence: "ready", reason: null, queues: ["cards"], languages: ["en"], free: { chat: 2, voice: 1 } },
    { username: "carla", name: "Carla Mendes", presence: "ready", reason: null, queues: ["cards"], languages: ["en"], free: { chat: 0, voice: 0 } },
    { username: "dora", name: "Dora Novak", presence: "not_ready", reason: "lunch", queues: ["cards"], languages: ["en"], free: {} },
  ],
  queues: [
    { id: "fraud", name: "Fraud", is_open: true, waiting: 2, free: 1 },
    { id: "accounts", name: "Accounts", is_open: false, waiting: 0, free: 0 },
  ],
};
