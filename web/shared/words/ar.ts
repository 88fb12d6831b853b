import type { SharedWords } from "./en";

/** ما تشترك فيه الصفحات، بالعربية. */
export const ar: SharedWords = {
  language: "اللغة",

  "sign-in.username": "اسم المستخدم",
  "sign-in.password": "كلمة المرور",
  "sign-in.enter": "تسجيل الدخول",
  "sign-in.entering": "جارٍ تسجيل الدخول…",
  "sign-in.away": "يتعذّر الوصول إلى الخدمة حاليًا. يُرجى المحاولة مرة أخرى بعد قليل.",
  "sign-in.refused":
    "{code, select, wrong_credentials {اسم المستخدم أو كلمة المرور غير صحيحة.} too_many_tries {محاولات كثيرة. يُرجى الانتظار قليلًا.} other {{message}}}",

  "left.title": "الرسائل ومعاودة الاتصال",
  "left.close": "العودة إلى محادثاتك",
  "left.messages": "الرسائل",
  "left.done": "المنجَزة",
  "left.callbacks": "معاودة الاتصال",
  "left.tab": "{n, plural, =0 {{name}} other {{name} (#)}}",
  "left.none.messages": "لا توجد رسائل تنتظر ردًّا.",
  "left.none.done": "لم تُنجَز أي رسالة بعد.",
  "left.none.callbacks": "لا أحد ينتظر معاودة الاتصال.",
  "left.callbacks.note": "تُعرض طلبات معاودة الاتصال على الموظفين تلقائيًا عندما يحين دورها.",
  "left.loading": "جارٍ التحميل…",
  "left.away": "يتعذّر تحميل القائمة حاليًا. ستُعاد المحاولة تلقائيًا.",
  "left.mark": "وضع علامة «منجَزة»",
  "left.reopen": "إعادة الفتح",
  "left.done.by": "أنجزها {name}، {time}",
  "left.reply": "الرد على {to}",
  "left.copy": "نسخ «{to}»",
  "left.copied": "تم النسخ: {to}",
  "left.marked": "وُضعت علامة «منجَزة».",
  "left.reopened": "أُعيد فتحها.",
  "left.spoken.for":
    "{n, plural, zero {رسالة صوتية} one {رسالة صوتية، ثانية واحدة} two {رسالة صوتية، ثانيتان} few {رسالة صوتية، # ثوانٍ} many {رسالة صوتية، # ثانية} other {رسالة صوتية، # ثانية}}",
  "left.spoken.recorded": "يجري تدوينها. يمكنك الاستماع إليها من الآن.",
  "left.spoken.unwritten": "تعذّر تدوينها: يُرجى الاستماع إليها.",
  "left.spoken.gone": "حُذف التسجيل.",
  "left.spoken.play": "ما قيل",
  "left.reply.none": "حجب المتصل رقمه.",
  "left.position": "الدور رقم {n, number}",
  "left.not-before": "ليس قبل {time}",
  "left.tries":
    "{n, plural, zero {لم يُجرَ أي اتصال بعد} one {أُجري اتصال واحد} two {أُجري اتصالان} few {أُجريت # اتصالات} many {أُجري # اتصالًا} other {أُجري # اتصال}}",
  "left.offered": "يُعرض أو يُتصل به الآن",
};
