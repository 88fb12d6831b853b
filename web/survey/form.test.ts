import { describe, expect, it } from "vitest";
import { answersIn, questionsIn } from "./form";

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

describe("what was filled in", () => {
  it("is figures, a yes or a no, and words", () => {
    const given = { csat: "4", nps: "0", resolved: "no", comment: " It took long. " };
    expect(answersIn(form(given))).toEqual({ csat: 4, nps: 0, resolved: false, comment: "It took long." });
  });

  it("leaves out what was not, for no answer is none", () => {
    expect(answersIn(form({ comment: "  " }))).toEqual({});
    expect(answersIn(form({ resolved: "yes" }))).toEqual({ resolved: true });
  });
});

describe("the questions in an answer", () => {
  it("are those that are known here, in their order", () => {
    const told = [{ measure: "nps", says: "Would you?" }, { measure: "joy" }, null, { measure: "resolved", says: null }];
    expect(questionsIn(told)).toEqual([
      { measure: "nps", says: "Would you?" },
      { measure: "resolved", says: null },
    ]);
    expect(questionsIn(undefined)).toEqual([]);
  });
});
