/** The texts of messages and callbacks in English. Another language is another record with the same keys. */
export const en = {
  title: "Messages and callbacks",
  close: "Back to your contacts",
  messages: "Messages",
  done: "Done",
  callbacks: "Callbacks",
  tab: "{n, plural, =0 {{name}} other {{name} (#)}}",
  "none.messages": "No messages are waiting for an answer.",
  "none.done": "No message has been dealt with yet.",
  "none.callbacks": "Nobody is waiting to be called back.",
  "callbacks.note": "Callbacks are offered to agents by themselves when their turn comes.",
  loading: "Looking…",
  away: "The list can’t be reached just now. It is asked for again by itself.",
  mark: "Mark as done",
  reopen: "Open again",
  "done.by": "Done by {name}, {time}",
  reply: "Reply to {to}",
  copy: "Copy “{to}”",
  copied: "Copied: {to}",
  marked: "Marked as done.",
  reopened: "Opened again.",
  position: "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} in line",
  "not-before": "Not before {time}",
  tries: "{n, plural, =0 {Not called yet} one {Called once} other {Called # times}}",
  offered: "Being called or offered now",
} as const;

export type LeftWords = Record<keyof typeof en, string>;
