import type { Catalogues } from "../../shared/words";
import { en, type SharedWords } from "./en";

/** The texts that pages share, in every language. */
export const sharedWords: Catalogues<SharedWords> = { en, ar: async () => (await import("./ar")).ar };
