import type { Catalogues } from "../../shared/words";
import { en, type SurveyWords } from "./en";

/** The survey's texts in every language. */
export const surveyWords: Catalogues<SurveyWords> = { en, ar: async () => (await import("./ar")).ar };
