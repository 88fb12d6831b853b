/** One contact's story in every state: what may be listened to, what may be erased, and what was. */
import type { Hearing } from "../reports/recordings";
import type { Briefed, Recording, Step } from "../reports/wire";
import { Refused, Unavailable } from "../shared/request";
import { ago } from "./caller-samples";

export interface StorySample {
  readonly name: string;
  readonly contact?: Partial<Briefed>;
  readonly steps?: readonly Step[];
  readonly recordings?: readonly Recording[];
  readonly isUnknown?: boolean;
  readonly hearings?: ReadonlyMap<number, Hearing>;
  readonly isAdmin?: boolean;
}

export interface EraseSample {
  readonly name: string;
  readonly erase: () => Promise<void>;
}

const step = (seq: number, type: string, data: Step["data"] = {}): Step => ({ seq, at: ago(900 - seq * 60), type, data });
const said = (n: number, author: Briefed["transcript"][number]["author"], text: string, agent_name?: string): Briefed["transcript"][number] => ({
  ...{ seq: n, at: ago(840 - n * 70), author, text },
  ...(agent_name === undefined ? {} : { agent_name }),
});

export const usualStory: Briefed = {
  ...{ contact_id: "c1", channel: "voice", queue: "cards", language: "en", headline: "Maya Okafor: lost her debit card", state: "closed" },
  customer: { name: "Maya Okafor", number: "10000001" },
  verification: { level: 2, method: "pin" },
  ...{ topic_label: "Lost or stolen card", consent: true, disposition: "resolved", outcome: "handled" },
  facts: [{ id: "card", label: "Card", value: "Debit card ending 4417" }],
  tried: [{ label: "Freeze a card", outcome: "done" }],
  ...{ entered_at: ago(840), waited_seconds: 187 },
  transcript: [
    said(1, "assistant", "Your place in the queue is secured. What is it about?"),
    said(2, "caller", "I’ve lost my debit card, on the bus I think."),
    said(3, "agent", "Hello Maya, a new card is on its way.", "Amira Haddad"),
  ],
  notes: [{ seq: 9, at: ago(300), text: "New card ordered.", agent_name: "Amira Haddad" }],
  ...{ history: [], erased_at: null },
};
export const usualSteps: readonly Step[] = [
  step(1, "contact.placed", { queue: "cards", position: 4 }),
  step(2, "contact.connected", { agent_name: "Amira Haddad" }),
  step(3, "recording.changed", { state: "on" }),
  step(4, "recording.changed", { state: "off" }),
  step(5, "contact.closed", { outcome: "handled" }),
];
const RECORDED: readonly Recording[] = [
  { n: 1, at: ago(620), seconds: 94, agent_name: "Amira Haddad" },
  { n: 2, at: ago(440), seconds: null, agent_name: null },
];
const heard = (hearing: Hearing): Pick<StorySample, "recordings" | "hearings"> => ({ recordings: RECORDED, hearings: new Map([[1, hearing]]) });
const failed = (code: string): Hearing => ({ state: "failed", why: { code, message: "" } });

/** Half a second of nothing, as a WAV file. */
function silence(): Blob {
  const [rate, length] = [8000, 4000];
  const file = new DataView(new ArrayBuffer(44 + length));
  const words: readonly (readonly [number, string])[] = [[0, "RIFF"], [8, "WAVEfmt "], [36, "data"]];
  for (const [at, word] of words) new TextEncoder().encode(word).forEach((letter, n) => file.setUint8(at + n, letter));
  for (const [at, n] of [[4, 36 + length], [16, 16], [24, rate], [28, rate], [40, length]] as const) file.setUint32(at, n, true);
  for (const [at, n] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) file.setUint16(at, n, true);
  for (let n = 44; n < file.byteLength; n += 1) file.setUint8(n, 128);
  return new Blob([file], { type: "audio/wav" });
}

const WORDLESS = { headline: "Lost or stolen card", customer: null, facts: [], transcript: [], notes: [], erased_at: ago(60) };
const erasedBy = (data: Step["data"]): Pick<StorySample, "contact" | "steps"> => ({
  contact: WORDLESS,
  steps: [...usualSteps, step(14, "contact.erased", data)],
});

export const STORIES: readonly StorySample[] = [
  { name: "recorded", recordings: RECORDED },
  { name: "fetching", ...heard({ state: "fetching" }) },
  { name: "playing", ...heard({ state: "here", url: URL.createObjectURL(silence()) }), steps: [...usualSteps, step(9, "recording.heard", { agent_name: "Sofia Andersson" })] },
  { name: "deleted", ...heard(failed("no_recording")) },
  { name: "telephone_away", ...heard(failed("telephone_away")) },
  { name: "line_down", ...heard(failed("away")) },
  { name: "not_theirs", ...heard(failed("forbidden")) },
  { name: "unknown", isUnknown: true },
  { name: "nothing_said", contact: { transcript: [], channel: "chat" } },
  { name: "may_be_erased", isAdmin: true },
  { name: "erased", ...erasedBy({ agent_name: "Nadia Rahman" }), isAdmin: true },
  { name: "erased_by_rule", ...erasedBy({}) },
];

const refusing = (error: Error) => () => Promise.reject(error);

export const ERASURES: readonly EraseSample[] = [
  { name: "erase", erase: () => new Promise(() => undefined) },
  { name: "erase_not_over", erase: refusing(new Refused("not_over", "", 409)) },
  { name: "erase_not_theirs", erase: refusing(new Refused("forbidden", "", 403)) },
  { name: "erase_telephone_away", erase: refusing(new Unavailable("", 503)) },
  { name: "erase_line_down", erase: refusing(new Unavailable("unreachable")) },
];
