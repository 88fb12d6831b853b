import type { Catalogues } from "../../shared/words";
import { en, type ConsoleWords } from "./en";

/** The console's texts in every language. */
export const consoleWords: Catalogues<ConsoleWords> = { en, ar: async () => (await import("./ar")).ar };
