import { describe, expect, it } from "vitest";
import { type Key, LISTED, shortcut } from "./keyboard";
import { en } from "./words/en";

const press = (code: string, more: Partial<Key> = {}): Key => ({
  code,
  key: code.slice(-1).toLowerCase(),
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  repeat: false,
  ...more,
});

describe("a shortcut", () => {
  it("is a single letter, and only a letter while somebody writes", () => {
    expect(shortcut(press("KeyA"), false)).toBe("accept");
    expect(shortcut(press("KeyA"), true)).toBeNull();
    expect(shortcut(press("KeyA", { altKey: true }), true)).toBe("accept");
  });

  it("leaves the browser's own keys alone, and a key held down", () => {
    expect(shortcut(press("KeyA", { ctrlKey: true }), false)).toBeNull();
    expect(shortcut(press("KeyR", { metaKey: true }), false)).toBeNull();
    expect(shortcut(press("KeyE", { repeat: true }), false)).toBeNull();
  });

  it("is found on every keyboard layout: help by its sign, the rest by its place", () => {
    expect(shortcut(press("Minus", { key: "?" }), false)).toBe("help");
    expect(shortcut(press("KeyA", { key: "ش" }), false)).toBe("accept");
    expect(shortcut(press("Digit2", { key: "é" }), false)).toBe("contact-2");
    expect(shortcut(press("Digit9", { key: "ç" }), false)).toBe("contact-9");
    expect(shortcut(press("KeyZ"), false)).toBeNull();
  });

  it("copies the nth fact with Shift and its number, whatever sign that key makes", () => {
    expect(shortcut(press("Digit1", { key: "!", shiftKey: true }), false)).toBe("copy-1");
    expect(shortcut(press("Digit9", { key: "(", shiftKey: true }), false)).toBe("copy-9");
    expect(shortcut(press("KeyE", { key: "E", shiftKey: true }), false)).toBeNull();
    expect(shortcut(press("Digit1", { key: "!", shiftKey: true }), true)).toBeNull();
    expect(shortcut(press("Digit1", { key: "!", shiftKey: true, altKey: true }), true)).toBe("copy-1");
  });

  it("is listed with a text", () => {
    for (const [, text] of LISTED) expect(en[text]).toBeTruthy();
  });
});
