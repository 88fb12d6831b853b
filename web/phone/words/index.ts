import type { Catalogues } from "../../shared/words";
import { en, type PhoneWords } from "./en";

/** The telephone's texts in every language. */
export const phoneWords: Catalogues<PhoneWords> = { en, ar: async () => (await import("./ar")).ar };
