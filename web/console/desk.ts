/** What lies on an agent's desk, and how each frame changes it. Pure: no clock, no network. */
import type { Agent, AgentFrame, Article, Briefing, Caption, Note, Offer, Said, Snapshot, Workplace } from "../shared/agent-wire";
import type { Link } from "../shared/socket";
import type { CannedText } from "./canned";
import { guessed, inOrder, placed, settled } from "./captions";

export interface Pending {
  readonly client_id: string;
  readonly text: string;
  readonly failed?: boolean;
}

/** A contact on the desk: its briefing as it is now, and how far its frames have been taken. */
export interface Card extends Briefing {
  readonly lastSeq: number;
  readonly pending: readonly Pending[];
  readonly unread: number;
  readonly notes: readonly Note[];
  readonly coaching: readonly Note[];
  /** What is being said on the telephone now, by speaker. */
  readonly captions: readonly Caption[];
  /** The caller is writing. */
  readonly isTyping: boolean;
}

export interface Desk {
  readonly link: Link;
  /** The snapshot of this connection has arrived: what is shown is now, and can be acted on. */
  readonly isLive: boolean;
  readonly agent: Agent | null;
  readonly offers: readonly Offer[];
  readonly cards: readonly Card[];
  /** How the agent stands beside contacts of others, by contact: `listen`, `coach` or `join`. */
  readonly beside: ReadonlyMap<string, string>;
  readonly selected: string | null;
  readonly queues: ReadonlyMap<string, string>;
  readonly dispositions: readonly string[];
  readonly cannedTexts: readonly CannedText[];
  readonly knowledge: readonly Article[];
  readonly verificationMethods: readonly string[];
  readonly revision: number;
}

export const emptyDesk: Desk = {
  link: "idle",
  isLive: false,
  agent: null,
  offers: [],
  cards: [],
  beside: new Map(),
  selected: null,
  queues: new Map(),
  dispositions: ["resolved", "follow_up", "transferred", "wrong_queue", "no_answer", "other"],
  cannedTexts: [],
  knowledge: [],
  verificationMethods: ["pin"],
  revision: 0,
};

/** The desk after a frame. Frames that are not newer than what is known change nothing. */
export function after(desk: Desk, frame: AgentFrame): Desk {
  if (frame.type === "snapshot") return fresh(desk, frame.data);
  if (frame.revision !== undefined) {
    if (frame.revision <= desk.revision) return desk;
    return ofAgent({ ...desk, revision: frame.revision }, frame);
  }
  return frame.type === "ok" || frame.type === "error" ? desk : ofContact(desk, frame, frame.seq ?? 0, frame.at ?? "");
}

/** A snapshot replaces everything: what was offered or held before and isn't in it is gone. What is being said is kept. */
function fresh(desk: Desk, data: Snapshot): Desk {
  const before = new Map(desk.cards.map((card) => [card.contact_id, card]));
  const watched = data.watched ?? [];
  const cards = [...data.contacts, ...watched].map((contact): Card => {
    const known = before.get(contact.contact_id);
    const arrived = new Set(contact.transcript.map((said) => said.client_id));
    const pending = (known?.pending ?? []).filter((said) => !arrived.has(said.client_id));
    return { ...carded(contact, contact.last_seq), pending, unread: known?.unread ?? 0 };
  });
  return selecting({
    ...desk,
    isLive: true,
    agent: data.agent,
    offers: data.offers,
    cards,
    beside: new Map(watched.map(({ contact_id, mode }) => [contact_id, mode])),
    ...workplace(desk, data),
    revision: data.revision,
  });
}

type OfTenant = "queues" | "dispositions" | "cannedTexts" | "knowledge" | "verificationMethods";

/** What the tenant gives: its lines, how contacts may end, what agents send and read out, how callers may prove who they are. */
function workplace(desk: Desk, data: Workplace): Pick<Desk, OfTenant> {
  return {
    queues: new Map(data.queues.map((queue) => [queue.id, queue.name])),
    dispositions: data.dispositions ?? desk.dispositions,
    cannedTexts: data.canned_texts ?? [],
    knowledge: data.knowledge ?? [],
    verificationMethods: data.verification_methods ?? desk.verificationMethods,
  };
}

function ofAgent(desk: Desk, frame: AgentFrame): Desk {
  switch (frame.type) {
    case "offer.made":
    case "offer.updated": {
      const known = desk.offers.some((offer) => offer.offer_id === frame.data.offer_id);
      const offers = known
        ? desk.offers.map((offer) => (offer.offer_id === frame.data.offer_id ? frame.data : offer))
        : [...desk.offers, frame.data];
      return { ...desk, offers };
    }
    case "offer.ended":
      return { ...desk, offers: desk.offers.filter((offer) => offer.offer_id !== frame.data.offer_id) };
    case "agent.updated":
      return { ...desk, agent: frame.data };
    case "workplace.updated":
      return { ...desk, ...workplace(desk, frame.data) };
    case "watch.updated":
      return { ...desk, beside: new Map(desk.beside).set(frame.data.contact_id, frame.data.mode) };
    case "watch.ended": // not where the contact has become the agent's own by then
      return desk.beside.has(frame.data.contact_id) ? leaving(desk, frame.data.contact_id) : desk;
    default:
      return desk;
  }
}

function leaving(desk: Desk, id: string): Desk {
  return without({ ...desk, beside: new Map([...desk.beside].filter(([contactId]) => contactId !== id)) }, id);
}

function carded(briefing: Briefing, lastSeq: number): Card {
  const { notes = [], coaching = [] } = briefing;
  const transcript = inOrder(briefing.transcript);
  return { ...briefing, transcript, notes, coaching, lastSeq, pending: [], unread: 0, captions: [], isTyping: false };
}

type ContactFrame = Exclude<AgentFrame, { type: "snapshot" | "ok" | "error" }>;

function ofContact(desk: Desk, frame: ContactFrame, seq: number, at: string): Desk {
  if (frame.type === "contact.briefing") return introduced(desk, frame.data, seq);
  const id = "contact_id" in frame.data ? frame.data.contact_id : "";
  const card = desk.cards.find((known) => known.contact_id === id);
  if (card && frame.type === "caption") {
    const captions = guessed(card.captions, card.transcript, frame.data);
    return captions === card.captions ? desk : put(desk, { ...card, captions });
  }
  if (card && frame.type === "typing") return frame.data.author === "caller" ? put(desk, { ...card, isTyping: true }) : desk;
  if (!card || seq <= card.lastSeq) return desk;
  switch (frame.type) {
    case "message.added":
      return put(desk, heard(card, { ...frame.data, seq, at }, desk.selected === id || !concerns(desk, id)));
    case "note.added":
      return put(desk, { ...card, lastSeq: seq, notes: [...card.notes, { ...frame.data, seq, at }] });
    case "coaching.added":
      return put(desk, { ...card, lastSeq: seq, coaching: [...card.coaching, { ...frame.data, seq, at }] });
    case "contact.connected":
    case "contact.updated":
    case "contact.closed":
    case "contact.returned": {
      const next: Card = { ...card, ...frame.data, lastSeq: seq };
      if (desk.beside.has(id)) return isGoingOn(next.state) ? put(desk, next) : leaving(desk, id);
      return isGoingOn(next.state) || next.state === "wrapping" ? put(desk, next) : without(desk, id);
    }
    default:
      return desk;
  }
}

/** From the accepted offer to the end of the talk; the wrap-up is its own agent's alone. */
function isGoingOn(state: string): boolean {
  return state === "offered" || state === "connected";
}

/** Whether the caller's words are for this agent too: not where they only follow or coach. */
export function concerns(desk: Desk, id: string): boolean {
  return (desk.beside.get(id) ?? "join") === "join";
}

/** The agent's own contacts, and then those of others. */
export function ordered(desk: Desk): readonly Card[] {
  const isOwn = (card: Card): boolean => !desk.beside.has(card.contact_id);
  return [...desk.cards.filter(isOwn), ...desk.cards.filter((card) => !isOwn(card))];
}

function introduced(desk: Desk, briefing: Briefing, seq: number): Desk {
  const card = carded(briefing, seq);
  const others = desk.cards.filter((known) => known.contact_id !== card.contact_id);
  const isBusy = desk.cards.some((known) => known.contact_id === desk.selected && known.state !== "wrapping");
  return { ...desk, cards: [...others, card], selected: isBusy ? desk.selected : card.contact_id };
}

function heard(card: Card, said: Said & { contact_id?: string }, isShown: boolean): Card {
  return {
    ...card,
    lastSeq: said.seq,
    silent_seconds: said.author === "agent" ? null : (card.silent_seconds ?? null),
    transcript: placed(card.transcript, said),
    captions: settled(card.captions, said),
    pending: card.pending.filter((pending) => pending.client_id !== said.client_id),
    unread: said.author === "caller" && !said.caption && !isShown ? card.unread + 1 : card.unread,
    isTyping: card.isTyping && said.author !== "caller",
  };
}

export function put(desk: Desk, card: Card): Desk {
  return { ...desk, cards: desk.cards.map((known) => (known.contact_id === card.contact_id ? card : known)) };
}

function without(desk: Desk, id: string): Desk {
  return selecting({ ...desk, cards: desk.cards.filter((card) => card.contact_id !== id) });
}

function selecting(desk: Desk): Desk {
  if (desk.cards.some((card) => card.contact_id === desk.selected)) return desk;
  return { ...desk, selected: desk.cards[0]?.contact_id ?? null };
}

/** Turns to a contact; its words count as read. */
export function select(desk: Desk, id: string): Desk {
  const card = desk.cards.find((known) => known.contact_id === id);
  return card ? put({ ...desk, selected: id }, { ...card, unread: 0 }) : desk;
}

/** The link turned. Without it nothing on the desk is surely so: offers are taken away until the next snapshot. */
export function linked(desk: Desk, link: Link): Desk {
  return link === "open" ? { ...desk, link } : { ...desk, link, isLive: false, offers: [] };
}

/** How many contacts of a channel fit: `[taken, all]`. */
export function capacity(agent: Agent, channel: string): [number, number] {
  const slots = agent.slots.filter((slot) => slot.channel === channel);
  return [slots.filter((slot) => slot.contact_id !== null).length, slots.length];
}

/** Whether a telephone that rings now was asked for: by an acceptance on this page, whose briefing is here, or to stand beside. */
export function awaitsCall(desk: Desk, accepted: ReadonlySet<string>): boolean {
  const calls = desk.cards.filter((card) => card.channel === "voice");
  const isBeside = calls.some((card) => desk.beside.has(card.contact_id));
  const isTaken = calls.some((card) => accepted.has(card.contact_id) && card.state !== "wrapping");
  return isBeside || isTaken || desk.offers.some((offer) => accepted.has(offer.contact_id) && offer.ringing === true);
}
