/** What every view of the settings page is given. */
import type { Say } from "../shared/catalogue";
import type { Editing } from "./editing";
import type { Person, Section, Settings, Version } from "./wire";
import type { SettingsWords } from "./words/en";

export type SaySettings = Say<SettingsWords>;

export const ROOMS = [
  "hours",
  "notices",
  "canned_texts",
  "knowledge",
  "people",
  "alarms",
  "queues",
  "head_starts",
  "timing",
  "names",
  "changes",
] as const;
export type Room = (typeof ROOMS)[number];

/** What was changed last from here, which can be undone at once. */
export interface Saved {
  readonly section: string;
  readonly version: number | null;
}

export interface View {
  readonly say: SaySettings;
  readonly locale: string;
  readonly settings: Settings;
  readonly people: readonly Person[] | null;
  readonly me: string;
  readonly role: string;
  readonly versions: readonly Version[] | null;
  readonly hasMoreVersions: boolean;
  /** The section whose changes alone are listed. */
  readonly only: string | null;
  readonly asking: string | null;
  readonly editing: (section: string) => Editing | undefined;
  readonly may: (kind: string) => boolean;
  /** Begins to change a section; what was begun before goes on. */
  readonly open: (section: string, draft: unknown, version: number) => void;
  readonly edit: (section: string, draft: unknown) => void;
  readonly comment: (section: string, text: string) => void;
  readonly save: (section: string) => void;
  readonly discard: (section: string) => void;
  readonly keepMine: (section: string) => void;
  readonly takeTheirs: (section: string) => void;
  readonly undo: (version: number) => void;
  readonly more: () => void;
  /** Lists the changes of this section alone, or of all. */
  readonly history: (section: string | null) => void;
  /** A question that waits for a second press: what it is about. */
  readonly ask: (what: string | null) => void;
  readonly password: (username: string, password: string) => Promise<boolean>;
}

export function sectionOf({ settings }: View, name: string): Section | undefined {
  return settings.sections.find((each) => each.section === name);
}

export function sectionsOf({ settings }: View, kind: string): readonly Section[] {
  return settings.sections.filter((each) => each.kind === kind);
}

export function queueName({ settings }: View, id: string): string {
  return settings.queues.find((queue) => queue.id === id)?.name ?? id;
}

export function serviceName({ settings }: View, id: string): string {
  return settings.services.find((service) => service.id === id)?.label ?? id;
}

/** How a section is called for people. */
export function nameOf(view: View, section: string): string {
  const { say } = view;
  const at = section.indexOf(".");
  const [kind, name] = at < 0 ? [section, ""] : [section.slice(0, at), section.slice(at + 1)];
  if (kind === "hours") return say("section.hours", { name: queueName(view, name) });
  if (kind === "queues") return say("section.queues", { name: queueName(view, name) });
  if (kind === "knowledge") return say("section.knowledge", { name: serviceName(view, name) });
  if (kind === "people") return say("section.people", { name: personName(view, name) });
  if (kind === "passwords") return say("section.passwords", { name: personName(view, name) });
  return (ROOMS as readonly string[]).includes(kind) ? say(kind as Room) : section;
}

function personName({ people }: View, username: string): string {
  return people?.find((each) => each.username === username)?.name ?? username;
}
