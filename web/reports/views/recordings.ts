import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import * as icons from "../../shared/icons";
import { running } from "../../shared/instants";
import { type Hearing, mayAskAgain, type Recordings } from "../recordings";
import type { SayReports } from "../view";
import type { Recording } from "../wire";

export interface RecordingsView {
  readonly say: SayReports;
  readonly locale: string;
  readonly recordings: Pick<Recordings, "list" | "isUnknown" | "hearings">;
  readonly hear: (n: number) => void;
  readonly askAgain: () => void;
}

/** The recordings of what was said, to be listened to one by one; nothing where there is none. */
export function recordings(view: RecordingsView): TemplateResult | typeof nothing {
  const { say, recordings: there } = view;
  if (there.isUnknown)
    return html`<h3>${say("recordings")}</h3><p class="why" role="status" data-testid="recordings-unknown">${say("recordings.unknown")}</p>
      <button class="button small" data-testid="recordings-again" @click=${view.askAgain}>${say("recordings.again")}</button>`;
  if (there.list.length === 0) return nothing;
  return html`<h3>${say("recordings")}</h3><p class="quiet noted">${say("recordings.noted")}</p>
    <ul class="recordings" data-testid="recordings">${repeat(
      there.list,
      ({ n }) => n,
      (recording) => one(view, recording, there.hearings.get(recording.n)),
    )}</ul>`;
}

function one({ say, locale, hear }: RecordingsView, { n, at, seconds, agent_name }: Recording, hearing: Hearing | undefined): TemplateResult {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
  const isFetching = hearing?.state === "fetching";
  const canBeAsked = !hearing || isFetching || mayAskAgain(hearing);
  return html`<li data-testid="recording" data-n=${n} data-state=${hearing?.state ?? "there"}>
    <p class="about num" id="recording-${n}"><time datetime=${at}>${time}</time>
      ${agent_name ? html`<span>${say("recordings.with", { name: agent_name })}</span>` : nothing}
      ${seconds === null ? nothing : html`<span data-testid="recording-length">${running(seconds, locale)}</span>`}</p>
    ${hearing?.state === "here" ? html`<audio controls controlslist="nodownload" autoplay data-testid="sound" src=${hearing.url} aria-label=${say("recordings.sound", { time })} @play=${alone}></audio>` : nothing}
    ${canBeAsked ? html`<button class="button small" data-testid="listen" aria-describedby="recording-${n}" aria-disabled=${String(isFetching)} @click=${() => hear(n)}>${icons.play(16)}${say(hearing?.state === "failed" ? "recordings.again" : "recordings.listen")}</button>` : nothing}
    <p class="why" role="status" tabindex="-1" data-testid="recording-told">${isFetching ? say("recordings.fetching") : nothing}${hearing?.state === "failed" ? say("recordings.refused", { ...hearing.why }) : nothing}</p>
  </li>`;
}

/** One is heard at a time. */
function alone({ target }: Event): void {
  const begun = target as HTMLAudioElement;
  for (const other of begun.closest("ul")?.querySelectorAll("audio") ?? []) if (other !== begun) other.pause();
}
