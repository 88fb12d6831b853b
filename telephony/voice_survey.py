"""The survey by keypad: who is still on the line once the agent has hung up may answer, question by question.

Each answer is kept as it is keyed in, so that who hangs up in between has given those. No answer is none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from assistant.flow.transcripts import ContactView
from assistant.model.contact import Contact, ContactId, Outcome
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from assistant.model.survey import YES, Measure, answer_of
from assistant.settings.survey import QuestionPart
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import VOICE_SURVEY, Addresses
from telephony.voice_flow import VoiceFlow
from telephony.voice_wording import speaker_for

TIMES_ASKED = 2
NPS_DIGITS = 2
AGENT = "agent"

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class VoiceSurvey:
    """Every address says which question its key answers, and how often that was asked."""

    def __init__(self, flow: VoiceFlow, addresses: Addresses) -> None:
        self._flow = flow
        self._rules = flow.tenant.survey
        self._addresses = addresses

    async def is_due(self, view: ContactView) -> bool:
        """Whether this caller, whose agent has just hung up, is asked."""
        contact = view.contact
        if not self._rules.by_keypad or contact.outcome is not Outcome.HANDLED or not contact.state.is_over:
            return False
        ends = [event.data.get("ended_by") for event in view.events if event.type is EventType.CONTACT_CLOSED]
        return ends[-1:] == [AGENT] and not await self._flow.feedback.given(contact.id)

    def offer(self, contact: Contact, lines: tuple[str, ...] = ()) -> str:
        """Says the lines, and asks whether a question or two may be asked. Who would rather not says nothing."""
        line = words.survey_offer(self._flow.tenant, len(self._rules.questions))
        action = self._addresses.of(VOICE_SURVEY, contact=contact.id)
        return twiml.choice([*lines, line], action=action, speaker=speaker_for(contact.language), silence_seconds=5)

    async def answer(self, query: Fields, fields: Fields) -> str:
        """What was pressed: the yes to being asked, or an answer."""
        contact = (await self._flow.transcripts.view(ContactId(query.get("contact", "")))).contact
        keys, n = payloads.voice_turn(fields).keys, payloads.count(query.get("n", ""))
        if payloads.call_status(fields.get("CallStatus", "")).is_over:
            return twiml.goodbye([], speaker=speaker_for(contact.language))
        if n is None:
            return self._ask(contact, 0) if keys == YES else self._end(contact, (words.GOODBYE,))
        if n >= len(self._rules.questions) or not keys:
            return self._end(contact, (words.GOODBYE,))
        measure = self._rules.questions[n].measure
        score = answer_of(measure, keys)
        if score is None:
            asked = payloads.count(query.get("asked", "")) or TIMES_ASKED
            if asked < TIMES_ASKED:
                return self._ask(contact, n, asked=asked + 1, lines=(words.NO_SUCH_ANSWER,))
            return self._ask(contact, n + 1)
        return self._ask(contact, n + 1) if await self._keep(contact, measure, score) else self._end(contact, ())

    async def _keep(self, contact: Contact, measure: Measure, score: int | bool) -> bool:
        """False where it can't be kept now: nobody is thanked for an answer that is lost."""
        try:
            await self._flow.feedback.give(contact.id, {measure.value: score})
        except Refused as refused:
            log.info("an answer was given before", extra={"code": refused.code, "contact_id": contact.id})
        except Unavailable as unavailable:
            log.warning("an answer is lost", extra={"code": unavailable.code, "contact_id": contact.id})
            return False
        return True

    def _ask(self, contact: Contact, n: int, *, asked: int = 1, lines: tuple[str, ...] = ()) -> str:
        if n >= len(self._rules.questions):
            return self._end(contact, (words.SURVEY_THANKS,))
        question, speaker = self._rules.questions[n], speaker_for(contact.language)
        action = self._addresses.of(VOICE_SURVEY, contact=contact.id, n=n, asked=asked)
        spoken = [*lines, _spoken(question)]
        if question.measure is Measure.NPS:
            return twiml.collect_digits(spoken, action=action, speaker=speaker, length=NPS_DIGITS, silence_seconds=4)
        return twiml.choice(spoken, action=action, speaker=speaker)

    def _end(self, contact: Contact, lines: tuple[str, ...]) -> str:
        return twiml.goodbye(lines or (words.SURVEY_LOST,), speaker=speaker_for(contact.language))


def _spoken(question: QuestionPart) -> str:
    """The question, with the keys that answer it."""
    return f"{question.says or words.QUESTIONS[question.measure]} {words.KEYS[question.measure]}"
