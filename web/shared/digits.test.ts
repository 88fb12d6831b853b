import { describe, expect, it } from "vitest";
import { counted, plainDigits } from "./digits";

describe("digits", () => {
  it("are shown as the reader writes them", () => {
    expect([counted(1200, "en-GB"), counted(1200, "ar-EG")]).toEqual(["1,200", "١٬٢٠٠"]);
  });

  it("are passed on as the service takes them, whatever keyboard they come from", () => {
    expect(plainDigits("٤٨٢١ ۴۸۲۱ ४८२१ 4821 x")).toBe("4821 4821 4821 4821 x");
  });
});
