import { describe, expect, it } from "vitest";
import { handedBy, linkFor } from "./link";

const handed = { code: "48217730", token: "0198f2c0-1.se_cr-et:&#" };

describe("the link to another device", () => {
  it("carries code and token behind the #, where no server sees them", () => {
    const link = linkFor("https://bank.example/help?x=1#cards", handed);
    const url = new URL(link);
    expect(url.origin + url.pathname + url.search).toBe("https://bank.example/help?x=1");
    expect(handedBy(url.hash)).toEqual(handed);
  });

  it("is not seen in any other address, nor in a broken one", () => {
    for (const hash of ["", "#cards", "#holdfast=", "#holdfast=1234", "#holdfast=%E0%A4%A:x"])
      expect(handedBy(hash)).toBeNull();
  });
});
