import { FakeSocket } from "../shared/fixtures";
import { Caller } from "./caller";
import { Keep, memoryShelf } from "./keep";
import type { Place } from "../shared/contact-wire";

/** For tests: a place at this position. */
export const place = (position: number | null): Place => ({
  code: "48217730",
  queue: "cards",
  state: "waiting",
  position,
  ahead: position === null ? null : position - 1,
  entered_at: "2026-11-22T12:00:00Z",
  wait: { low_seconds: 240, high_seconds: 420, known: true },
});

export const joined = {
  contact_id: "c1",
  token: "secret-token",
  place: place(4),
  greeting: { text: "Your place is secured." },
};
export const view = {
  contact_id: "c1",
  state: "waiting",
  dialogue: "speaking",
  reach: "present",
  place: place(4),
  gathered: null,
};

export function rig(shelf = memoryShelf()) {
  const sockets: FakeSocket[] = [];
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const answers: (() => Response)[] = [];
  const caller = new Caller({
    server: "https://help.example",
    queue: () => "cards",
    language: () => "en",
    keep: new Keep(shelf),
    now: () => 1_000_000,
    fetch: (url, init) => {
      asked.push({ url: url as string, init });
      const answer = answers.shift();
      if (!answer) return Promise.resolve(Response.json(view));
      return Promise.resolve().then(answer);
    },
    open: (address) => {
      sockets.push(new FakeSocket(address));
      return sockets.at(-1) as FakeSocket;
    },
  });
  return { caller, sockets, asked, answers, shelf, latest: () => sockets.at(-1) as FakeSocket };
}

export const body = (init: RequestInit | undefined): Record<string, unknown> =>
  JSON.parse(init?.body as string) as Record<string, unknown>;

