/** The front page's texts in English. Another language is another record with the same keys. */
export const en = {
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
    "In the demonstration the agents are amira, ben and carla, the supervisor is sofia, and everyone’s password is holdfast. The customer Maya Okafor has number 10000001 and PIN 4821.",
  parts: "What runs here",
  "parts.ready": "Everything is ready",
  "parts.starting": "Getting ready",
  "parts.away": "The service can’t be reached",
  "part.ready": "Ready",
  more: "For machines",
} as const;

export type HomeWords = Record<keyof typeof en, string>;
