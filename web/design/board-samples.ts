/** The supervisor's board in every state: how the lines stand, and what a supervisor is about to do. */
import type { Desk } from "../console/desk";
import type { Row } from "../reports/wire";
import type { Board, Line, Person, Served, Waiting } from "../supervisor/board";
import type { Page } from "../supervisor/view";
import { card } from "./agent-samples";
import { ago } from "./caller-samples";

export interface BoardSample {
  readonly name: string;
  readonly board?: Partial<Board>;
  readonly page?: Partial<Page>;
  readonly desk?: Partial<Desk>;
  readonly today?: ReadonlyMap<string, Row>;
}

const wait = { known: true, low_seconds: 240, high_seconds: 420 };
const line = (id: string, name: string, more: Partial<Line> = {}): Line => ({
  ...{ id, name, waiting: 0, longest_wait_seconds: 0, offered: 0, connected: 0, is_open: true, target_seconds: 60, ready: 2 },
  wait: { known: true, low_seconds: 0, high_seconds: 0 },
  ...more,
});
const person = (username: string, name: string, presence: string, more: Partial<Person> = {}): Person => ({
  ...{ username, name, role: "agent", presence, reason: null, connected: 0 },
  ...more,
});
const place = (n: number, more: Partial<Waiting> = {}): Waiting => ({
  ...{ contact_id: `w${n}`, queue: "cards", channel: "chat", state: "waiting", reach: "present", position: n },
  ...{ entered_at: ago(400 - n * 60), callback_at: null, verified: false, topic_label: null, agent: null },
  ...more,
});
const served = (n: number, agent: string, more: Partial<Served> = {}): Served => ({
  ...{ contact_id: `c${n}`, queue: "cards", channel: "chat", agent, connected_at: ago(90 * n), silent: false, topic_label: null },
  ...more,
});

export const usual: Board = {
  queues: [
    line("cards", "Cards", { waiting: 4, longest_wait_seconds: 340, offered: 1, connected: 3, wait }),
    line("fraud", "Fraud", { waiting: 1, longest_wait_seconds: 12, ready: 0, wait: { known: false, low_seconds: null, high_seconds: null } }),
    line("accounts", "Accounts and payments", { is_open: false }),
  ],
  agents: [
    person("amira", "Amira Haddad", "ready", { connected: 2 }),
    person("ben", "Ben Adeyemi", "not_ready", { reason: "rona" }),
    person("carla", "Carla Mendes", "not_ready", { reason: "lunch", connected: 1 }),
    person("dora", "Dora Novak", "signed_out"),
  ],
  contacts: [
    served(1, "amira", { topic_label: "Lost or stolen card" }),
    served(2, "amira", { channel: "voice" }),
    served(3, "carla", { silent: true, topic_label: "Declined card" }),
  ],
  waiting: [
    place(1, { state: "offered", agent: "amira", topic_label: "Lost or stolen card", verified: true }),
    place(2, { channel: "voice" }),
    place(3, { reach: "away" }),
    place(4, { reach: "callback", channel: "voice", topic_label: "Fees abroad" }),
    place(1, { contact_id: "w9", queue: "fraud" }),
  ],
  alarms: { longest_wait: 1, waiting: 4, nobody_ready: true, service_level: 0.5, promises_kept: 0.5, at_least: 20 },
};

const row = (level: number, coverage: number): Row => ({
  ...{ at: ago(40_000), entered: 60, answered: 48, abandoned: 6, service_level: level },
  told_waits: { scored: 40, coverage },
});
const calm: Board = {
  ...usual,
  queues: usual.queues.map(({ id, name }) => line(id, name)),
  contacts: [],
  waiting: [],
};
const beside = (mode: string): Partial<Desk> => ({
  cards: [card({ coaching: [{ seq: 14, at: ago(20), text: "Offer her a new card.", agent_name: "Sofia" }] })],
  beside: new Map([["c1", mode]]),
});

export const BOARDS: readonly BoardSample[] = [
  { name: "usual", today: new Map([["cards", row(0.42, 0.81)], ["fraud", row(0.9, 0.31)]]) },
  { name: "calm", board: calm },
  { name: "no_alarms", board: { alarms: { longest_wait: null, waiting: null, nobody_ready: false, service_level: null, promises_kept: null, at_least: 20 } } },
  { name: "changing", page: { changing: "ben" } },
  { name: "moving", page: { moving: "w2" } },
  { name: "taking_out", page: { takingOut: "w3" } },
  { name: "listening", desk: beside("listen") },
  { name: "coaching", desk: beside("coach") },
  { name: "joined", desk: beside("join") },
];
