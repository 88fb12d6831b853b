import { describe, expect, it } from "vitest";
import { catalogue } from "../shared/catalogue";
import { AWAY } from "../shared/request";
import { codeWords, positionWords, progress, refusalWords, waitWords } from "./place-words";
import { initials } from "./views/place";
import { widgetWords } from "./words/index";

const say = catalogue(widgetWords("").en, "en");
const wait = (low: number | null, high: number | null, known = true) => ({
  low_seconds: low,
  high_seconds: high,
  known,
});

describe("a refusal", () => {
  it("is read without the name of a field, and as an outage where there are no words", () => {
    expect(refusalWords(say, { code: "invalid_number", message: "number: this is not a number." })).toBe("This is not a number.");
    expect(refusalWords(say, { code: "callback_open", message: "We are to call this number back already." })).toBe("We are to call this number back already.");
    expect(refusalWords(say, AWAY)).toContain("can’t reach the service");
  });
});

describe("a place in words", () => {
  it("is next, a rank, or honestly kept", () => {
    expect([1, 2, 3, 4, 21, 112].map((n) => positionWords(say, n))).toEqual([
      "You’re next",
      "2nd in line",
      "3rd in line",
      "4th in line",
      "21st in line",
      "112th in line",
    ]);
    expect(positionWords(say, null)).toBe("Your place is kept");
  });

  it("tells a range, and says so when nothing is known", () => {
    expect(waitWords(say, wait(240, 420))).toBe("About 4–7 minutes");
    expect(waitWords(say, wait(10, 170))).toBe("Up to 3 minutes");
    expect(waitWords(say, wait(0, 45))).toBe("Less than a minute");
    expect(waitWords(say, wait(null, null, false))).toBe("We can’t say yet how long it will take");
  });

  it("reads its code in fours", () => {
    expect(codeWords("48217730")).toBe("4821 7730");
    expect(codeWords("12345")).toBe("1234 5");
  });

  it("moves from where it began to the front", () => {
    expect([5, 3, 1].map((n) => progress(n, 5))).toEqual([0, 0.5, 1]);
    expect(progress(1, 1)).toBe(1);
    expect(progress(7, 5)).toBe(0);
    expect(progress(null, 5)).toBe(0);
  });
});

describe("initials", () => {
  it("survive every kind of name", () => {
    expect(["Amira", "Amira Haddad", "amira el haddad", "", "😀 x", "李 小龙"].map(initials)).toEqual([
      "A",
      "AH",
      "AH",
      "",
      "😀X",
      "李小",
    ]);
  });
});
