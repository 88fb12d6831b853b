"""A call to a queue that takes nobody now: when it opens, a place for being called back then, or a message to leave."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from assistant.flow.admission import CALLBACK, MESSAGE
from assistant.flow.intake import JoinRequest
from assistant.flow.numbers import callable_number
from assistant.model.contact import Channel
from assistant.model.errors import Refused, Unavailable
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import VOICE_CLOSED, VOICE_MESSAGE, Addresses
from telephony.patience import Patience
from telephony.payloads import IncomingCall
from telephony.voice_flow import VoiceFlow
from telephony.voice_wording import speaker_for

YES, SPEAK = "1", "2"
OFFERS = {
    (True, True): words.PRESS_FOR_EITHER,
    (True, False): words.PRESS_FOR_CALLBACK,
    (False, True): words.PRESS_FOR_MESSAGE,
}
TRIES = 5

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class ClosedLine:
    """Answers who is turned away. Every address carries what was chosen, so that any process can go on from it."""

    def __init__(self, flow: VoiceFlow, addresses: Addresses, patience: Patience) -> None:
        self._flow = flow
        self._addresses = addresses
        self._patience = patience
        self._speaker = speaker_for(flow.tenant.languages[0])

    def turn_away(self, call: IncomingCall, refused: Refused) -> str:
        """Says why there is no place, and offers a callback to whom we may call, and to leave a message."""
        log.info("a call was turned away", extra={"code": refused.code, "call_sid": call.call_sid})
        instead = refused.details.get("instead", [])
        can_be_called = CALLBACK in instead and self._may_be_called(call)
        can_speak = MESSAGE in instead and self._flow.tenant.spoken_messages.is_offered
        if not can_be_called and not can_speak:
            return twiml.goodbye([refused.message, words.CALL_AGAIN_LATER], speaker=self._speaker)
        lines = [refused.message, OFFERS[can_be_called, can_speak]]
        action = self._addresses.of(VOICE_CLOSED, **({"called": 1} if can_be_called else {}))
        return twiml.choice(lines, action=action, speaker=self._speaker)

    async def chosen(self, query: Fields, fields: Fields) -> str:
        """`1` secures a place for being called back, `2` leaves a message; anything else, and silence, is a goodbye."""
        call = payloads.incoming_call(fields)
        if payloads.call_status(fields.get("CallStatus", "")).is_over:
            return twiml.goodbye([], speaker=self._speaker)
        if fields.get("Digits", "") == SPEAK and self._flow.tenant.spoken_messages.is_offered:
            return twiml.go_on([], url=self._addresses.of(VOICE_MESSAGE), speaker=self._speaker)
        if YES not in (fields.get("Digits", ""), query.get("chosen", "")) or not query.get("called"):
            return twiml.goodbye([words.ANOTHER_TIME], speaker=self._speaker)
        try:
            answer = await self._patience.answer(f"closed/{call.call_sid}", lambda: self._secure(call))
        except Refused as refused:
            log.info("a callback was refused", extra={"code": refused.code, "call_sid": call.call_sid})
            return twiml.goodbye([refused.message, words.GOODBYE], speaker=self._speaker)
        except Unavailable as unavailable:
            log.warning("a place could not be secured", extra={"code": unavailable.code, "call_sid": call.call_sid})
            return self._once_more(query, words.NO_PLACE_YET)
        return answer or self._once_more(query, words.ONE_MOMENT)

    async def _secure(self, call: IncomingCall) -> str:
        joined = await self._flow.intake.join(
            JoinRequest(
                channel=Channel.VOICE,
                queue=self._flow.tenant.queue_of_number(call.dnis),
                idempotency_key=f"callback:{call.call_sid}",
                ani=call.ani,
                dnis=call.dnis,
                callback=call.ani or "",
            )
        )
        return twiml.goodbye([joined.greeting, words.GOODBYE], speaker=self._speaker)

    def _once_more(self, query: Fields, line: str) -> str:
        tried = payloads.count(query.get("tried", "")) or 0
        if tried >= TRIES:
            return twiml.goodbye([words.NO_PLACE], speaker=self._speaker)
        url = self._addresses.of(VOICE_CLOSED, called=1, chosen=YES, tried=tried + 1)
        return twiml.go_on([line], url=url, speaker=self._speaker, pause_seconds=3)

    def _may_be_called(self, call: IncomingCall) -> bool:
        try:
            return call.ani is not None and bool(callable_number(call.ani, self._flow.tenant))
        except Refused:
            return False
