/** What survives a reload: the contact and its token, words not yet confirmed, what was read. Never a secret, never a cookie. */
import { freshKey } from "../shared/keys";
import type { Pending } from "./state";

export interface Kept {
  readonly version: 1;
  /** Made before the first try to join, so that trying again can't take a second place. */
  readonly key: string;
  readonly keyAt: number;
  readonly queue: string | null;
  /** A fingerprint of what was asked for instead of a place under this key. */
  readonly instead?: string | null;
  readonly contactId: string | null;
  readonly token: string | null;
  readonly from: number;
  readonly pending: readonly Pending[];
  readonly read: number;
  /** The caller has said how it was. */
  readonly isJudged?: boolean;
}

export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

const NAME = "holdfast.contact";

/** A shelf in memory, for pages where the browser's storage is closed: works until the reload. */
export function memoryShelf(): Shelf {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}

export class Keep {
  constructor(private readonly shelf: Shelf = browserShelf()) {}

  /** What was kept, or null: nothing, or something that this version can't read. */
  read(): Kept | null {
    try {
      const kept = JSON.parse(this.shelf.getItem(NAME) ?? "null") as Kept | null;
      return kept?.version === 1 && typeof kept.key === "string" && Array.isArray(kept.pending) ? kept : null;
    } catch {
      return null;
    }
  }

  write(kept: Kept): void {
    try {
      this.shelf.setItem(NAME, JSON.stringify(kept));
    } catch {
      // A full or closed storage costs the reload, not the place.
    }
  }

  clear(): void {
    this.shelf.removeItem(NAME);
  }
}

/** How long the service honours an idempotency key; a kept one that is older would be refused or take a second place anyway. */
const KEY_LASTS_MS = 9 * 60_000;

/** What this device holds now, and what of it survives a reload. */
export class Holding {
  #now: Kept | null;

  constructor(private readonly keep: Keep) {
    this.#now = keep.read();
  }

  get kept(): Kept | null {
    return this.#now;
  }

  get id(): string {
    return this.#now?.contactId ?? "";
  }

  get token(): string {
    return this.#now?.token ?? "";
  }

  /** Begins to ask for a place: under the same key as before where the same was asked for a short while ago. */
  begin(queue: string | null, instead: string | null, now: number): Kept {
    const old = this.#now;
    const isSame = old !== null && old.queue === queue && (old.instead ?? null) === instead;
    if (isSame && old.contactId === null && now - old.keyAt < KEY_LASTS_MS) return old;
    const unheld = { contactId: null, token: null, from: 1, pending: [], read: 0 };
    this.#now = { version: 1, key: freshKey(), keyAt: now, queue, instead, ...unheld };
    this.keep.write(this.#now);
    return this.#now;
  }

  write(change: Partial<Kept>): void {
    if (!this.#now) return;
    this.#now = { ...this.#now, ...change };
    this.keep.write(this.#now);
  }

  forget(): void {
    this.#now = null;
    this.keep.clear();
  }

  /** Takes what another tab has kept. True where that is another contact, or opened by another token. */
  reread(): boolean {
    const kept = this.keep.read();
    const isOther = kept?.contactId !== this.#now?.contactId || kept?.token !== this.#now?.token;
    if (isOther) this.#now = kept;
    return isOther;
  }
}

function browserShelf(): Shelf {
  try {
    localStorage.getItem(NAME);
    return localStorage;
  } catch {
    return memoryShelf();
  }
}
