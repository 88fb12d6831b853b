/** What every view of the widget is given: the texts, the contact's state, the panel's own state, and what can be done. */
import type { Refusal } from "../shared/request";
import type { Caller } from "./caller";
import type { SayWidget } from "./place-words";
import type { State } from "./state";

/** The panel's own state: nothing that has to survive a reload. */
export interface Panel {
  readonly isOpen: boolean;
  readonly confirming: "settled" | "leave" | "callback" | "elsewhere" | null;
  /** Why what was asked for in the form that is open could not be done. */
  readonly refusal: Refusal | null;
  readonly isLinkCopied: boolean;
  /** Something is being asked for just now. */
  readonly isAsking: boolean;
  /** The first question of the survey has an answer; the rest of it opens with it. */
  readonly isJudging: boolean;
  /** What is wanted instead of waiting, where the line is closed or full. */
  readonly instead: "callback" | "message" | null;
  readonly editing: string | null;
  readonly gatheredOpen: boolean;
  /** The caller would rather write than fill in the field that was asked for. */
  readonly writeInstead: boolean;
  readonly isAtEnd: boolean;
}

export const closedPanel: Panel = {
  isOpen: false,
  confirming: null,
  editing: null,
  gatheredOpen: false,
  writeInstead: false,
  isAtEnd: true,
  refusal: null,
  isLinkCopied: false,
  isAsking: false,
  isJudging: false,
  instead: null,
};

export interface View {
  readonly say: SayWidget;
  readonly locale: string;
  readonly brand: string;
  readonly state: State;
  readonly panel: Panel;
  readonly caller: Caller;
  readonly unread: number;
  readonly turn: (change: Partial<Panel>) => void;
  /** Asks, shows a refusal in the form, and closes it once it is granted. */
  readonly wish: (asked: Promise<Refusal | null>) => void;
  /** The link that takes the place to another device; null while there is none. */
  readonly link: string | null;
  /** Whether the browser can be asked for leave to notify. */
  readonly canNotify: boolean;
  readonly notify: () => void;
  readonly download: () => void;
  /** Whether the place that was given up can still be had back. */
  readonly canReclaim: boolean;
}
