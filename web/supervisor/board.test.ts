import { describe, expect, it } from "vitest";
import { asBoard, type Board, isOverTarget, type Line, type Person, readyCount, type Served, share, silentAgents, staff } from "./board";

const person = (name: string, presence: string, more: Partial<Person> = {}): Person => ({
  username: name,
  name,
  presence,
  reason: null,
  connected: 0,
  ...more,
});
const line = (waiting: number): Line => ({
  id: "q",
  name: "Q",
  waiting,
  longest_wait_seconds: 0,
  offered: 0,
  connected: 0,
});

describe("the board", () => {
  it("is only taken in its own shape", () => {
    expect(asBoard({ queues: [], agents: [] })).not.toBeNull();
    for (const other of [null, {}, { queues: [] }, { queues: {}, agents: [] }, "x"]) expect(asBoard(other)).toBeNull();
  });

  it("lists those who take contacts, the ready first", () => {
    const board: Board = {
      queues: [],
      agents: [
        person("Ben", "signed_out"),
        person("Carla", "ready"),
        person("Amira", "ready"),
        person("Sofia", "ready", { role: "supervisor" }),
        person("Dan", "not_ready"),
      ],
    };
    expect(staff(board).map((agent) => agent.name)).toEqual(["Amira", "Carla", "Dan", "Ben"]);
    expect(readyCount(staff(board))).toBe(2);
  });

  it("names the agents who leave a caller without an answer", () => {
    const talk = (agent: string | null, silent: boolean): Served => ({
      contact_id: "c",
      queue: "q",
      channel: "chat",
      connected_at: null,
      agent,
      silent,
    });
    const board: Board = { queues: [], agents: [], contacts: [talk("amira", true), talk("ben", false), talk(null, true)] };
    expect([...silentAgents(board)]).toEqual(["amira"]);
    expect(silentAgents({ queues: [], agents: [] }).size).toBe(0);
  });

  it("warns of a line whose oldest place has waited longer than its target", () => {
    expect(isOverTarget({ ...line(1), longest_wait_seconds: 61, target_seconds: 60 })).toBe(true);
    expect(isOverTarget({ ...line(1), longest_wait_seconds: 60, target_seconds: 60 })).toBe(false);
    expect(isOverTarget({ ...line(0), longest_wait_seconds: 61, target_seconds: 60 })).toBe(false);
    expect(isOverTarget(line(3))).toBe(false);
  });

  it("draws a bar for everyone who waits", () => {
    expect(share(line(0), [line(0)])).toBe(0);
    expect(share(line(1), [line(1), line(1000)])).toBe(0.04);
    expect(share(line(5), [line(5), line(10)])).toBe(0.5);
  });
});
