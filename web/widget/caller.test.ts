import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { body, joined, rig } from "./fixtures";
import { AWAY } from "../shared/request";
import { Keep, memoryShelf } from "./keep";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("joining", () => {
  it("shows the place at once and follows it on the socket, the token never in the address", async () => {
    const { caller, answers, latest } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    expect(caller.state).toMatchObject({ phase: "waiting", from: 4 });
    expect(caller.state.talk[0]).toMatchObject({ text: "Your place is secured." });
    expect(latest().address).toBe("wss://help.example/api/v1/contacts/c1/socket?after=0");
    latest().onopen?.();
    expect(latest().sent[0]).toEqual({ type: "hello", token: "secret-token" });
    latest().tell({ type: "message.added", seq: 1, data: { author: "assistant", text: "Your place is secured." } });
    expect(caller.state.talk).toHaveLength(1);
  });

  it("tries again with the same key after an outage, so it can't take two places", async () => {
    const { caller, answers, asked } = rig();
    answers.push(
      () => new Response("", { status: 502 }),
      () => Response.json(joined, { status: 201 }),
    );
    await caller.join();
    expect(caller.state).toMatchObject({ phase: "idle", trouble: AWAY });
    await caller.join();
    const keys = asked.map((request) => body(request.init).idempotency_key);
    expect(keys[0]).toBe(keys[1]);
    expect(String(keys[0]).length).toBeGreaterThanOrEqual(22);
  });

  it("tells a refusal in the service's own words and lets go of the key", async () => {
    const { caller, answers, asked } = rig();
    answers.push(() =>
      Response.json(
        { error: { code: "queue_closed", message: "Closed until eight.", retryable: false } },
        { status: 409 },
      ),
    );
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    expect(caller.state).toMatchObject({ phase: "idle", trouble: { message: "Closed until eight." } });
    await caller.join();
    expect(body(asked[0]?.init).idempotency_key).not.toBe(body(asked[1]?.init).idempotency_key);
  });
});

describe("a reload in mid-wait", () => {
  it("comes back to the same contact and sends what was not confirmed, under the same client_id", async () => {
    const first = rig();
    first.answers.push(() => Response.json(joined, { status: 201 }));
    await first.caller.join();
    first.caller.say("I lost my card");
    const pending = first.caller.state.pending;
    first.caller.stop();

    const second = rig(first.shelf);
    second.caller.resume();
    expect(second.caller.state).toMatchObject({ phase: "waiting", from: 4, pending });
    expect(second.latest().address).toContain("/contacts/c1/socket?after=0");
    second.latest().onopen?.();
    expect(second.latest().sent.map((frame) => frame.type)).toEqual(["hello", "say"]);
    expect(second.latest().sent[1]?.client_id).toBe(pending[0]?.client_id);
    second
      .latest()
      .tell({
        type: "message.added",
        seq: 2,
        data: { author: "caller", text: "I lost my card", client_id: pending[0]?.client_id },
      });
    expect(second.caller.state.pending).toEqual([]);
    expect(new Keep(first.shelf).read()?.pending).toEqual([]);
  });

  it("knows when the contact is gone, and frees the way", async () => {
    const { caller, answers, shelf } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    caller.stop();
    const later = rig(shelf);
    later.answers.push(() => Response.json({ error: { code: "no_such_contact", message: "Gone." } }, { status: 404 }));
    later.caller.resume();
    await vi.advanceTimersByTimeAsync(1);
    expect(later.caller.state).toMatchObject({ phase: "closed", outcome: "gone" });
    later.caller.startAgain();
    expect(later.caller.state.phase).toBe("idle");
    expect(later.caller.hasPlace).toBe(false);
  });
});

describe("a secret", () => {
  it("is sent once, kept nowhere, and asked for again when the link was down", async () => {
    const { caller, answers, latest, shelf } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    latest().onopen?.();
    latest().tell({
      type: "input.requested",
      seq: 3,
      data: { request_id: "r", kind: "secret", name: "pin", digits: 4, prompt: "PIN?" },
    });
    caller.secure("4821");
    expect(latest().sent.at(-1)).toEqual({ type: "secure", request_id: "r", name: "pin", value: "4821" });
    expect(caller.state.inputState).toBe("sent");
    latest().onclose?.({ code: 1006, reason: "" });
    expect(caller.state.inputState).toBe("again");
    caller.secure("4821");
    expect(caller.state.inputState).toBe("again");
    expect(JSON.stringify(caller.state) + (shelf.getItem("holdfast.contact") ?? "")).not.toContain('4821"');
    vi.advanceTimersByTime(1000);
    latest().onopen?.();
    expect(latest().sent.map((frame) => frame.type)).toEqual(["hello"]);
  });
});

describe("leaving", () => {
  it("works over HTTP when the socket is down", async () => {
    const { caller, answers, asked, latest } = rig();
    answers.push(() => Response.json(joined, { status: 201 }));
    await caller.join();
    latest().onclose?.({ code: 1006, reason: "" });
    caller.leave();
    expect(asked.at(-1)).toMatchObject({ url: "https://help.example/api/v1/contacts/c1", init: { method: "DELETE" } });
    expect(caller.state).toMatchObject({ phase: "closed", outcome: "left" });
  });
});

describe("what was kept by another version, or mangled", () => {
  it("is ignored", () => {
    for (const value of ["", "{", "null", '{"version":2}', '{"version":1,"key":5}']) {
      const shelf = memoryShelf();
      shelf.setItem("holdfast.contact", value);
      expect(new Keep(shelf).read()).toBeNull();
    }
  });
});
