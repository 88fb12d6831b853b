/** One section while it is being changed: what it was when it was opened, what it is to be, and what is wrong with that. */
import { Refused } from "../shared/request";
import { type Preview, type Value, type Who, type Wrong, wrongFields } from "./wire";

/** Somebody changed the section after it had been opened here. */
export interface Clash {
  readonly by: Who | null;
  readonly at: string | null;
  readonly version: number;
}

export interface Editing<D = unknown> {
  readonly section: string;
  readonly version: number;
  /** The form as it was opened. */
  readonly base: D;
  readonly draft: D;
  readonly comment: string;
  readonly wrong: readonly Wrong[];
  readonly clash: Clash | null;
  /** A refusal that is of no field, as its code and sentence. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
  readonly previews: readonly Preview[] | null;
  readonly isBusy: boolean;
}

export function begun<D>(section: string, version: number, base: D): Editing<D> {
  const nothing = { comment: "", wrong: [], clash: null, trouble: null, previews: null, isBusy: false };
  return { section, version, base, draft: base, ...nothing };
}

export function isChanged(editing: Editing): boolean {
  return JSON.stringify(editing.draft) !== JSON.stringify(editing.base);
}

/** What became of it after the service said no. */
export function afterError(editing: Editing, error: unknown): Editing {
  const still = { ...editing, isBusy: false };
  if (!(error instanceof Refused)) return { ...still, trouble: { code: "away", message: "" } };
  const { code, message, more } = error;
  if (code === "settings_changed")
    return { ...still, clash: { by: asWho(more.by), at: asText(more.at), version: Number(more.version ?? 0) } };
  if (code === "invalid_request") return { ...still, wrong: wrongFields(message, more), trouble: null };
  return { ...still, trouble: { code, message }, wrong: [] };
}

/** Goes on with one's own over what somebody else has changed meanwhile. */
export function overTheirs(editing: Editing): Editing {
  return editing.clash ? { ...editing, version: editing.clash.version, clash: null } : editing;
}

/** What is wrong with this field, or with anything in it. */
export function wrongOf(editing: Editing, field: string): Wrong | undefined {
  return editing.wrong.find((each) => each.field === field || each.field.startsWith(`${field}.`));
}

function asWho(value: Value): Who | null {
  return typeof value === "object" && value !== null && "name" in value ? (value as Who) : null;
}

function asText(value: Value): string | null {
  return typeof value === "string" ? value : null;
}
