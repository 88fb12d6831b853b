import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import { recordedNow } from "./recorded";
import { ar } from "./words/ar";
import { en } from "./words/en";

const call = (recording?: "on" | "paused" | "off") => ({ on_hold: false, muted: false, ...(recording ? { recording } : {}) });

describe("the sign that a call is recorded", () => {
  it("tells whether it is now, or is paused", () => {
    expect(recordedNow({ state: "connected", call: call("on") })).toBe("on");
    expect(recordedNow({ state: "connected", call: call("paused") })).toBe("paused");
  });

  it("is not shown where nothing is recorded, of a chat, or after the talk", () => {
    expect(recordedNow({ state: "connected", call: call("off") })).toBeNull();
    expect(recordedNow({ state: "connected", call: call() })).toBeNull();
    expect(recordedNow({ state: "connected", call: null })).toBeNull();
    expect(recordedNow({ state: "wrapping", call: call("on") })).toBeNull();
  });

  it("has words for both in both languages", () => {
    const words = (language: typeof en, locale: string) => ["on", "paused"].map((state) => catalogue(language, locale)("call.recorded", { state }));
    expect(words(en, "en-GB")).toEqual(["Recorded", "Recording paused"]);
    expect(new Set([...words(en, "en-GB"), ...words(ar as typeof en, "ar")]).size).toBe(4);
  });
});
