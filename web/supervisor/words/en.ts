/** The supervisor's texts in English. Another language is another record with the same keys. */
export const en = {
  title: "Supervisor",
  "sign-out": "Sign out",
  "not-yours": "This page is for supervisors. You’re signed in as {name}.",
  stale: "The board can’t be reached. These figures are from {time}.",
  now: "As of {time}",
  queues: "Lines",
  waiting: "Waiting",
  longest: "Longest wait",
  offered: "Being offered",
  connected: "With an agent",
  agents: "Agents",
  "agents.count": "{ready} of {all} ready",
  nobody: "–",
  presence: "{presence, select, ready {Ready} not_ready {Not ready} signed_out {Signed out} other {{presence}}}",
  reason:
    "{reason, select, rona {Missed an offer} break {Break} lunch {Lunch} meeting {Meeting} training {Training} paperwork {Paperwork} signed_in {Just signed in} disconnected {Connection lost} other {{reason}}}",
  silent: "Not answering",
  contacts: "{n, plural, =0 {No contact} one {# contact} other {# contacts}}",
} as const;

export type SupervisorWords = Record<keyof typeof en, string>;
