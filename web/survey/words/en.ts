/** The survey's texts in English. Other languages are records with the same keys. */
export const en = {
  "judge.csat": "How was it?",
  "judge.csat.low": "Bad",
  "judge.csat.high": "Very good",
  "judge.resolved": "Is your matter settled?",
  "judge.yes": "Yes",
  "judge.no": "No",
  "judge.ces": "How easy was it?",
  "judge.ces.low": "Hard",
  "judge.ces.high": "Easy",
  "judge.nps": "Would you recommend us?",
  "judge.nps.low": "Not at all",
  "judge.nps.high": "Certainly",
  "judge.comment": "Anything you’d like to add",
  "judge.send": "Send",
  "judge.thanks": "Thank you, that helps us.",
} as const;

export type SurveyWords = Record<keyof typeof en, string>;
