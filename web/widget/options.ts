import type { SocketOptions } from "../shared/socket";
import type { Keep } from "./keep";

/** What a caller's side stands on; what may be left out is the browser's own. */
export interface CallerOptions {
  /** The service's origin, `https://help.bank.example`. */
  readonly server: string;
  readonly queue: () => string | null;
  /** The language of the page when a place is taken. */
  readonly language: () => string;
  readonly keep?: Keep;
  readonly fetch?: typeof fetch;
  readonly open?: SocketOptions["open"];
  readonly now?: () => number;
}
