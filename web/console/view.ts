/** What every view of the console is given. */
import type { Say } from "../shared/catalogue";
import type { Desk } from "./desk";
import type { Line } from "./line";
import type { ConsoleWords } from "./words/en";

export type SayConsole = Say<ConsoleWords>;

/** The page's own state. */
export interface Page {
  readonly isSideBySide: boolean;
  readonly isHelpOpen: boolean;
  /** Contacts whose end is being asked about. */
  readonly ending: string | null;
  /** Contacts whose box writes notes instead of replies. */
  readonly noting: ReadonlySet<string>;
  /** Offers that were answered and not yet confirmed. */
  readonly answering: ReadonlySet<string>;
  readonly copied: string | null;
  readonly trouble: string | null;
}

export interface View {
  readonly say: SayConsole;
  readonly locale: string;
  readonly desk: Desk;
  readonly page: Page;
  readonly line: Line;
  readonly turn: (change: Partial<Page>) => void;
  /** Gives an order and shows its refusal, if there is one. */
  readonly give: (type: string, fields?: object) => Promise<boolean>;
  /** Shows why something could not be done. */
  readonly refused: (error: unknown) => void;
  readonly answer: (offerId: string, type: "accept" | "decline", fields?: object) => void;
  readonly signOut: () => void;
}
