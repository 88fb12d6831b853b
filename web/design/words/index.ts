import type { Catalogues } from "../../shared/words";
import { type DesignWords, en } from "./en";

/** The design page's texts, in every language. */
export const designWords: Catalogues<DesignWords> = { en, ar: async () => (await import("./ar")).ar };
