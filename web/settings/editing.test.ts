import { describe, expect, it } from "vitest";
import { Refused, Unavailable } from "../shared/request";
import { afterError, begun, isChanged, overTheirs, wrongOf } from "./editing";
import { doubled, FORMS, replaced } from "./forms";
import { wrongFields } from "./wire";

const editing = { ...begun("notices", 3, [{ says: "Down." }]), draft: [{ says: "" }], isBusy: true };

describe("the form of the alarms", () => {
  const value = { longest_wait: 1.5, waiting: null, nobody_ready: true, service_level: 0.29, promises_kept: null, at_least: 20 };

  it("has shares in percent, and sends them as shares again", () => {
    const form = FORMS.alarms;
    expect(form?.open(value, "")).toEqual({ ...value, service_level: 29 });
    expect(form?.written(form.open(value, ""))).toEqual(value);
  });
});

describe("a section that is being changed", () => {
  it("is changed only while it says something else than when it was opened", () => {
    expect(isChanged(editing)).toBe(true);
    expect(isChanged({ ...editing, draft: [{ says: "Down." }] })).toBe(false);
  });

  it("has what is wrong beside its fields, with the bounds", () => {
    const fields = [
      { field: "0.says", code: "string_too_short", reason: "…", min_length: 1 },
      { field: "weekly.mon.0", code: "value_error", reason: "no span" },
    ];
    const after = afterError(editing, new Refused("invalid_request", "0.says: …", 400, { fields }));
    expect(wrongOf(after, "0.says")).toEqual({ field: "0.says", code: "string_too_short", reason: "…", bound: 1 });
    expect(wrongOf(after, "weekly.mon")?.reason).toBe("no span");
    expect(wrongOf(after, "1.says")).toBeUndefined();
    expect(after).toMatchObject({ isBusy: false, draft: editing.draft, trouble: null });
  });

  it("tells who was first, and goes on over theirs only when asked to", () => {
    const by = { username: "sofia", name: "Sofia" };
    const more = { by, at: "2026-03-02T09:00:00Z", version: 5 };
    const after = afterError(editing, new Refused("settings_changed", "Sofia…", 409, more));
    expect(after).toMatchObject({ version: 3, clash: { by, version: 5 } });
    expect(overTheirs(after)).toMatchObject({ version: 5, clash: null, draft: editing.draft });
  });

  it("keeps what was written when the service is away or says no", () => {
    expect(afterError(editing, new Unavailable("unreachable"))).toMatchObject({ draft: editing.draft, trouble: { code: "away" } });
    expect(afterError(editing, new Refused("last_admin", "The last.", 409)).trouble).toEqual({ code: "last_admin", message: "The last." });
  });
});

describe("what a refusal names", () => {
  it("is its field, else one in its sentence, else the whole", () => {
    expect(wrongFields("role: Input should be…", {})).toMatchObject([{ field: "role", reason: "Input should be…" }]);
    expect(wrongFields("This is no good.", { fields: "rubbish" })).toMatchObject([{ field: "", reason: "This is no good." }]);
    expect(wrongFields("x", { fields: [{ field: 3 }] })).toEqual([{ field: "", code: "", reason: "", bound: null }]);
  });
});

describe("forms", () => {
  it("turn records into rows and back, without rows that were never filled in", () => {
    const { canned_texts: texts, head_starts: starts } = FORMS;
    expect(texts?.open({ hello: "Hi." }, "UTC")).toEqual([["hello", "Hi."]]);
    expect(texts?.written([["hello ", "Hi."], ["", ""], ["", "No name."]])).toEqual({ hello: "Hi.", "": "No name." });
    const rules = { cap_seconds: 900, dropped_call_seconds: 0, topics: { scam: 600 }, customers: {} };
    expect(starts?.written(starts.open(rules, "UTC"))).toEqual(rules);
  });

  it("find a name that two rows share", () => {
    expect(doubled([["a", 1], ["b", 2], [" a", 3]])).toBe("a");
    expect(doubled([["a", 1], ["b", 2]])).toBeNull();
    expect(replaced([1, 2, 3], 1)).toEqual([1, 3]);
    expect(replaced([1, 2, 3], 1, 9)).toEqual([1, 9, 3]);
  });
});
