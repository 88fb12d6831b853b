/** The talk as a file to keep. */
import type { Say } from "../shared/catalogue";
import type { State } from "./state";
import type { WidgetWords } from "./words/en";

/** One line for each message: time, who, words; a message's own line breaks are indented, so that nobody can pose as another. */
export function transcript(say: Say<WidgetWords>, state: State, brand: string, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const lines = state.talk.map((item) => {
    if (item.kind !== "message")
      return item.kind === "connected"
        ? say("connected", { name: item.name })
        : say("returned", { why: item.why, name: item.name });
    const at = item.at ? `[${time.format(new Date(item.at))}] ` : "";
    const who = item.author === "agent" && item.agent_name ? item.agent_name : say(`from.${item.author}`);
    return `${at}${who}: ${item.text.replace(/\r?\n/gu, "\n    ")}`;
  });
  const code = state.place ? [`${say("place.code")}: ${state.place.code}`] : [];
  return `${[brand, ...code, "", ...lines].join("\n")}\n`;
}
