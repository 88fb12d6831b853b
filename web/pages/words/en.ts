/** The texts in English of the front page and of the survey's. Other languages are records with the same keys. */
export const en = {
  title: "Holdfast",
  lead: "Callers take their place in line first. The assistant helps while they wait, and the agent starts with everything in hand.",
  demo: "Fernhill Bank",
  "demo.note": "Be a customer: the bank’s page, with the widget in its corner.",
  phone: "Phone",
  "phone.note": "Call the bank from the browser, on the built-in telephone exchange.",
  console: "Console",
  "console.note": "Be an agent: offers, briefings, conversations.",
  supervisor: "Supervisor",
  "supervisor.note": "Watch the lines and who is on them.",
  people:
    "In the demonstration the agents are amira, ben and carla, the supervisor is sofia, the admin nadia, and everyone’s password is holdfast. The customer Maya Okafor has number 10000001 and PIN 4821.",
  parts: "What runs here",
  "parts.ready": "Everything is ready",
  "parts.starting": "Getting ready",
  "parts.away": "The service can’t be reached",
  "part.name":
    "{part, select, database {Database} bus {Bus} dialogue {Dialogue} clock {Clock} back_office {Back office} settings {Settings} other {{part}}}",
  "part.state":
    "{state, select, ready {Ready} starting {Starting} unavailable {Unavailable} skewed {Set wrong} polling {Polling} conflict {Don’t fit the file} other {{state}}}",
  more: "For machines",
  loading: "…",

  "survey.title": "How was it?",
  "survey.looking": "One moment…",
  "survey.void": "This link opens no survey any more. Thank you all the same.",
  "survey.nothing": "Choose an answer first, or just close this page.",
  "survey.again": "Try again",
  "survey.refused": "{code, select, away {We can’t be reached just now.} other {{message}}}",
} as const;

export type PagesWords = Record<keyof typeof en, string>;
