import { describe, expect, it } from "vitest";
import { ask, Refused, Unavailable } from "./request";

const answering =
  (status: number, body: string): typeof fetch =>
  () =>
    Promise.resolve(new Response(body, { status }));

describe("asking the service", () => {
  it("returns JSON, and null for an empty answer", async () => {
    expect(await ask("/x", { fetch: answering(200, '{"a":1}') })).toEqual({ a: 1 });
    expect(await ask("/x", { method: "DELETE", fetch: answering(200, "") })).toBeNull();
  });

  it("tells a refusal from an outage", async () => {
    const closed = '{"error":{"code":"queue_closed","message":"Closed until eight.","retryable":false,"opens_at":"…"}}';
    const refused = await ask("/x", { body: {}, fetch: answering(409, closed) }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({
      code: "queue_closed",
      message: "Closed until eight.",
      status: 409,
      more: { opens_at: "…" },
    });
    const busy = '{"error":{"code":"busy","message":"Busy.","retryable":true}}';
    for (const [status, body] of [
      [503, busy],
      [429, busy],
      [502, "<html>"],
      [404, "not json"],
    ] as const) {
      await expect(ask("/x", { fetch: answering(status, body) })).rejects.toBeInstanceOf(Unavailable);
    }
    await expect(ask("/x", { fetch: () => Promise.reject(new TypeError("no network")) })).rejects.toBeInstanceOf(
      Unavailable,
    );
  });
});
