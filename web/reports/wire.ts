/** What the service answers about reports, and the check that an answer has that shape. */
import type { Note, Past, Said } from "../shared/agent-wire";

/** Figures by name; those of what was promised stand apart. */
export interface Counted {
  readonly told_waits?: Readonly<Record<string, number | null>>;
  readonly [figure: string]: unknown;
}

export interface Named {
  readonly username: string;
  readonly name: string;
}

/** One line's, channel's, topic's or agent's row in the stretch of time that begins at `at`. */
export interface Row extends Counted {
  readonly at: string;
  readonly queue?: string;
  readonly channel?: string;
  readonly topic?: string;
  readonly topic_label?: string | null;
  readonly agent?: Named | null;
}

/** What alone counts, by what it is told apart: as the address has it, and as a person reads it; null where the page has the word. */
export type Only = Readonly<Partial<Record<string, { readonly value: string; readonly label: string | null }>>>;

export interface Rules {
  readonly short_abandon_seconds: number;
  readonly target_seconds: Readonly<Record<string, number>>;
}

/** What /api/v1/supervisor/reports answers. `is_complete` false: many contacts are being counted just now. */
export interface Report {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly rows: readonly Row[];
  readonly total: Counted;
  readonly only?: Only;
  readonly rules?: Rules;
  readonly is_complete?: boolean;
  /** False: those figures that need every single wait are asked for still. */
  readonly has_percentiles?: boolean;
  /** The lines' names. */
  readonly queues?: Readonly<Record<string, string>>;
}

/** A contact behind a figure: it brings `part` to it, `times` so often as it is counted. */
export interface Behind {
  readonly contact_id: string;
  readonly entered_at: string;
  readonly queue: string;
  readonly channel: string;
  readonly topic_label: string | null;
  readonly waited_seconds: number | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly agent: Named | null;
  readonly part: number;
  readonly times: number;
}

export interface Listed {
  readonly contacts: readonly Behind[];
  readonly next: string | null;
  readonly only?: Only;
}

export interface Step {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Briefed {
  readonly contact_id: string;
  readonly channel: string;
  readonly queue: string;
  readonly language: string;
  readonly headline: string;
  readonly customer: { readonly name: string; readonly number: string } | null;
  readonly verification: { readonly level: number; readonly method: string | null };
  readonly topic_label: string | null;
  readonly facts: readonly { readonly id: string; readonly label: string; readonly value: string }[];
  readonly tried: readonly { readonly label: string; readonly outcome: string }[];
  readonly consent: boolean | null;
  readonly disposition: string | null;
  readonly entered_at: string;
  readonly waited_seconds: number;
  readonly outcome: string | null;
  readonly state: string;
  readonly transcript: readonly Said[];
  readonly notes: readonly Note[];
  readonly history: readonly Past[];
  /** When what was said was erased; null where it was not, and left out by a service that can't erase. */
  readonly erased_at?: string | null;
}

export interface Story {
  readonly contact: Briefed;
  readonly story: readonly Step[];
}

/** A recording of what caller and agent said to each other; `n` names it. */
export interface Recording {
  readonly n: number;
  readonly at: string;
  readonly seconds: number | null;
  readonly agent_name: string | null;
}

/** The report in this answer, or null where it has another shape. */
export function asReport(answer: unknown): Report | null {
  const report = answer as Partial<Report> | null;
  return report && Array.isArray(report.rows) && typeof report.total === "object" ? (report as Report) : null;
}

export function asListed(answer: unknown): Listed | null {
  const listed = answer as Partial<Listed> | null;
  return listed && Array.isArray(listed.contacts) ? (listed as Listed) : null;
}

export function asStory(answer: unknown): Story | null {
  const told = answer as Partial<Story> | null;
  return told && Array.isArray(told.story) && Array.isArray(told.contact?.transcript) ? (told as Story) : null;
}

export function asRecordings(answer: unknown): readonly Recording[] | null {
  const list = (answer as { recordings?: unknown } | null)?.recordings;
  return Array.isArray(list) ? list.filter(isRecording).map(({ n, at, seconds, agent_name }) => ({ n, at, seconds: seconds ?? null, agent_name: agent_name ?? null })) : null;
}

const isRecording = (item: unknown): item is Pick<Recording, "n" | "at"> & Partial<Recording> => {
  const { n, at } = (item ?? {}) as Partial<Recording>;
  return Number.isInteger(n) && typeof at === "string" && !Number.isNaN(Date.parse(at));
};

/** Only what was said on the telephone is recorded, though the contact may have gone on elsewhere; and what was erased is not kept. */
export function mayBeRecorded({ contact, story }: Story): boolean {
  return !contact.erased_at && (contact.channel === "voice" || story.some(({ type }) => type === "recording.changed"));
}

const OVER = ["wrapping", "closed", "contained", "abandoned"];

/** By an admin alone, once, and when the conversation has ended. */
export function mayBeErased({ state, erased_at }: Pick<Briefed, "state" | "erased_at">, isAdmin: boolean): boolean {
  return isAdmin && erased_at === null && OVER.includes(state);
}
