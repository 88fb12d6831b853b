import type { Catalogues } from "../../shared/words";
import { en as survey } from "../../survey/words/en";
import { en, type WidgetWords } from "./en";

/** The widget's texts. The others stand beside the script, wherever that came from: as data, for a host page lets few scripts in. */
export const widgetWords = (origin: string): Catalogues<WidgetWords> => ({
  en: { ...survey, ...en },
  ar: () => beside(`${origin}/widget-ar.json`),
});

async function beside(address: string): Promise<WidgetWords> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(address);
  return JSON.parse(await answer.text(), bare) as WidgetWords;
}

/** Choices without a prototype: a word from the wire like `constructor` must find no branch of that name. */
function bare(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.assign(Object.create(null) as object, value)
    : value;
}
