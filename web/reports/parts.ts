import { type Figure, kindOf, written } from "./figures";
import type { SayReports } from "./view";
import type { Behind } from "./wire";

/** What a contact brings to a figure: yes or no to a share, its own time or answer to a mean. */
export function partOf(say: SayReports, locale: string, figure: Figure, { part, times }: Pick<Behind, "part" | "times">): string {
  const kind = kindOf(figure);
  if (kind === "score") return say("part.nps", { part });
  if (kind !== "share") return written(part / Math.max(1, times), kind, locale);
  if (times > 1) return `${part.toLocaleString(locale)}/${times.toLocaleString(locale)}`;
  return say(part > 0 ? "part.yes" : "part.no");
}
