/** The console's shortcuts: which key means what, and when a key is only a letter. */

export type Shortcut =
  | "accept"
  | "after"
  | "decline"
  | "ready"
  | "write"
  | "note"
  | "end"
  | "layout"
  | "help"
  | "pass-on"
  | "verify"
  | "knowledge"
  | "hold"
  | "mute"
  | "left"
  | "dismiss"
  | `copy-${number}`
  | `contact-${number}`;

const KEYS: Readonly<Record<string, Shortcut>> = {
  KeyA: "accept",
  KeyS: "after",
  KeyD: "decline",
  KeyR: "ready",
  KeyI: "write",
  KeyN: "note",
  KeyE: "end",
  KeyL: "layout",
  KeyT: "pass-on",
  KeyV: "verify",
  KeyK: "knowledge",
  KeyH: "hold",
  KeyM: "mute",
  KeyG: "left",
  Escape: "dismiss",
};

export interface Key {
  readonly code: string;
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey?: boolean;
  readonly repeat: boolean;
}

/** The shortcut that a key press means. While somebody writes, letters are letters unless Alt is held. */
export function shortcut(press: Key, isWriting: boolean): Shortcut | null {
  if (press.ctrlKey || press.metaKey || press.repeat || (isWriting && !press.altKey)) return null;
  if (press.key === "?" || press.key === "؟") return "help";
  const digit = /^Digit([1-9])$/.exec(press.code)?.[1];
  if (press.shiftKey) return digit ? `copy-${Number(digit)}` : null;
  return digit ? `contact-${Number(digit)}` : (KEYS[press.code] ?? null);
}

/** The list that `?` shows: key caps and the name of their text. */
export const LISTED = [
  ["A", "key.accept"],
  ["S", "key.after"],
  ["D", "key.decline"],
  ["R", "key.ready"],
  ["1…9", "key.contact"],
  ["I", "key.write"],
  ["N", "key.note"],
  ["Enter", "key.send"],
  ["/", "key.canned"],
  ["K", "key.knowledge"],
  ["⇧ 1…9", "key.copy"],
  ["T", "key.pass-on"],
  ["V", "key.verify"],
  ["H", "key.hold"],
  ["M", "key.mute"],
  ["E", "key.end"],
  ["L", "key.layout"],
  ["G", "key.left"],
  ["?", "key.help"],
] as const;
