import type { Catalogues } from "../../shared/words";
import { en, type SettingsWords } from "./en";

/** The settings' texts in every language. */
export const settingsWords: Catalogues<SettingsWords> = { en, ar: async () => (await import("./ar")).ar };
