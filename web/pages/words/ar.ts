import type { PagesWords } from "./en";

/** نصوص الصفحة الأولى وصفحة الأسئلة بالعربية. */
export const ar: PagesWords = {
  title: "Holdfast",
  lead: "يحجز المتصلون دورهم في الطابور أولًا، ويساعدهم المساعد الافتراضي أثناء الانتظار، ثم يبدأ الموظف وبين يديه كل ما يلزم.",
  demo: "مصرف فيرنهيل",
  "demo.note": "كن عميلًا: صفحة المصرف، وفي زاويتها نافذة المحادثة.",
  phone: "الهاتف",
  "phone.note": "اتصل بالمصرف من المتصفح عبر المقسم الهاتفي المدمج.",
  console: "مكتب الموظف",
  "console.note": "كن موظفًا: العروض والملخصات والمحادثات.",
  supervisor: "المشرف",
  "supervisor.note": "تابع الطوابير ومن يعمل عليها.",
  people:
    "في النسخة التجريبية: الموظفون amira وben وcarla، والمشرفة sofia، ومديرة النظام nadia، وكلمة المرور للجميع holdfast. العميلة Maya Okafor رقمها 10000001 ورمزها السري 4821.",
  parts: "ما يعمل هنا",
  "parts.ready": "كل شيء جاهز",
  "parts.starting": "جارٍ التجهيز",
  "parts.away": "يتعذّر الوصول إلى الخدمة",
  "part.name":
    "{part, select, database {قاعدة البيانات} bus {ناقل الرسائل} dialogue {الحوار} clock {الساعة} back_office {أنظمة المصرف} settings {الإعدادات} other {{part}}}",
  "part.state":
    "{state, select, ready {جاهز} starting {قيد التشغيل} unavailable {غير متاح} skewed {غير مضبوطة} polling {بالاستعلام الدوري} conflict {لا توافق الملف} other {{state}}}",
  more: "للأجهزة والبرامج",
  loading: "…",

  "survey.title": "كيف كانت تجربتك؟",
  "survey.looking": "لحظة من فضلك…",
  "survey.void": "لم يعد هذا الرابط يفتح أي أسئلة. شكرًا لك على أي حال.",
  "survey.nothing": "اختر إجابة أولًا، أو أغلق هذه الصفحة ببساطة.",
  "survey.again": "إعادة المحاولة",
  "survey.refused":
    "{code, select, away {يتعذّر الوصول إلينا حاليًا.} too_many_tries {محاولات كثيرة. يُرجى الانتظار قليلًا.} other {{message}}}",
};
