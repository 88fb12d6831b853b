/** What every view of the console is given. */
import type { Say } from "../shared/catalogue";
import type { Card, Desk } from "./desk";
import type { Line } from "./line";
import type { Softphone } from "./softphone/softphone";
import type { ConsoleWords } from "./words/en";

export type SayConsole = Say<ConsoleWords>;

/** Whose contact it is that one stands beside. */
export const whose = (say: SayConsole, card: Card): string => card.agent_name ?? say("colleague");

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
  /** The fact that was copied last, and a sentence that says so. */
  readonly copied: { readonly key: string; readonly text: string } | null;
  readonly trouble: string | null;
  /** The contact that is being passed on. */
  readonly passing: string | null;
  /** The contact for which something is looked up. */
  readonly seeking: string | null;
  /** The contact whose caller is to be asked for proof: by which method? */
  readonly verifying: string | null;
  /** The canned texts under a box: whose it is, what was typed, and which one is chosen. */
  readonly canned: { readonly contactId: string; readonly typed: string; readonly at: number } | null;
  /** Messages and callbacks are shown instead of contacts. */
  readonly isLeftShown: boolean;
  readonly leftCount: number;
  readonly isSilent: boolean;
}

export const firstPage: Page = {
  isSideBySide: false,
  isHelpOpen: false,
  ending: null,
  noting: new Set(),
  answering: new Set(),
  copied: null,
  trouble: null,
  passing: null,
  seeking: null,
  verifying: null,
  canned: null,
  isLeftShown: false,
  leftCount: 0,
  isSilent: false,
};

export interface View {
  readonly say: SayConsole;
  readonly locale: string;
  readonly desk: Desk;
  readonly page: Page;
  readonly line: Line;
  readonly softphone: Softphone;
  readonly turn: (change: Partial<Page>) => void;
  /** Gives an order and shows its refusal, if there is one. */
  readonly give: (type: string, fields?: object) => Promise<boolean>;
  /** Shows why something could not be done. */
  readonly refused: (error: unknown) => void;
  readonly answer: (offerId: string, type: "accept" | "decline", fields?: object) => void;
  readonly signOut: () => void;
  /** Half-written words, by `draftOf`. */
  readonly drafts: Map<string, string>;
  /** Puts the cursor into a contact's box. */
  readonly write: (contactId: string, isNote: boolean) => void;
  /** Puts these words into the box for the caller, in place of what is there. */
  readonly fill: (contactId: string, text: string) => void;
}
