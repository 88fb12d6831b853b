"""What the voice door says by itself: about the telephone, never about the caller's matter."""

from __future__ import annotations

from assistant.model.contact import Contact, Outcome
from assistant.model.supervision import Beside
from assistant.model.survey import Measure
from assistant.model.wording import number
from assistant.settings.tenant import Tenant
from telephony.twiml import Listening, Speaker

STILL_HERE = (
    "I'm still here. Just talk to me, or press 0 to wait in peace, 2 to hear your position, 9 to be called back "
    "instead of waiting, or hash to hear that again."
)
HELP = (
    "Just talk to me. Press 0 to wait in peace, 2 for your position, 8 to be called back if we're cut off, "
    "9 to be called back instead of waiting, or hash to hear that again."
)
STILL_HERE_NO_CALLBACK = (
    "I'm still here. Just talk to me, or press 0 to wait in peace, 2 to hear your position, or hash to hear that again."
)
HELP_NO_CALLBACK = "Just talk to me. Press 0 to wait in peace, 2 for your position, or hash to hear that again."
STILL_HERE_AGAIN = "I'm still here. Press 0 to wait in peace, or 9 to be called back instead of waiting."
STILL_HERE_AGAIN_NO_CALLBACK = "I'm still here. Press 0 to wait in peace."
MUSIC = "I'll play some music while you wait. Press 1 whenever you want me. Your place is safe."
QUIET = "Press 1 whenever you want me again. Your place is safe."
HOLDING = "All right, I'll be quiet. " + QUIET
HERE_AGAIN = "I'm here. How can I help while you wait?"
ONE_MOMENT = "One moment, please."
STILL_BUSY = "I'm still on it. Your place is safe."
TROUBLE = "I'm having trouble answering just now, but your place in the queue is safe. Please stay on the line."
NO_PLACE_YET = "I'm sorry, I can't secure your place just now. Please stay on the line, I'll try again."
NO_PLACE = "I'm sorry, we can't take your call at the moment. Please try again in a few minutes. Goodbye."
LOST_YOU = "I'm sorry, we were cut off. Let me secure a place for you again."
GIVING_UP = "I'm sorry, I can't go on with this call. Please call again. Goodbye."
CALLER_GONE = "The caller isn't waiting any more. Goodbye."
CALLER_HUNG_UP = "The caller has just hung up. Goodbye."
PRESS_FOR_CALLBACK = "Press 1 and we'll call you back when we open."
PRESS_FOR_MESSAGE = "Press 2 to leave a message."
PRESS_FOR_EITHER = "Press 1 to be called back when we open, or 2 to leave a message."
OR_LEAVE_MESSAGE = "Or press 7 to leave a message instead of waiting."
OR_LINK = "Or press 5 for a link by text, with which you go on in the browser."
LINK_SENT = "I've texted you a link. Open it, and your place goes on there; until then stay on the line."
LINK_SENT_BEFORE = "I've texted you the link already. Your place is safe here meanwhile."
LINK_NOT_SENT = "I can't text you a link just now. Your place is safe; please stay on the line."
GONE_TO_BROWSER = "Your place goes on in the browser now. Goodbye."
SPEAK = "Please speak after the tone, and press hash when you're done."
SPEAK_AND_SAY_NUMBER = "Please speak after the tone, with your number, and press hash when you're done."
HEARD_NOTHING = "I haven't heard anything."
NOTHING_KEPT = "I haven't heard anything, so no message is kept. Goodbye."
NOTHING_KEPT_PLACE = "I haven't heard anything, so you keep your place in line."
MESSAGE_UNSURE = "I can't say yet whether your message has arrived. If nobody calls you, please call again. Goodbye."
MESSAGE_KEPT = "Thank you. Your message is kept for the team. Goodbye."
ANOTHER_TIME = "All right. Please call again then. Goodbye."
CALL_AGAIN_LATER = "Please call again later. Goodbye."
ASIDE = "Your agent can't hear you or your keys now. Press star if you'd rather not."
KEYS_ONLY = "Please use the keys for that. What you say now isn't noted."
GOODBYE = "Goodbye."
RETURNED = "I'm sorry, the connection was lost. You keep your place in line."
CALL_BACK = "I'll call you back on the number you're calling from; you keep your place. Goodbye."
CALL_BACK_IF_CUT = "All right. If this call ends before somebody has taken it, I'll call you back on this number."
NO_CALLER_NUMBER = "Your number is withheld, so I can't call you back. You keep your place; please stay on the line."
NOT_THIS_NUMBER = "I can't call back the number that you're calling from. You keep your place; please stay on the line."
CALLED_ALREADY = "Somebody is to be called back on this number already. You keep this place; please stay on the line."
CALLING_CUSTOMER = "I'm calling the customer back. Please hold the line."
CUSTOMER_NOT_REACHED = "The customer couldn't be reached. Goodbye."
NOT_NEEDED = "This call isn't needed any more. Goodbye."
NOBODY_TOOK_IT = "Nobody has pressed a key, so I'll end this call. Goodbye."
RINGING_AGENT = "Thank you. I'm calling your agent to the phone; it's only a moment."
AGENT_CALLED_AWAY = "Thank you. The agent has just been called away; you keep your place, so please stay on the line."

MAY_WE_REMEMBER = (
    "Before you go: may we remember that you'd rather talk on the phone, and in this language? "
    "Press 1 for yes, or 2 for no."
)
REMEMBERED = "Thank you, I'll remember it. Say: forget my preferences, whenever you'd rather I didn't."
NOT_REMEMBERED = "I'm sorry, I can't remember that just now."
NO_SUCH_ANSWER = "That's no answer to this one."
SURVEY_THANKS = "Thank you, that helps us. Goodbye."
SURVEY_LOST = "I'm sorry, something went wrong on our side. Thank you all the same. Goodbye."
QUESTIONS = {
    Measure.CSAT: "How satisfied were you with this call?",
    Measure.CES: "How easy was it to get help?",
    Measure.NPS: "How likely are you to recommend us?",
    Measure.RESOLVED: "Is your matter settled?",
}
KEYS = {
    Measure.CSAT: "Press 1, for not at all, up to 5, for very.",
    Measure.CES: "Press 1, for very hard, up to 7, for very easy.",
    Measure.NPS: "Press 0, for not at all, up to 10, for certainly; then hash.",
    Measure.RESOLVED: "Press 1 for yes, or 2 for no.",
}

# A general voice per language; what isn't here is spoken in the provider's own.
SPEAKERS = {
    "en": Speaker("en-GB", "Polly.Amy"),
    "en-US": Speaker("en-US", "Polly.Joanna"),
    "de": Speaker("de-DE", "Polly.Vicki"),
    "es": Speaker("es-ES", "Polly.Lucia"),
    "fr": Speaker("fr-FR", "Polly.Lea"),
    "th": Speaker("th-TH", "Google.th-TH-Standard-A"),
}
OFTEN_SAID = ("agent", "human", "assistant", "position", "how long", "yes", "no", "repeat that", "goodbye")


def speaker_for(language: str) -> Speaker:
    return SPEAKERS.get(language) or SPEAKERS.get(language.partition("-")[0]) or Speaker(language="en-GB")


def listening_for(tenant: Tenant) -> Listening:
    """What a caller of this tenant is likely to say, for the recogniser."""
    topics = tuple(topic.label for topic in tenant.topics.values())
    return Listening(silence_seconds=6, pause_seconds=2, hints=OFTEN_SAID + topics)


def fewer_digits(wanted: int) -> str:
    return f"I need {wanted} digits. Press star to stop."


def closing(contact: Contact, tenant: Tenant) -> str:
    """The last sentence of a call, true for how the contact ended."""
    if contact.outcome is Outcome.REMOVED:
        return "I'm sorry, this call has been ended. Goodbye."
    return f"Thank you for calling {tenant.brand}. Goodbye."


def survey_offer(tenant: Tenant, questions: int) -> str:
    """After the agent has hung up: what is asked, and that hanging up is fine."""
    many = "one short question" if questions == 1 else f"{number(questions)} short questions"
    return f"Thank you for calling {tenant.brand}. Press 1 to answer {many}, or just hang up."


def calling_back(tenant: Tenant) -> str:
    """What whoever answers hears first: a person, somebody else's, or a machine; so nothing of the matter."""
    return f"Hello, this is {tenant.brand}. You asked to be called back. Press 1 to talk to us now."


def whisper(headline: str, waited_seconds: float) -> str:
    """What an agent hears before the call is taken."""
    minutes = round(waited_seconds / 60)
    waited = "less than a minute" if minutes < 1 else "one minute" if minutes == 1 else f"{number(minutes)} minutes"
    return f"{headline}. Waiting for {waited}. Press 1 to take it."


def back_to(agent_name: str | None) -> str:
    """Who was aside for a moment is with the agent again."""
    first_name = (agent_name or "").partition(" ")[0]
    return f"Back to {first_name} now." if first_name else "Back to your agent now."


BESIDE = {Beside.LISTEN: "listen to", Beside.COACH: "coach", Beside.JOIN: "join"}


def standing_beside(beside: Beside) -> str:
    """What a supervisor's telephone says before it is in the conference."""
    return f"Press 1 to {BESIDE[beside]} the call."


def still_here(*, may_be_called: bool, is_new: bool) -> str:
    """After a silence: what there is to choose from. Who has talked already, or was here before, needs less of it."""
    if not is_new:
        return STILL_HERE_AGAIN if may_be_called else STILL_HERE_AGAIN_NO_CALLBACK
    return STILL_HERE if may_be_called else STILL_HERE_NO_CALLBACK


def connecting(agent_name: str | None) -> str:
    first_name = (agent_name or "").partition(" ")[0]
    return f"{first_name} is here. Connecting you now." if first_name else "Connecting you now."
