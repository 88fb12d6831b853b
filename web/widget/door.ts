/** What the widget asks over HTTP: everything that works without a socket. Throws Refused or Unavailable, nothing else. */
import { isPlace, type Place } from "../shared/contact-wire";
import { ask } from "../shared/request";
import type { Judgement } from "../survey/form";

/** Instead of waiting: to be called when the turn comes, or to leave words. */
export type Instead =
  | { readonly callback: { readonly number: string } }
  | { readonly message: { readonly text: string; readonly reply_to: string } };

export interface Joining {
  readonly queue: string | null;
  readonly language: string;
  readonly key: string;
  readonly instead?: Instead | undefined;
}

/** A place and what opens it. */
export interface Held {
  readonly contactId: string;
  readonly token: string;
  readonly place: Place;
  readonly greeting: string;
  /** The contact's, which need not be the one that was asked for. */
  readonly language: string;
}

export interface Look {
  readonly dialogue?: string;
  readonly place?: unknown;
  readonly language?: unknown;
  /** By the service's clock. */
  readonly now?: unknown;
}

export class Door {
  constructor(
    private readonly server: string,
    private readonly fetch?: typeof globalThis.fetch,
  ) {}

  async join({ queue, language, key, instead }: Joining): Promise<Held> {
    const asked = { channel: "chat", ...(queue ? { queue } : {}), language, idempotency_key: key, identity_token: null };
    return held(await this.#ask("/api/v1/contacts", null, { ...asked, ...instead }));
  }

  /** The same place on this device, with a new token; whoever held the old one is told. */
  async claim(code: string, token: string): Promise<Held> {
    return held(await this.#ask("/api/v1/places/claim", null, { code, proof: { token } }));
  }

  async look(contactId: string, token: string): Promise<Look> {
    return (await this.#ask(path(contactId), token)) as Look;
  }

  async leave(contactId: string, token: string): Promise<void> {
    await this.#ask(path(contactId), token, undefined, "DELETE");
  }

  /** `notBefore` is an instant; null where any time will do. */
  async callBack(contactId: string, token: string, number: string, notBefore: string | null): Promise<Look> {
    const asked = { number, ...(notBefore ? { not_before: notBefore } : {}) };
    return (await this.#ask(`${path(contactId)}/callback`, token, asked)) as Look;
  }

  async takeCallbackBack(contactId: string, token: string): Promise<void> {
    await this.#ask(`${path(contactId)}/callback`, token, undefined, "DELETE");
  }

  async judge(contactId: string, token: string, judgement: Judgement): Promise<void> {
    await this.#ask(`${path(contactId)}/feedback`, token, judgement);
  }

  async prefer(contactId: string, token: string, remember: boolean): Promise<void> {
    await this.#ask(`${path(contactId)}/preferences`, token, { remember });
  }

  #ask(at: string, token: string | null, body?: unknown, method?: "DELETE"): Promise<unknown> {
    return ask(this.server + at, {
      body,
      ...(method ? { method } : {}),
      ...(token ? { token } : {}),
      ...(this.fetch ? { fetch: this.fetch } : {}),
    });
  }
}

export const path = (contactId: string): string => `/api/v1/contacts/${encodeURIComponent(contactId)}`;

function held(answer: unknown): Held {
  const { contact_id, token, place, greeting, language } = answer as {
    contact_id: string;
    token: string;
    place: unknown;
    greeting?: { text: string };
    language?: unknown;
  };
  if (!isPlace(place)) throw new Error("no place in the answer");
  const spoken = typeof language === "string" ? language : "";
  return { contactId: contact_id, token, place, greeting: greeting?.text ?? "", language: spoken };
}
