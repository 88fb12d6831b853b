/** The recordings of one contact: which there are, and the sound of those that somebody has asked to hear. */
import { ask, askForFile, type Refusal, refusalIn, Refused, Unavailable } from "../shared/request";
import { asRecordings, type Recording } from "./wire";

/** A recording that was asked for; `url` is an address of this page alone. */
export type Hearing =
  | { readonly state: "fetching" }
  | { readonly state: "here"; readonly url: string }
  | { readonly state: "failed"; readonly why: Refusal };

/** What was answered instead of a sound: where the telephone company is away, that it is. */
export function troubleIn(error: unknown): Refusal {
  return error instanceof Unavailable && error.status === 503 ? { code: "telephone_away", message: "" } : refusalIn(error);
}

/** What is gone, or is not for who asks, is not had by asking again. */
export function mayAskAgain(hearing: Hearing): boolean {
  return hearing.state === "failed" && hearing.why.code !== "no_recording" && hearing.why.code !== "forbidden";
}

export interface Door {
  readonly list: (contact: string) => Promise<unknown>;
  readonly sound: (contact: string, n: number) => Promise<Blob>;
}

const address = (contact: string): string => `/api/v1/supervisor/contacts/${encodeURIComponent(contact)}/recordings`;
const service: Door = {
  list: (contact) => ask(address(contact)),
  sound: (contact, n) => askForFile(`${address(contact)}/${n}`),
};

/** Fetches a sound once, when it is asked for, and lets go of all of them when it is turned to another contact. */
export class Recordings {
  list: readonly Recording[] = [];
  /** Nobody could say whether there are any. */
  isUnknown = false;
  readonly hearings = new Map<number, Hearing>();
  #contact: string | null = null;
  #turned = 0;

  /** `changed` is told when something is to be drawn anew, `heard` when the service has noted a hearing. */
  constructor(
    private readonly changed: () => void,
    private readonly heard: () => void,
    private readonly door: Door = service,
  ) {}

  /** Asks for those of this contact; null for none at all. */
  async turnTo(contact: string | null): Promise<void> {
    const turned = (this.#turned += 1);
    for (const hearing of this.hearings.values()) if (hearing.state === "here") URL.revokeObjectURL(hearing.url);
    this.hearings.clear();
    [this.list, this.isUnknown, this.#contact] = [[], false, contact];
    if (contact === null) return;
    try {
      const list = asRecordings(await this.door.list(contact));
      if (turned !== this.#turned) return;
      [this.list, this.isUnknown] = [list ?? [], list === null];
    } catch (error) {
      if (turned !== this.#turned) return;
      this.isUnknown = !(error instanceof Refused && error.status === 404);
    }
    this.changed();
  }

  again(): Promise<void> {
    return this.turnTo(this.#contact);
  }

  /** Fetches one that is not being fetched, nor here: each fetching is a hearing in the trail. */
  async hear(n: number): Promise<void> {
    const [contact, turned, before] = [this.#contact, this.#turned, this.hearings.get(n)];
    if (contact === null || (before && !mayAskAgain(before))) return;
    this.#turn(n, { state: "fetching" });
    try {
      const sound = await this.door.sound(contact, n);
      if (turned !== this.#turned) return;
      this.#turn(n, { state: "here", url: URL.createObjectURL(sound) });
      this.heard();
    } catch (error) {
      if (turned === this.#turned) this.#turn(n, { state: "failed", why: troubleIn(error) });
    }
  }

  #turn(n: number, hearing: Hearing): void {
    this.hearings.set(n, hearing);
    this.changed();
  }
}
