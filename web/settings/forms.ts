/** How each kind of section is turned into a form, and the form back into what is sent. */
import { asHours, type Hours, written } from "./hours";
import type { Value } from "./wire";

export interface Form {
  readonly open: (value: Value, zone: string) => unknown;
  readonly written: (draft: unknown) => Value;
}

export type Pairs = readonly (readonly [string, string])[];
export type Seconds = readonly (readonly [string, number])[];

export interface HeadStarts {
  readonly cap_seconds: number;
  readonly dropped_call_seconds: number;
  readonly topics: Seconds;
  readonly customers: Seconds;
}

export interface Notice {
  readonly says: string;
  readonly queues: readonly string[];
  readonly begin: string | null;
  readonly end: string | null;
}

export interface Page {
  readonly title: string;
  readonly says: string;
}

export interface QueueRules {
  readonly name: string;
  readonly dnis: readonly string[];
  readonly expected_handle_seconds: number;
  readonly target_seconds: number;
  readonly limit: number | null;
  readonly overflow: { readonly to: string; readonly after_seconds: number } | null;
  readonly prefers_proficiency: boolean;
}

/** Thresholds; null: no such alarm. Shares are in percent while they are being changed. */
export interface Alarms {
  readonly longest_wait: number | null;
  readonly waiting: number | null;
  readonly nobody_ready: boolean;
  readonly service_level: number | null;
  readonly promises_kept: number | null;
  readonly at_least: number | null;
}

export const SHARES = ["service_level", "promises_kept"] as const;

export interface Names {
  readonly brand: string;
  readonly emergency_number: string | null;
  readonly dispositions: readonly string[];
}

export interface Somebody {
  readonly username: string;
  readonly password: string;
  readonly name: string;
  readonly role: string;
  readonly queues: readonly string[];
  readonly languages: readonly string[];
  readonly phone: string | null;
  readonly proficiency: Readonly<Record<string, number>>;
  readonly has_access: boolean;
  readonly has_softphone: boolean;
}

const asItIs: Form = { open: (value) => value, written: (draft) => draft };

export const NEW_QUEUE: QueueRules = {
  name: "",
  dnis: [],
  expected_handle_seconds: 300,
  target_seconds: 60,
  limit: null,
  overflow: null,
  prefers_proficiency: false,
};

export const FORMS: Readonly<Record<string, Form>> = {
  hours: { open: asHours, written: (draft) => written(draft as Hours) },
  notices: asItIs,
  canned_texts: { open: (value) => Object.entries(value as Record<string, string>), written: asRecord },
  knowledge: asItIs,
  queues: asItIs,
  head_starts: {
    open: (value) => {
      const rules = value as Record<string, unknown>;
      return { ...rules, topics: Object.entries(rules.topics ?? {}), customers: Object.entries(rules.customers ?? {}) };
    },
    written: (draft) => {
      const rules = draft as HeadStarts;
      return { ...rules, topics: asRecord(rules.topics), customers: asRecord(rules.customers) };
    },
  },
  alarms: {
    open: (value) => shares(value as Alarms, (share) => Math.round(share * 10_000) / 100),
    written: (draft) => shares(draft as Alarms, (percent) => percent / 100),
  },
  timing: asItIs,
  names: asItIs,
};

export function kindOf(section: string): string {
  return section.split(".", 1)[0] ?? section;
}

export function formOf(section: string): Form {
  return FORMS[kindOf(section)] ?? asItIs;
}

/** The name that two rows share, which no record can hold; null where there is none. */
export function doubled(rows: readonly (readonly [string, unknown])[]): string | null {
  const names = rows.map(([name]) => name.trim());
  return names.find((name, n) => names.indexOf(name) !== n) ?? null;
}

function shares(alarms: Alarms, turn: (share: number) => number): Alarms {
  const turned = (share: number | null): number | null => (share === null ? null : turn(share));
  return { ...alarms, service_level: turned(alarms.service_level), promises_kept: turned(alarms.promises_kept) };
}

/** Rows of names and values; a row whose name and value are both empty was never filled in. */
function asRecord(draft: unknown): Value {
  const rows = draft as readonly (readonly [string, string | number])[];
  return Object.fromEntries(rows.filter(([name, value]) => name.trim() !== "" || value !== "").map(([name, value]) => [name.trim(), value]));
}

/** The list with this place another, or gone where `value` is undefined. */
export function replaced<T>(list: readonly T[], n: number, value?: T): readonly T[] {
  return list.flatMap((each, m) => (m !== n ? [each] : value === undefined ? [] : [value]));
}
