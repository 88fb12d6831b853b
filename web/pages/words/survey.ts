/** The survey page's texts in English, besides the questions. Another language is another record with the same keys. */
export const en = {
  title: "How was it?",
  looking: "One moment…",
  void: "This link opens no survey any more. Thank you all the same.",
  away: "We can’t be reached just now.",
  again: "Try again",
  nothing: "Choose an answer first, or just close this page.",
} as const;
