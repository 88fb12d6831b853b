import type { Catalogues } from "../../shared/words";
import { en, type ReportsWords } from "./en";

/** The reports' texts in every language. */
export const reportsWords: Catalogues<ReportsWords> = { en, ar: async () => (await import("./ar")).ar };
