/** Whom a contact can be passed on to: what GET /api/v1/agent/colleagues answers, and how it is listed. */

export interface Colleague {
  readonly username: string;
  readonly name: string;
  readonly presence: string;
  readonly reason: string | null;
  readonly queues: readonly string[];
  readonly languages: readonly string[];
  /** How many contacts of each channel more they could be offered now. */
  readonly free: Readonly<Record<string, number>>;
}

export interface QueueState {
  readonly id: string;
  readonly name: string;
  readonly is_open: boolean;
  readonly waiting: number;
  /** How many agents who serve it have room for something. */
  readonly free: number;
}

export interface Colleagues {
  readonly agents: readonly Colleague[];
  readonly queues: readonly QueueState[];
}

/** How: gone at once, handed over once the colleague takes it, or the colleague comes beside the agent. */
export const WAYS = ["cold", "warm", "join"] as const;
export type Way = (typeof WAYS)[number];

export type To = { readonly agent: string } | { readonly queue: string };

/** One line of the list. Who cannot be chosen is listed all the same: it answers where a colleague is. */
export interface Target {
  readonly key: string;
  readonly to: To;
  readonly name: string;
  readonly isFree: boolean;
  readonly canBeChosen: boolean;
  readonly colleague?: Colleague;
  readonly queue?: QueueState;
}

/** The colleagues in this answer, or null where it has another shape. */
export function asColleagues(answer: unknown): Colleagues | null {
  const told = answer as Partial<Colleagues> | null;
  return told && Array.isArray(told.agents) && Array.isArray(told.queues) ? (told as Colleagues) : null;
}

/**
 * Everyone and every queue whose name holds `typed`: free colleagues first, then queues, then colleagues who take contacts
 * but are full, then those who are away. A queue to which the contact belongs already is not among them.
 */
export function targets(told: Colleagues, channel: string, ownQueue: string, typed: string): Target[] {
  const agents = told.agents.map((colleague): Target => {
    const isFree = (colleague.free[channel] ?? 0) > 0;
    const canBeChosen = colleague.presence === "ready";
    return {
      key: `agent/${colleague.username}`,
      to: { agent: colleague.username },
      name: colleague.name,
      isFree,
      canBeChosen,
      colleague,
    };
  });
  const queues = told.queues
    .filter((queue) => queue.id !== ownQueue)
    .map(
      (queue): Target => ({
        key: `queue/${queue.id}`,
        to: { queue: queue.id },
        name: queue.name,
        isFree: queue.free > 0,
        canBeChosen: queue.is_open,
        queue,
      }),
    );
  const rank = (target: Target): number =>
    target.queue ? (target.canBeChosen ? 1 : 4) : target.isFree ? 0 : target.canBeChosen ? 2 : 3;
  const sought = typed.trim().toLocaleLowerCase();
  return [...agents, ...queues]
    .filter((target) => target.name.toLocaleLowerCase().includes(sought))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** The one that is chosen: what was chosen before while it is still listed, else the first that can be. */
export function chosen(list: readonly Target[], key: string | null): Target | null {
  const open = list.filter((target) => target.canBeChosen);
  return open.find((target) => target.key === key) ?? open[0] ?? null;
}

/** The key of the next or previous one that can be chosen, round the end. */
export function neighbour(list: readonly Target[], key: string | null, step: 1 | -1): string | null {
  const open = list.filter((target) => target.canBeChosen);
  const at = open.findIndex((target) => target.key === key);
  return open[(at + step + open.length) % open.length]?.key ?? null;
}

/** The command that does it. */
export function transfer(contactId: string, target: Target, mode: Way, note: string): object {
  return { contact_id: contactId, to: target.to, mode, note };
}
