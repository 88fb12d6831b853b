/** The telephone in every state: what its call is like, and what was said. */
import { off, type SoftphoneState } from "../console/softphone/softphone";
import { type Call, type Caption, onHook, type State } from "../phone/state";
import type { ConsoleSample } from "./agent-samples";
import { desk } from "./agent-samples";

export interface PhoneSample {
  readonly name: string;
  readonly state: State;
  readonly isCompact?: boolean;
}

export interface SoftphoneSample extends ConsoleSample {
  readonly softphone: SoftphoneState;
  /** What is open on it. */
  readonly opened?: "pad" | "choices";
}

const call = (status: Call["status"], direction: Call["direction"] = "outgoing"): Call => ({
  sid: "CA1",
  direction,
  from: "+442071838750",
  to: "+442079460000",
  status,
});
const CAPTIONS: readonly Caption[] = [
  { id: 1, who: "line", text: "Fernhill Bank, virtual assistant. Your place in the queue is secured: three people ahead, about four to seven minutes." },
  { id: 2, who: "me", text: "I’ve lost my debit card." },
  { id: 3, who: "line", text: "Please enter your PIN on the keypad." },
  { id: 4, who: "me", text: "", keys: 4 },
  { id: 5, who: "me", text: "Are you there?", unheard: true },
  { id: 6, who: "event", text: "joined" },
  { id: 7, who: "other", text: "Hello Maya, I see that your card is frozen.", name: "Amira" },
];
const registered: State = { ...onHook, link: "open", address: "+442071838750" };
const talking: State = { ...registered, call: call("in-progress"), captions: CAPTIONS.slice(0, 3) };

export const PHONES: readonly PhoneSample[] = [
  { name: "idle", state: registered },
  { name: "away", state: { ...onHook, link: "waiting", trouble: "The exchange can’t be reached." } },
  { name: "ringing", state: { ...registered, call: call("ringing") } },
  { name: "incoming", state: { ...registered, call: call("ringing", "incoming") } },
  { name: "listening", state: { ...talking, listening: { input: ["speech", "dtmf"], digits: null } } },
  { name: "keys", state: { ...talking, captions: CAPTIONS.slice(0, 4), listening: { input: ["dtmf"], digits: 4 } } },
  { name: "music", state: { ...talking, isPlaying: true } },
  { name: "together", state: { ...talking, captions: CAPTIONS, inConference: true } },
  { name: "over", state: { ...talking, call: call("completed") } },
  {
    name: "texts",
    state: {
      ...registered,
      texts: [
        { sid: "SM1", direction: "outgoing", other: "+442079460000", body: "Is my new card on its way?" },
        { sid: "SM2", direction: "incoming", other: "+442079460000", body: "It is: it arrives on Thursday." },
      ],
    },
  },
  { name: "compact", state: { ...registered, address: "client:amira" }, isCompact: true },
  { name: "compact_incoming", state: { ...registered, call: call("ringing", "incoming") }, isCompact: true },
  { name: "compact_together", state: { ...talking, captions: CAPTIONS.slice(-2), inConference: true }, isCompact: true },
];

const agent = desk.agent && { ...desk.agent, phone: "+442071830001", softphone: "emulator", ring_choice: "softphone" as const };
const ready: SoftphoneState = { ...off, standing: "ready" };
const open: SoftphoneState = { ...ready, isWritten: true, captions: CAPTIONS.slice(-1), call: { id: "CA1", isOpen: true, since: Date.now() } };
const microphones = [{ id: "default", name: "Microphone of the headset" }];

export const SOFTPHONES: readonly SoftphoneSample[] = [
  { name: "ready", desk: { agent }, softphone: ready },
  { name: "ringing", desk: { agent }, softphone: { ...open, call: open.call && { ...open.call, isOpen: false } } },
  { name: "open", desk: { agent }, softphone: open },
  { name: "keypad", desk: { agent }, softphone: open, opened: "pad" },
  { name: "choices", desk: { agent }, softphone: { ...ready, sounds: { inputs: microphones, outputs: microphones, input: "default", output: "default" } }, opened: "choices" },
  { name: "gone", desk: { agent }, softphone: { ...off, standing: "gone", why: "no_microphone" } },
  { name: "elsewhere", desk: { agent: agent && { ...agent, ring_choice: "phone" } }, softphone: off },
];
