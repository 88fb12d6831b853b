import { describe, expect, it } from "vitest";
import { asColleagues, chosen, type Colleague, type Colleagues, neighbour, targets, transfer, WAYS } from "./colleagues";

const colleague = (username: string, more: Partial<Colleague> = {}): Colleague => ({
  username,
  name: username.charAt(0).toUpperCase() + username.slice(1),
  presence: "ready",
  reason: null,
  queues: ["cards"],
  languages: ["en"],
  free: { chat: 1, voice: 0 },
  ...more,
});
const told: Colleagues = {
  agents: [
    colleague("away", { presence: "not_ready", reason: "lunch", free: { chat: 0 } }),
    colleague("full", { free: { chat: 0 } }),
    colleague("zoe"),
    colleague("ben"),
  ],
  queues: [
    { id: "cards", name: "Cards", is_open: true, waiting: 2, free: 1 },
    { id: "fraud", name: "Fraud", is_open: true, waiting: 0, free: 0 },
    { id: "loans", name: "Loans", is_open: false, waiting: 0, free: 0 },
  ],
};
const names = (typed = "", channel = "chat"): string[] => targets(told, channel, "cards", typed).map(({ name }) => name);

describe("the list of whom to pass on to", () => {
  it("has the free first, then queues, then who is full, then who is away or closed", () => {
    expect(names()).toEqual(["Ben", "Zoe", "Fraud", "Full", "Away", "Loans"]);
  });

  it("knows that a free chat is no free telephone", () => {
    expect(targets(told, "voice", "cards", "ben")[0]?.isFree).toBe(false);
    expect(targets(told, "chat", "cards", "ben")[0]?.isFree).toBe(true);
  });

  it("is narrowed by what is typed, whatever the case", () => {
    expect(names(" FR ")).toEqual(["Fraud"]);
    expect(names("nobody")).toEqual([]);
  });

  it("leaves out the queue in which the contact is already", () => {
    expect(names("cards")).toEqual([]);
  });

  it("is read from an answer of that shape only", () => {
    expect(asColleagues(told)).toBe(told);
    expect(asColleagues({ agents: [] })).toBeNull();
    expect(asColleagues(null)).toBeNull();
  });
});

describe("the choice", () => {
  const list = targets(told, "chat", "cards", "");

  it("stays where it was, and falls to the first that can be chosen when that is gone", () => {
    expect(chosen(list, "agent/zoe")?.name).toBe("Zoe");
    expect(chosen(list, "agent/away")?.name).toBe("Ben");
    expect(chosen(list, null)?.name).toBe("Ben");
    expect(chosen([], "agent/zoe")).toBeNull();
  });

  it("moves by arrow keys past those who can't be chosen, and round the end", () => {
    expect(neighbour(list, "agent/ben", 1)).toBe("agent/zoe");
    expect(neighbour(list, "agent/full", 1)).toBe("agent/ben");
    expect(neighbour(list, "agent/ben", -1)).toBe("agent/full");
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe("the command", () => {
  it("says whom, how and with which note, for each of the three ways", () => {
    const [ben] = targets(told, "chat", "cards", "ben");
    const [fraud] = targets(told, "chat", "cards", "fraud");
    if (!ben || !fraud) throw new Error("not listed");
    expect(WAYS).toEqual(["cold", "warm", "join"]);
    expect(transfer("c1", ben, "join", "Fees abroad")).toEqual({ contact_id: "c1", to: { agent: "ben" }, mode: "join", note: "Fees abroad" });
    expect(transfer("c1", fraud, "warm", "")).toEqual({ contact_id: "c1", to: { queue: "fraud" }, mode: "warm", note: "" });
  });
});
