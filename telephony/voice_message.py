"""A call that leaves a message: the tone, the recording, and what is told of it afterwards.

Nothing is remembered between the documents: each address carries whose place the caller has in line, if any, and how
often nothing was heard.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from assistant.flow.spoken_messages import Speaking, SpokenMessages
from assistant.flow.transcripts import ContactView
from assistant.model.contact import ContactId, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.spoken import SpokenState
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import (
    VOICE_MESSAGE,
    VOICE_MESSAGE_DONE,
    VOICE_MESSAGE_RECORDED,
    VOICE_MESSAGE_WRITTEN,
    Addresses,
    Mode,
    TurnState,
)
from telephony.patience import PATIENCE_SECONDS
from telephony.payloads import RecordingEnd
from telephony.voice_flow import VoiceFlow
from telephony.voice_steps import Next
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

TIMES_ASKED = 2
TRIES = 5
RETRY_PAUSE_SECONDS = 3
TOLD = ("nothing", "recording", "seconds")

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class VoiceMessages:
    """Answers what Twilio asks while a message is left, and takes what it tells of it later."""

    def __init__(self, flow: VoiceFlow, addresses: Addresses, turns: VoiceTurns) -> None:
        self._flow = flow
        self._spoken: SpokenMessages = flow.spoken
        self._addresses = addresses
        self._turns = turns

    async def begin(self, query: Fields, fields: Fields) -> str:
        """Before the tone: from now on the message can't be lost. Raises `Refused` and `Unavailable` as the flow."""
        call = payloads.incoming_call(fields)
        tenant, language = self._flow.tenant, self._flow.tenant.languages[0]
        queue, contact_id = tenant.queue_of_number(call.dnis), _contact(query)
        if contact_id is not None:
            contact = (await self._flow.transcripts.view(contact_id)).contact
            queue, language = contact.queue, contact.language
        await self._spoken.begin(Speaking(call.call_sid, queue, language, call.ani, call.dnis, contact_id))
        asked = payloads.count(query.get("asked", "")) or 0
        lines = [words.HEARD_NOTHING] if asked else []
        lines.append(words.SPEAK if call.ani else words.SPEAK_AND_SAY_NUMBER)
        return twiml.record(lines, taping=self._taping(query, language, asked + 1), speaker=speaker_for(language))

    def _taping(self, query: Fields, language: str, asked: int) -> twiml.Taping:
        is_written = self._spoken.is_written_down(language)
        return twiml.Taping(
            done=self._address(VOICE_MESSAGE_DONE, query, asked=asked),
            nothing=self._address(VOICE_MESSAGE_DONE, query, asked=asked, nothing=1),
            recorded=self._addresses.of(VOICE_MESSAGE_RECORDED),
            written=self._addresses.of(VOICE_MESSAGE_WRITTEN) if is_written else None,
            longest_seconds=self._flow.tenant.spoken_messages.longest_seconds,
        )

    async def done(self, query: Fields, fields: Fields) -> str:
        """The recording has ended: thanks for the message, or asks once more, or goes on in line where it was."""
        end = payloads.recording_end(fields)
        speaker = speaker_for(self._flow.tenant.languages[0])
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                state = await self._state(query, end)
        except (Unavailable, TimeoutError):
            log.warning("a message is not kept yet", extra={"call_sid": end.call_sid})
            state = None
        if end.has_hung_up:
            return twiml.goodbye([], speaker=speaker)
        if state is None:
            return self._once_more(query, end)
        if not state.is_kept:
            return await self._nothing_heard(query)
        return await self._kept(query)

    async def _state(self, query: Fields, end: RecordingEnd) -> SpokenState | None:
        """What is known of the message after this; None where it isn't known whether there is one."""
        sid, seconds = end.recording_sid, end.seconds
        if sid is None and query.get("recording"):  # told with the request whose answer had to wait
            sid, seconds = query["recording"], payloads.count(query.get("seconds", ""))
        if sid is not None or query.get("nothing"):
            return await self._spoken.recorded(end.call_sid, sid, seconds)
        state = await self._spoken.state_of(end.call_sid)
        return None if state is SpokenState.BEGUN else state

    async def _kept(self, query: Fields) -> str:
        """Who gave up the place for it is thanked; whom an agent has taken meanwhile goes there."""
        view = await self._view(query)
        speaker = speaker_for(view.contact.language if view else self._flow.tenant.languages[0])
        if view is not None and not view.contact.state.is_over:
            return self._in_line(view, query, ())
        return twiml.goodbye([words.MESSAGE_KEPT], speaker=speaker)

    async def _nothing_heard(self, query: Fields) -> str:
        view = await self._view(query)
        speaker = speaker_for(view.contact.language if view else self._flow.tenant.languages[0])
        is_wanted = view is None or view.contact.state is State.WAITING
        asked = payloads.count(query.get("asked", "")) or TIMES_ASKED
        if asked < TIMES_ASKED and is_wanted:
            return twiml.go_on([], url=self._address(VOICE_MESSAGE, query, asked=asked), speaker=speaker)
        if view is not None:
            return self._in_line(view, query, (words.NOTHING_KEPT_PLACE,))
        return twiml.goodbye([words.NOTHING_KEPT], speaker=speaker)

    def _in_line(self, view: ContactView, query: Fields, lines: tuple[str, ...]) -> str:
        """Back in the loop, with what was said meanwhile."""
        after, n = (payloads.count(query.get(name, "")) or 0 for name in ("after", "n"))
        new = tuple(event for event in view.events if event.seq > after)
        turn = TurnState(view.contact.id, n=n, after=after, mode=Mode.TALK)
        return self._turns.document(replace(view, events=new), turn, Next(lines, Mode.TALK))

    async def recorded(self, fields: Fields) -> None:
        """The notice of a recording's end."""
        end = payloads.recording_end(fields)
        if end.is_final:
            await self._spoken.recorded(end.call_sid, end.recording_sid, end.seconds)

    async def written(self, fields: Fields) -> None:
        """What was written down of it, or that nothing could be."""
        if (told := payloads.written_down(fields)) is not None:
            await self._spoken.written(told.call_sid, told.recording_sid, told.text)

    def _once_more(self, query: Fields, end: RecordingEnd) -> str:
        """It isn't known yet whether the message is kept, and nothing is said before it is."""
        speaker = speaker_for(self._flow.tenant.languages[0])
        again = payloads.count(query.get("again", "")) or 0
        if again >= TRIES:
            return twiml.goodbye([words.MESSAGE_UNSURE], speaker=speaker)
        told: dict[str, str | int] = {
            name: query[name] for name in ("nothing", "recording", "seconds") if name in query
        }
        if end.recording_sid is not None:
            told |= {"recording": end.recording_sid, "seconds": end.seconds or 0}
        asked = payloads.count(query.get("asked", "")) or TIMES_ASKED
        url = self._address(VOICE_MESSAGE_DONE, query, asked=asked, again=again + 1, **told)
        return twiml.go_on([words.ONE_MOMENT], url=url, speaker=speaker, pause_seconds=RETRY_PAUSE_SECONDS)

    async def _view(self, query: Fields) -> ContactView | None:
        contact_id = _contact(query)
        if contact_id is None:
            return None
        try:
            return await self._flow.transcripts.view(contact_id)
        except Refused:
            return None

    def _address(self, path: str, query: Fields, **more: str | int) -> str:
        """An address that knows on whose place's behalf the message is left, and where the talk stood."""
        where = {name: query[name] for name in ("contact", "after", "n") if name in query}
        return self._addresses.of(path, **where | more)


def _contact(query: Fields) -> ContactId | None:
    return ContactId(query["contact"]) if query.get("contact") else None
