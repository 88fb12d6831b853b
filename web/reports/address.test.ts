import { describe, expect, it } from "vitest";
import { askedIn, contactsAddress, contactsHash, rangeOf, reportAddress, reportHash } from "./address";

const query = (hash: string): URLSearchParams => new URLSearchParams(hash.slice(hash.indexOf("?") + 1));

describe("what a report is asked for", () => {
  it("stands in the address, and is read back from it", () => {
    const asked = askedIn(query("#reports?range=month&by=topic&show=callers&draw=csat&queue=cards&topic="));
    expect(asked).toEqual({ range: "month", by: "topic", group: "callers", drawn: "csat", only: { queue: "cards", topic: "" } });
    expect(askedIn(query(reportHash(asked)))).toEqual(asked);
    const own = { ...asked, range: { from: new Date("2026-11-01T00:00:00Z"), to: new Date("2026-11-02T00:00:00Z") } };
    expect(askedIn(query(reportHash(own)))).toEqual(own);
    expect(rangeOf(own)).toBe(own.range);
  });

  it("is today by line where the address says nothing, or nothing that can be", () => {
    const usual = { range: "today", by: "queue", group: "volume", drawn: "entered", only: {} };
    expect(askedIn(query(""))).toEqual(usual);
    expect(askedIn(query("#reports?range=ever&by=luck&show=fun&draw=__proto__&from=x&to=y"))).toEqual(usual);
    expect(askedIn(query("#reports?by=agent&show=waiting")).group).toBe("work");
  });

  it("goes to the service in UTC", () => {
    const range = { from: new Date("2026-11-22T00:00:00Z"), to: new Date("2026-11-22T12:00:00Z") };
    const asked = new URL(reportAddress(range, "hour", { queue: "a&b" }), "http://x").searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      from: "2026-11-22T00:00:00.000Z",
      to: "2026-11-22T12:00:00.000Z",
      by: "hour",
      queue: "a&b",
    });
  });

  it("leads from a figure to its contacts, page by page", () => {
    const hash = contactsHash("csat", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", { agent: "amira" });
    const asked = new URL(contactsAddress(query(hash), "12_c"), "http://x").searchParams;
    expect([asked.get("figure"), asked.get("agent"), asked.get("before")]).toEqual(["csat", "amira", "12_c"]);
    expect(contactsAddress(query(hash), null)).not.toContain("before");
  });
});
