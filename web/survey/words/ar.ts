import type { SurveyWords } from "./en";

/** أسئلة ما بعد المحادثة بالعربية. */
export const ar: SurveyWords = {
  "judge.csat": "كيف كانت تجربتك؟",
  "judge.csat.low": "سيئة",
  "judge.csat.high": "ممتازة",
  "judge.resolved": "هل تم حل أمرك؟",
  "judge.yes": "نعم",
  "judge.no": "لا",
  "judge.ces": "ما مدى سهولة الأمر؟",
  "judge.ces.low": "صعب",
  "judge.ces.high": "سهل",
  "judge.nps": "هل توصي بنا الآخرين؟",
  "judge.nps.low": "أبدًا",
  "judge.nps.high": "بكل تأكيد",
  "judge.comment": "أي شيء تودّ إضافته",
  "judge.send": "إرسال",
  "judge.thanks": "شكرًا لك، هذا يساعدنا.",
};
