/** What survives a reload: the contact and its token, words not yet confirmed, what was read. Never a secret, never a cookie. */
import type { Pending } from "./state";

export interface Kept {
  readonly version: 1;
  /** Made before the first try to join, so that trying again can't take a second place. */
  readonly key: string;
  readonly keyAt: number;
  readonly queue: string | null;
  readonly contactId: string | null;
  readonly token: string | null;
  readonly from: number;
  readonly pending: readonly Pending[];
  readonly read: number;
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

function browserShelf(): Shelf {
  try {
    localStorage.getItem(NAME);
    return localStorage;
  } catch {
    return memoryShelf();
  }
}
