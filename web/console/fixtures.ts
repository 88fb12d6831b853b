import type { Agent, Briefing, Offer, Snapshot } from "../shared/agent-wire";

/** For tests: an agent, an offer, a briefing and a snapshot as the wire has them. */
export const agent: Agent = {
  username: "amira",
  name: "Amira Haddad",
  role: "agent",
  presence: "ready",
  reason: null,
  phone: "client:amira",
  softphone: "emulator",
  ring_choice: "softphone",
  rings_at: "softphone",
  slots: [
    { channel: "chat", n: 1, work: "connected", contact_id: "c1" },
    { channel: "chat", n: 2, work: null, contact_id: null },
    { channel: "voice", n: 1, work: null, contact_id: null },
  ],
};

export const offer = (id: string, more: Partial<Offer> = {}): Offer => ({
  offer_id: id,
  contact_id: `contact-of-${id}`,
  channel: "chat",
  queue: "cards",
  waited_seconds: 60,
  expires_at: "2026-11-22T12:00:20Z",
  headline: "Maya Okafor: Lost or stolen card",
  ...more,
});

export const briefing = (id: string, more: Partial<Briefing> = {}): Briefing => ({
  contact_id: id,
  channel: "chat",
  queue: "cards",
  language: "en",
  state: "offered",
  customer: null,
  verification: { level: 0, method: null, at: null },
  topic: null,
  topic_label: null,
  headline: "Caller not verified",
  facts: [],
  tried: [],
  consent: null,
  waited_seconds: 60,
  connected_at: null,
  ended_at: null,
  outcome: null,
  wrap_up_until: null,
  transcript: [],
  notes: [],
  history: [],
  ...more,
});

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  revision: 100,
  agent,
  offers: [],
  contacts: [],
  queues: [{ id: "cards", name: "Cards" }],
  dispositions: ["resolved", "other"],
  ...more,
});
