/** The settings in every room, and a section's form in every state. */
import { begun, type Editing } from "../settings/editing";
import { formOf } from "../settings/forms";
import type { Room } from "../settings/view";
import type { Person, Section, Settings, Version, Wrong } from "../settings/wire";
import { ago } from "./caller-samples";

export interface SettingsSample {
  readonly name: string;
  readonly room: Room;
  /** The section that is open, if it is not the room's only one. */
  readonly opened?: string;
  readonly editing?: Partial<Editing>;
  /** What is being asked for a second time. */
  readonly asking?: string;
  readonly isTheirs?: boolean;
  readonly versions?: readonly Version[] | null;
}

const sofia = { username: "sofia", name: "Sofia Andersson" };
const section = (kind: string, value: unknown, name: string | null = null, version = 0): Section => ({
  section: name === null ? kind : `${kind}.${name}`,
  ...{ kind, name, value, version },
  ...(version > 0 ? { at: ago(7200), by: sofia } : { at: null, by: null }),
});
const office = { time_zone: "Europe/London", weekly: { mon: ["09:00-17:30"], tue: ["09:00-12:00", "13:00-17:30"] }, holidays: ["2026-12-25"] };
const queue = { name: "Cards", dnis: ["+442079460000"], expected_handle_seconds: 300, target_seconds: 60, limit: 200, overflow: { to: "fraud", after_seconds: 300 }, prefers_proficiency: true };

export const SETTINGS: Settings = {
  may: [],
  sections: [
    section("hours", office, "cards", 3),
    section("hours", "always", "fraud"),
    section("notices", [{ says: "Our app is down at the moment.", queues: ["cards"], begin: null, end: "2026-11-22T16:00:00Z" }], null, 4),
    section("canned_texts", { hello: "Hello {customer}, this is {agent}." }),
    section("knowledge", { title: "Opening hours", says: "Our lines are open day and night." }, "opening_hours"),
    section("alarms", { longest_wait: 1, waiting: null, nobody_ready: true, service_level: 0.5, promises_kept: 0.5, at_least: 20 }, null, 5),
    section("queues", queue, "cards"),
    section("head_starts", { cap_seconds: 900, dropped_call_seconds: 120, topics: { lost: 300 }, customers: { vulnerable: 400 } }),
    section("timing", { grace_seconds: 120, offer_seconds: 20, wrap_up_seconds: 180 }),
    section("names", { brand: "Fernhill Bank", emergency_number: "999", dispositions: ["resolved", "other"] }),
  ],
  queues: [
    { id: "cards", name: "Cards", is_open: true, opens_at: null, closes_at: "2026-11-22T17:30:00Z" },
    { id: "fraud", name: "Fraud", is_open: false, opens_at: "2026-11-23T09:00:00Z", closes_at: null },
  ],
  topics: [{ id: "lost", label: "Lost or stolen card" }],
  services: [{ id: "opening_hours", label: "Opening hours" }],
  languages: ["en", "ar"],
  at_the_start: [{ name: "languages" }, { name: "webhooks" }],
};

const somebody = (username: string, name: string, more: Partial<Person> = {}): Person => ({
  ...{ username, name, role: "agent", queues: ["cards"], languages: ["en"], phone: null, proficiency: { cards: 4 } },
  ...{ has_access: true, has_softphone: true, presence: "ready", version: 0, at: null, by: null },
  ...more,
});
export const PEOPLE: readonly Person[] = [
  somebody("amira", "Amira Haddad", { phone: "+442071830001", version: 2, at: ago(9000), by: sofia }),
  somebody("sofia", "Sofia Andersson", { role: "supervisor" }),
  somebody("dora", "Dora Novak", { has_access: false }),
];

const version = (n: number, of: string, before: unknown, after: unknown, more: Partial<Version> = {}): Version => ({
  ...{ version: n, at: ago(9000 - n * 60), by: sofia, section: of, before, after },
  ...{ is_as_in_file: false, comment: null, undoes: null, can_undo: false },
  ...more,
});
const VERSIONS: readonly Version[] = [
  version(5, "alarms", { waiting: null, nobody_ready: true, service_level: 0.5 }, { waiting: 5, nobody_ready: false, service_level: 0.6 }, { can_undo: true, comment: "The new target" }),
  version(4, "notices", [{ says: "Lines are down." }], [{ says: "Our app is down at the moment." }], { can_undo: true }),
  version(3, "hours.cards", office, "always", { undoes: 2, is_as_in_file: true, by: null }),
  version(1, "queues.travel", null, { name: "Travel" }),
];

const wrong = (field: string, code: string, bound: number | null = null): Wrong => ({ field, code, reason: "it is not so", bound });
const draft = { longest_wait: 0, waiting: 4, nobody_ready: true, service_level: 180, promises_kept: 50, at_least: 20 };
const preview = { ...{ queue: "cards", name: "Cards", is_open: true, opens_at: null, closes_at: null }, says: "Our app is down at the moment. Your place in the queue is secured: you’re next." };

export const ROOM_SAMPLES: readonly SettingsSample[] = [
  { name: "hours", room: "hours", opened: "hours.cards" },
  { name: "notices", room: "notices", editing: { previews: [preview] } },
  { name: "canned_texts", room: "canned_texts" },
  { name: "knowledge", room: "knowledge", opened: "knowledge.opening_hours" },
  { name: "people", room: "people", opened: "people.amira" },
  { name: "alarms", room: "alarms" },
  { name: "changed", room: "alarms", editing: { draft: { ...draft, longest_wait: 2, service_level: 60 }, comment: "The new target" } },
  { name: "wrong", room: "alarms", editing: { draft, wrong: [wrong("longest_wait", "greater_than", 0), wrong("service_level", "less_than_equal", 1)] } },
  { name: "clash", room: "alarms", editing: { draft: { ...draft, waiting: 9 }, clash: { by: sofia, at: ago(60), version: 6 } } },
  { name: "away", room: "alarms", editing: { draft: { ...draft, waiting: 9 }, trouble: { code: "away", message: "" } } },
  { name: "saving", room: "alarms", editing: { draft: { ...draft, waiting: 9 }, isBusy: true } },
  { name: "read_only", room: "timing", isTheirs: true },
  { name: "queues", room: "queues", opened: "queues.cards" },
  { name: "head_starts", room: "head_starts" },
  { name: "timing", room: "timing" },
  { name: "names", room: "names" },
  { name: "changes", room: "changes", versions: VERSIONS },
  { name: "no_changes", room: "changes", versions: [] },
];

/** What is open in this sample, as the page would have opened it. */
export function editingOf(sample: SettingsSample, asked: string): Editing | undefined {
  const opened = sample.opened ?? sample.room;
  if (asked !== opened) return undefined;
  const person = PEOPLE.find((each) => `people.${each.username}` === opened);
  const found = SETTINGS.sections.find((each) => each.section === opened);
  if (person) return { ...begun(opened, person.version, { ...person, password: "" }), ...sample.editing };
  return found && { ...begun(opened, found.version, formOf(opened).open(found.value, "Europe/London")), ...sample.editing };
}
