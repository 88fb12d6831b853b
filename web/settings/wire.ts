/** The doors /api/v1/settings and /api/v1/people: what they answer, checked, and what they are asked. */
import { ask } from "../shared/request";

export type Value = unknown;

export interface Who {
  readonly username: string;
  readonly name: string;
}

export interface Section {
  readonly section: string;
  readonly kind: string;
  readonly name: string | null;
  readonly value: Value;
  /** That of its last change; 0 where the tenant file's value holds. */
  readonly version: number;
  readonly at: string | null;
  readonly by: Who | null;
}

export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly is_open: boolean;
  readonly opens_at: string | null;
  readonly closes_at: string | null;
}

export interface Labelled {
  readonly id: string;
  readonly label: string;
}

export interface Settings {
  readonly may: readonly string[];
  readonly sections: readonly Section[];
  readonly queues: readonly Queue[];
  readonly topics: readonly Labelled[];
  readonly services: readonly Labelled[];
  readonly languages: readonly string[];
  readonly at_the_start: readonly { readonly name: string }[];
}

export interface Version {
  readonly version: number;
  readonly at: string;
  /** Null for the operator. */
  readonly by: Who | null;
  readonly section: string;
  readonly before: Value;
  readonly after: Value;
  readonly is_as_in_file: boolean;
  readonly comment: string | null;
  readonly undoes: number | null;
  readonly can_undo: boolean;
}

export interface Preview extends Omit<Queue, "id"> {
  readonly queue: string;
  readonly says: string;
}

export interface Person {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly queues: readonly string[];
  readonly languages: readonly string[];
  readonly phone: string | null;
  readonly proficiency: Readonly<Record<string, number>>;
  readonly has_access: boolean;
  /** Calls may be taken in the console. */
  readonly has_softphone: boolean;
  readonly presence: string;
  readonly version: number;
  readonly at: string | null;
  readonly by: Who | null;
}

/** One wrong field: its path, the kind of fault, the service's own sentence, and the bound that was not kept. */
export interface Wrong {
  readonly field: string;
  readonly code: string;
  readonly reason: string;
  readonly bound: number | null;
}

const SETTINGS = "/api/v1/settings";
const PEOPLE = "/api/v1/people";
const BOUNDS = ["min_length", "max_length", "gt", "ge", "lt", "le"] as const;

export async function settings(): Promise<Settings> {
  return (await ask(SETTINGS)) as Settings;
}

export async function versions(before: number | null, section: string | null): Promise<{ versions: Version[]; next: number | null }> {
  const query = new URLSearchParams();
  if (before !== null) query.set("before", String(before));
  if (section !== null) query.set("section", section);
  return (await ask(`${SETTINGS}/versions?${query}`)) as { versions: Version[]; next: number | null };
}

export async function change(section: string, value: Value, version: number, comment: string): Promise<number> {
  const body = { value, version, comment: comment || null };
  return ((await ask(`${SETTINGS}/${encodeURIComponent(section)}`, { method: "PUT", body })) as { version: number }).version;
}

export async function preview(section: string, value: Value): Promise<readonly Preview[]> {
  const told = await ask(`${SETTINGS}/${encodeURIComponent(section)}/preview`, { body: { value } });
  return (told as { previews: Preview[] }).previews;
}

export async function undo(version: number): Promise<void> {
  await ask(`${SETTINGS}/versions/${version}/undo`, { body: {} });
}

export async function people(): Promise<readonly Person[]> {
  return ((await ask(PEOPLE)) as { people: Person[] }).people;
}

export async function addPerson(person: Readonly<Record<string, Value>>): Promise<void> {
  await ask(PEOPLE, { body: person });
}

export async function changePerson(username: string, person: Readonly<Record<string, Value>>): Promise<number> {
  const told = await ask(`${PEOPLE}/${encodeURIComponent(username)}`, { method: "PUT", body: person });
  return (told as { version: number }).version;
}

export async function setPassword(username: string, password: string): Promise<void> {
  await ask(`${PEOPLE}/${encodeURIComponent(username)}/password`, { method: "PUT", body: { password } });
}

/** The wrong fields of a refusal; where it names one in its sentence alone, that one. */
export function wrongFields(message: string, more: Readonly<Record<string, unknown>>): readonly Wrong[] {
  if (Array.isArray(more.fields)) return more.fields.map((each) => wrong(each as Record<string, unknown>));
  const named = /^([\w.-]+): (.*)$/s.exec(message);
  return [wrong({ field: named?.[1] ?? "", code: "value_error", reason: named?.[2] ?? message })];
}

function wrong(told: Readonly<Record<string, unknown>>): Wrong {
  const bound = BOUNDS.map((name) => told[name]).find((each) => typeof each === "number");
  return { field: text(told.field), code: text(told.code), reason: text(told.reason), bound: bound ?? null };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
