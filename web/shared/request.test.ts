import { describe, expect, it } from "vitest";
import { ask, askForFile, Refused, Unavailable } from "./request";

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
      const broke = await ask("/x", { fetch: answering(status, body) }).catch((error: unknown) => error);
      expect(broke).toBeInstanceOf(Unavailable);
      expect(broke).toMatchObject({ status });
    }
    const lost = await ask("/x", { fetch: () => Promise.reject(new TypeError("no network")) }).catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(Unavailable);
    expect(lost).toMatchObject({ status: 0 });
  });

  it("returns a file as it is, and what is said instead of one as any refusal", async () => {
    const file = await askForFile("/x", { fetch: answering(200, "RIFF") });
    expect(await file.text()).toBe("RIFF");
    const gone = '{"error":{"code":"no_recording","message":"There is no such recording any more."}}';
    await expect(askForFile("/x", { fetch: answering(404, gone) })).rejects.toMatchObject({ code: "no_recording", status: 404 });
    await expect(askForFile("/x", { fetch: answering(503, "") })).rejects.toMatchObject({ status: 503 });
  });
});
