import { describe, expect, it } from "vitest";
import { filled, matching } from "./canned";

const texts = [
  { name: "hello", text: "Hello {customer}, this is {agent}." },
  { name: "moment", text: "One moment, please." },
  { name: "bye", text: "Thank you, {customer}. Hello again soon." },
];
const names = (typed: string): string[] => matching(texts, typed).map(({ name }) => name);

describe("canned texts", () => {
  it("appear behind a slash and nowhere else", () => {
    expect(names("/")).toEqual(["hello", "moment", "bye"]);
    expect(names("either/or")).toEqual([]);
    expect(names("/hello\nand more")).toEqual([]);
  });

  it("are found by name first, then by their words", () => {
    expect(names("/hello")).toEqual(["hello", "bye"]);
    expect(names("/MOM")).toEqual(["moment"]);
    expect(names("/nothing")).toEqual([]);
  });

  it("carry first names, and no gap where the customer isn't known", () => {
    const amira = { customer: "Maya Okafor", agent: "Amira Haddad" };
    expect(filled(texts[0]?.text ?? "", amira)).toBe("Hello Maya, this is Amira.");
    expect(filled(texts[0]?.text ?? "", { ...amira, customer: null })).toBe("Hello, this is Amira.");
    expect(filled(texts[2]?.text ?? "", { ...amira, customer: null })).toBe("Thank you. Hello again soon.");
  });

  it("keep what looks like a pattern in a name as it is", () => {
    expect(filled("Hi {customer}", { customer: "$& {agent}", agent: "A" })).toBe("Hi $&");
  });
});
