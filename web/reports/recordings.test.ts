import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { catalogue } from "../shared/catalogue";
import { Refused, Unavailable } from "../shared/request";
import { type Door, mayAskAgain, Recordings, troubleIn } from "./recordings";
import { ar } from "./words/ar";
import { en } from "./words/en";

const gone = new Refused("no_recording", "There is no such recording any more.", 404);
const told = { recordings: [{ n: 1, at: "2026-11-22T11:50:00Z", seconds: 42, agent_name: "Amira Haddad" }, { n: 2, at: "2026-11-22T11:58:00Z", seconds: null, agent_name: null }] };

/** A door that answers when it is told to. */
class Answers implements Door {
  readonly asked: string[] = [];
  readonly #waiting: ((answer: Blob | Error) => void)[] = [];
  constructor(readonly listed: () => Promise<unknown> = () => Promise.resolve(told)) {}

  list = (): Promise<unknown> => this.listed();
  sound = (contact: string, n: number): Promise<Blob> =>
    new Promise((found, failed) => {
      this.asked.push(`${contact}/${n}`);
      this.#waiting.push((answer) => (answer instanceof Error ? failed(answer) : found(answer)));
    });

  async answer(answer: Blob | Error = new Blob(["RIFF"], { type: "audio/wav" })): Promise<void> {
    this.#waiting.shift()?.(answer);
    await new Promise((later) => setTimeout(later));
  }
}

const of = async (door: Door, heard = vi.fn(), contact: string | null = "c1"): Promise<Recordings> => {
  const recordings = new Recordings(() => undefined, heard, door);
  await recordings.turnTo(contact);
  return recordings;
};

describe("a contact's recordings", () => {
  const kept = new Set<string>();
  beforeEach(() => {
    vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
      const url = `blob:${kept.size + 1}`;
      kept.add(url);
      return url;
    });
    vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void kept.delete(url));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    kept.clear();
  });

  it("are listed, and none of them is fetched for that", async () => {
    const door = new Answers();
    const recordings = await of(door);
    expect(recordings.list.map(({ n }) => n)).toEqual([1, 2]);
    expect([door.asked, recordings.hearings.size]).toEqual([[], 0]);
  });

  it("are not asked for where there is no contact to ask of", async () => {
    const listed = vi.fn(() => Promise.resolve(told));
    const recordings = await of(new Answers(listed), vi.fn(), null);
    await recordings.hear(1);
    expect([listed.mock.calls, recordings.list]).toEqual([[], []]);
  });

  it("are fetched once, however often they are asked for: a fetching is a hearing", async () => {
    const [door, heard] = [new Answers(), vi.fn()];
    const recordings = await of(door, heard);
    const hearing = recordings.hear(1);
    void recordings.hear(1);
    expect(recordings.hearings.get(1)).toEqual({ state: "fetching" });
    expect(heard).not.toHaveBeenCalled();
    await door.answer();
    await hearing;
    await recordings.hear(1);
    expect(recordings.hearings.get(1)).toEqual({ state: "here", url: "blob:1" });
    expect([door.asked, heard.mock.calls.length]).toEqual([["c1/1"], 1]);
  });

  it("say why they can’t be heard, and are asked for again only where that may help", async () => {
    const [door, heard] = [new Answers(), vi.fn()];
    const recordings = await of(door, heard);
    for (const [error, code, again] of [
      [new Unavailable("away", 503), "telephone_away", true],
      [new Unavailable("unreachable"), "away", true],
      [new Refused("unauthorized", "Sign in first.", 401), "unauthorized", true],
      [new Refused("forbidden", "Supervisors only.", 403), "forbidden", false],
    ] as const) {
      void recordings.hear(1);
      await door.answer(error);
      const hearing = recordings.hearings.get(1);
      expect(hearing).toMatchObject({ state: "failed", why: { code } });
      expect(hearing && mayAskAgain(hearing)).toBe(again);
    }
    void recordings.hear(2);
    await door.answer(gone);
    await recordings.hear(2);
    expect(door.asked.filter((one) => one === "c1/2")).toHaveLength(1);
    expect([heard.mock.calls.length, kept.size]).toEqual([0, 0]);
  });

  it("are let go of when another contact is shown, those that come late too", async () => {
    const [door, heard] = [new Answers(), vi.fn()];
    const recordings = await of(door, heard);
    void recordings.hear(1);
    await door.answer();
    void recordings.hear(2);
    expect(kept.size).toBe(1);
    await recordings.turnTo("c2");
    await door.answer();
    expect([kept.size, recordings.hearings.size, heard.mock.calls.length]).toEqual([0, 0, 1]);
  });

  it("of the contact before are not shown, though their list comes last", async () => {
    let answer: (list: unknown) => void = () => undefined;
    const door = new Answers(vi.fn(() => new Promise((found) => (answer = found))));
    const recordings = new Recordings(() => undefined, () => undefined, door);
    const first = recordings.turnTo("c1");
    const answerFirst = answer;
    void recordings.turnTo("c2");
    answerFirst(told);
    await first;
    expect(recordings.list).toEqual([]);
  });

  it("are none for a service that knows of no recordings, and unknown where it can’t be asked", async () => {
    const refusing = (error: Error): Answers => new Answers(() => Promise.reject(error));
    expect(await of(refusing(new Refused("not_found", "Not found.", 404)))).toMatchObject({ list: [], isUnknown: false });
    expect(await of(refusing(new Unavailable("unreachable")))).toMatchObject({ list: [], isUnknown: true });
    const odd = await of(new Answers(() => Promise.resolve({ recordings: "many" })));
    expect(odd).toMatchObject({ list: [], isUnknown: true });
  });

  it("are asked for again where they were unknown", async () => {
    const listed = vi.fn<() => Promise<unknown>>().mockRejectedValueOnce(new Unavailable("unreachable")).mockResolvedValue(told);
    const recordings = await of(new Answers(listed));
    await recordings.again();
    expect(recordings).toMatchObject({ isUnknown: false });
    expect(recordings.list).toHaveLength(2);
  });
});

describe("what was answered instead", () => {
  const why = (error: unknown) => ({ ...troubleIn(error) });

  it("of a recording is said in words, in every language", () => {
    const [english, arabic] = [catalogue(en, "en-GB"), catalogue(ar, "ar-EG")];
    expect(english("recordings.refused", why(gone))).toBe("This recording was deleted meanwhile.");
    expect(english("recordings.refused", why(new Unavailable("", 503)))).toMatch(/^The telephone company/u);
    expect(english("recordings.refused", why(new Unavailable("", 502)))).toMatch(/^The line is down/u);
    expect(english("recordings.refused", why(new Refused("odd", "Something odd.", 400)))).toBe("Something odd.");
    expect(arabic("recordings.refused", why(gone))).toBe("حُذف هذا التسجيل في هذه الأثناء.");
  });

  it("of erasing says whether it was erased: not while the telephone company is away, and nobody knows without a line", () => {
    const say = catalogue(en, "en-GB");
    expect(say("erase.refused", why(new Unavailable("", 503)))).toContain("Nothing was erased");
    expect(say("erase.refused", why(new Unavailable("unreachable")))).toContain("nobody knows yet");
    expect(say("erase.refused", why(new Refused("not_over", "…", 409)))).toContain("once it is over");
    expect(say("erase.refused", why(new Refused("forbidden", "…", 403)))).toContain("Only an admin");
  });
});
