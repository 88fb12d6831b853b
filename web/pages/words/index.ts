import type { Catalogues } from "../../shared/words";
import { en, type PagesWords } from "./en";

/** The texts of the front page and of the survey's, in every language. */
export const pagesWords: Catalogues<PagesWords> = { en, ar: async () => (await import("./ar")).ar };
