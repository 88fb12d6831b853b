import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY } from "../shared/request";
import { body, joined, place, rig, view } from "./fixtures";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a line that is closed or full", () => {
  const refusal = (instead: string[]): Response =>
    Response.json({ error: { code: "queue_closed", message: "Closed.", retryable: false, instead } }, { status: 409 });

  it("says what can be had instead, and sends it under a key of its own", async () => {
    const { caller, answers, asked } = rig();
    answers.push(() => refusal(["callback", "message"]));
    await caller.join();
    expect(caller.state).toMatchObject({ phase: "idle", trouble: null });
    expect(caller.state.shut).toMatchObject({ why: { message: "Closed." }, instead: ["callback", "message"] });
    answers.push(() => Response.json({ error: { code: "invalid_reply_to", message: "No." } }, { status: 400 }));
    await caller.join({ message: { text: "Hello", reply_to: "x" } });
    expect(caller.state.trouble?.message).toBe("No.");
    expect(caller.state.shut).not.toBeNull();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join({ message: { text: "Hello", reply_to: "maya@example.org" } });
    const [, wrong, right] = asked.map(({ init }) => body(init));
    expect(right).toMatchObject({ message: { text: "Hello", reply_to: "maya@example.org" } });
    expect(right?.idempotency_key).not.toBe(wrong?.idempotency_key);
  });

  it("asks again under the same key when the network broke, and keeps no words of the message", async () => {
    const { caller, answers, asked, shelf } = rig();
    const message = { message: { text: "my secret words", reply_to: "maya@example.org" } };
    answers.push(() => {
      throw new TypeError("offline");
    });
    await caller.join(message);
    expect(shelf.getItem("holdfast.contact")).not.toContain("secret words");
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join(message);
    expect(body(asked[0]?.init).idempotency_key).toBe(body(asked[1]?.init).idempotency_key);
  });
});

describe("a place that was given up", () => {
  const ended = (at: string) =>
    ({ seq: 9, type: "contact.closed", at, data: { outcome: "contained" } }) as const;

  it("is had back with its code and its old token, and goes on under the new one", async () => {
    const { caller, answers, asked, latest, sockets } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    latest().onopen?.();
    latest().tell(ended(new Date(1_000_000 - 60_000).toISOString()));
    expect(caller.state.phase).toBe("closed");
    const before = sockets.length;
    answers.push(() => Response.json({ ...joined, token: "new-token" }));
    await caller.reclaim();
    expect(asked.at(-1)?.url).toBe("https://help.example/api/v1/places/claim");
    expect(body(asked.at(-1)?.init)).toEqual({ code: place(4).code, proof: { token: "secret-token" } });
    expect(caller.state.phase).toBe("waiting");
    expect(sockets.length).toBe(before + 1);
    latest().onopen?.();
    expect(latest().sent.at(0)).toEqual({ type: "hello", token: "new-token" });
  });

  it("is not asked for after ten minutes", async () => {
    const { caller, answers, asked, latest } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    latest().onopen?.();
    latest().tell(ended(new Date(1_000_000 - 601_000).toISOString()));
    const before = asked.length;
    await caller.reclaim();
    expect(asked.length).toBe(before);
  });
});

describe("another device or tab", () => {
  it("takes the place over by the link, in place of what was held here", async () => {
    const { caller, answers, asked } = rig();
    answers.push(() => Response.json({ ...joined, token: "phone-token" }));
    await caller.takeOver({ code: "48217730", token: "secret-token" });
    expect(body(asked[0]?.init)).toEqual({ code: "48217730", proof: { token: "secret-token" } });
    expect(caller.handed).toEqual({ code: place(4).code, token: "phone-token" });
  });

  it("tells the device that had it, which lets go", async () => {
    const { caller, answers, latest, shelf } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    latest().onopen?.();
    latest().tell({ type: "error", data: { code: "claimed_elsewhere", message: "Moved." } });
    expect(caller.state).toMatchObject({ phase: "closed", outcome: "elsewhere" });
    expect(shelf.getItem("holdfast.contact")).toBeNull();
  });

  it("in the same browser is followed with its new token", async () => {
    const first = rig();
    first.answers.push(() => Response.json(joined, { status: 201 }));
    await first.caller.join();
    const second = rig(first.shelf);
    second.caller.resume();
    second.answers.push(() => Response.json({ ...joined, token: "new-token" }));
    await second.caller.takeOver({ code: "48217730", token: "secret-token" });
    first.latest().onopen?.();
    first.latest().tell({ type: "error", data: { code: "claimed_elsewhere", message: "Moved." } });
    expect(first.caller.state.phase).toBe("waiting");
    first.latest().onopen?.();
    expect(first.latest().sent.at(0)).toEqual({ type: "hello", token: "new-token" });
  });
});

describe("a wish", () => {
  it("to be called is granted with the place as it is then, or refused in the service's words", async () => {
    const { caller, answers } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    answers.push(() => Response.json({ ...view, place: { ...place(4), reach: "callback", callback_at: null } }));
    expect(await caller.wishes.callBack("020 7183 8750", null)).toBeNull();
    expect(caller.state.place?.reach).toBe("callback");
    answers.push(() => Response.json({ error: { code: "invalid_number", message: "No number." } }, { status: 400 }));
    expect(await caller.wishes.callBack("12", null)).toMatchObject({ message: "No number." });
    answers.push(() => Response.json({ error: { code: "database_unavailable" } }, { status: 503 }));
    expect(await caller.wishes.callBack("020 7183 8750", null)).toEqual(AWAY);
  });

  it("to say how it was is granted once, and said before is as good", async () => {
    const { caller, answers } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    answers.push(() => Response.json({ error: { code: "feedback_given", message: "Thanks." } }, { status: 409 }));
    expect(await caller.wishes.judge({ csat: 5 })).toBeNull();
    expect(caller.state.isJudged).toBe(true);
  });
});
