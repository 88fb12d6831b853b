import { describe, expect, it } from "vitest";
import { found } from "./knowledge";

const articles = [
  { id: "fees", title: "Fees abroad", text: "Paying by card abroad costs 2.75 percent." },
  { id: "hours", title: "Opening hours", text: "Our branches are open from half past nine. Nobody pays fees there." },
  { id: "cafe", title: "Café cards", text: "Les cartes de fidélité." },
];
const ids = (typed: string): string[] => found(articles, typed).map(({ id }) => id);

describe("an article", () => {
  it("is found by words of its title before words of its text", () => {
    expect(ids("fees")).toEqual(["fees", "hours"]);
    expect(ids("card")).toEqual(["cafe", "fees"]);
  });

  it("has every word that was typed, or one that begins with it", () => {
    expect(ids("open nine")).toEqual(["hours"]);
    expect(ids("open abroad")).toEqual([]);
    expect(ids("pay")).toEqual(["fees", "hours"]);
  });

  it("is found whatever the case, the accents and the signs between", () => {
    expect(ids("CAFE, fidelite!")).toEqual(["cafe"]);
    expect(ids("2.75")).toEqual(["fees"]);
    expect(ids("ab.*")).toEqual(["fees"]);
  });

  it("is listed with all others while nothing is typed", () => {
    expect(ids("  ")).toHaveLength(3);
    expect(found([], "fees")).toEqual([]);
  });
});
