import { describe, expect, it } from "vitest";
import type { Caption, Said } from "../shared/agent-wire";
import { guessed, inOrder, placed, settled } from "./captions";

const piece = (seq: number, text: string, saidAt: string, more: Partial<Said> = {}): Said => ({
  seq,
  at: `2026-11-22T12:00:${10 + seq}Z`,
  author: "caller",
  text,
  caption: { session: "GT1", sequence: seq, said_at: `2026-11-22T12:00:${saidAt}Z` },
  ...more,
});
const guess = (sequence: number, text: string, more: Partial<Caption> = {}): Caption => ({
  author: "caller",
  text,
  session: "GT1",
  sequence,
  ...more,
});
const texts = (said: readonly Said[]): string[] => said.map((one) => one.text);

describe("a piece", () => {
  it("that came late stands where it was said", () => {
    const written: Said = { seq: 1, at: "2026-11-22T12:00:09Z", author: "system", text: "notice" };
    const come = [written, piece(2, "second", "02"), piece(3, "third", "03")];
    expect(texts(placed(come, piece(4, "first", "01")))).toEqual(["notice", "first", "second", "third"]);
    expect(texts(inOrder([...come, piece(4, "first", "01")]))).toEqual(["notice", "first", "second", "third"]);
  });

  it("whose time nobody knows stands where it came", () => {
    const unknown = piece(4, "late", "01", { caption: { session: "GT1", sequence: 4, said_at: null } });
    expect(texts(placed([piece(2, "second", "02")], unknown))).toEqual(["second", "late"]);
  });

  it("ends the guess that led to it, and nobody else's", () => {
    const now = [guess(3, "My"), guess(9, "Yes", { author: "agent" })];
    expect(settled(now, piece(4, "My card", "01"))).toEqual([now[1]]);
    expect(settled(now, piece(2, "Hello", "01"))).toBe(now);
    expect(settled(now, { seq: 1, at: "2026-11-22T12:00:09Z", author: "caller", text: "typed" })).toBe(now);
  });
});

describe("a guess", () => {
  it("replaces the one before it of the same speaker", () => {
    const now = guessed(guessed([], [], guess(1, "My")), [], guess(2, "My card"));
    expect(now).toEqual([guess(2, "My card")]);
  });

  it("that comes after a newer one, or after what stands, changes nothing", () => {
    const now = [guess(5, "My card is")];
    expect(guessed(now, [], guess(4, "My card"))).toBe(now);
    expect(guessed([], [piece(6, "My card is gone", "01")], guess(5, "My card is"))).toEqual([]);
  });

  it("of another session begins anew", () => {
    const now = guessed([], [piece(6, "Hello", "01")], guess(1, "And", { session: "GT2" }));
    expect(now).toHaveLength(1);
  });
});
