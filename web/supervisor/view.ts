/** What every view of the supervisor's board is given. */
import type { Say } from "../shared/catalogue";
import type { Desk } from "../console/desk";
import type { Board } from "./board";
import type { SayReports } from "../reports/view";
import type { Row } from "../reports/wire";
import type { SupervisorWords } from "./words/en";

export type SaySupervisor = Say<SupervisorWords>;

export interface Page {
  /** The agent whose state is being changed. */
  readonly changing: string | null;
  /** The contact that is being moved to another line. */
  readonly moving: string | null;
  /** The contact that is being taken out of its line. */
  readonly takingOut: string | null;
  readonly trouble: string | null;
  /** What was done last, for those who do not see it. */
  readonly told: string;
}

/** Nothing is being done. */
export const firstPage: Page = { changing: null, moving: null, takingOut: null, trouble: null, told: "" };

export interface View {
  readonly say: SaySupervisor;
  readonly sayReports: SayReports;
  readonly locale: string;
  readonly board: Board;
  /** Today's measures so far, by queue. */
  readonly today: ReadonlyMap<string, Row>;
  readonly desk: Desk;
  readonly page: Page;
  /** The time of the service, in milliseconds. */
  readonly now: number;
  readonly turn: (change: Partial<Page>) => void;
  /** Gives an order on the socket; a refusal is shown. True when it was carried out. */
  readonly give: (type: string, fields: object) => Promise<boolean>;
}

export function queueName({ board }: View, id: string): string {
  return board.queues.find((queue) => queue.id === id)?.name ?? id;
}
