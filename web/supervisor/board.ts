/** What GET /api/v1/supervisor/board answers, checked, and what is read from it. */
import type { Wait } from "../shared/instants";

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly waiting: number;
  readonly longest_wait_seconds: number;
  readonly offered: number;
  readonly connected: number;
  readonly is_open?: boolean;
  readonly target_seconds?: number;
  /** Agents who are ready and serve it. */
  readonly ready?: number;
  /** What somebody who came now would be told. */
  readonly wait?: Wait;
}

export interface Person {
  readonly username: string;
  readonly name: string;
  readonly role?: string;
  readonly presence: string;
  readonly reason: string | null;
  readonly connected: number;
}

/** A contact that is connected; `silent` where its agent was reminded to answer and has not. */
export interface Served {
  readonly contact_id: string;
  readonly queue: string;
  readonly channel: string;
  readonly agent: string | null;
  readonly connected_at: string | null;
  readonly silent: boolean;
  readonly topic_label?: string | null;
}

/** A place in line, with its rank there. */
export interface Waiting {
  readonly contact_id: string;
  readonly queue: string;
  readonly channel: string;
  readonly state: string;
  readonly reach: string;
  readonly position: number;
  readonly entered_at: string;
  readonly callback_at: string | null;
  readonly verified: boolean;
  readonly topic_label: string | null;
  readonly agent: string | null;
}

export interface Board {
  readonly queues: readonly Line[];
  readonly agents: readonly Person[];
  readonly contacts?: readonly Served[];
  readonly waiting?: readonly Waiting[];
  readonly alarms?: Thresholds;
}

/** When a line raises an alarm; null for never. */
export interface Thresholds {
  readonly longest_wait: number | null;
  readonly waiting: number | null;
  readonly nobody_ready: boolean;
  readonly service_level: number | null;
  readonly promises_kept: number | null;
  readonly at_least: number;
}

/** The usernames of the agents who leave a caller without an answer. */
export function silentAgents(board: Board): ReadonlySet<string> {
  return new Set((board.contacts ?? []).flatMap((talk) => (talk.silent && talk.agent ? [talk.agent] : [])));
}

/** The board in this answer, or null where it has another shape. */
export function asBoard(answer: unknown): Board | null {
  const board = answer as Partial<Board> | null;
  return board && Array.isArray(board.queues) && Array.isArray(board.agents) ? (board as Board) : null;
}

const ORDER = ["ready", "not_ready", "signed_out"];

/** Those who take contacts, the ready first, by name. Supervisors who hold none are not in the list. */
export function staff(board: Board): Person[] {
  return board.agents
    .filter((person) => person.role === undefined || person.role === "agent" || person.connected > 0)
    .sort((a, b) => ORDER.indexOf(a.presence) - ORDER.indexOf(b.presence) || a.name.localeCompare(b.name));
}

export function readyCount(people: readonly Person[]): number {
  return people.filter((person) => person.presence === "ready").length;
}

/** How full a line's bar is, against the longest line; never nothing where somebody waits. */
export function share(line: Line, lines: readonly Line[]): number {
  const most = Math.max(...lines.map((other) => other.waiting), 1);
  return line.waiting === 0 ? 0 : Math.max(0.04, line.waiting / most);
}

/** Somebody in this line has waited longer than its target says. */
export function isOverTarget(line: Line): boolean {
  return line.target_seconds !== undefined && line.waiting > 0 && line.longest_wait_seconds > line.target_seconds;
}
