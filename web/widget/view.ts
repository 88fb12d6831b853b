/** What every view of the widget is given: the texts, the contact's state, the panel's own state, and what can be done. */
import type { Caller } from "./caller";
import type { SayWidget } from "./place-words";
import type { State } from "./state";

/** The panel's own state: nothing that has to survive a reload. */
export interface Panel {
  readonly isOpen: boolean;
  readonly confirming: "settled" | "leave" | null;
  readonly editing: string | null;
  readonly gatheredOpen: boolean;
  /** The caller would rather write than fill in the field that was asked for. */
  readonly writeInstead: boolean;
  readonly isAtEnd: boolean;
}

export interface View {
  readonly say: SayWidget;
  readonly locale: string;
  readonly brand: string;
  readonly state: State;
  readonly panel: Panel;
  readonly caller: Caller;
  readonly unread: number;
  readonly turn: (change: Partial<Panel>) => void;
}
