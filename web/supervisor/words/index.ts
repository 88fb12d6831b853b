import type { Catalogues } from "../../shared/words";
import { en, type SupervisorWords } from "./en";

/** The supervisor's texts in every language. */
export const supervisorWords: Catalogues<SupervisorWords> = { en, ar: async () => (await import("./ar")).ar };
