"""After the socket: how the call goes on, with documents, from where the caller was told.

Asked for whichever side ended it, and perhaps when the call was called away besides; so nothing is done here that a
second time would harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from assistant.model.errors import Refused
from assistant.model.events import Author
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import VOICE_INCOMING, Addresses, Mode, TurnState
from telephony.patience import Patience
from telephony.payloads import CallSid
from telephony.relay.frames import leaves_message, told_of
from telephony.voice_flow import VoiceFlow
from telephony.voice_steps import Next
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

LATE_SECONDS = 1.0
LOOK_SECONDS = 0.1
FAILED = "failed"

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class RelayEnding:
    def __init__(self, flow: VoiceFlow, addresses: Addresses, turns: VoiceTurns, patience: Patience) -> None:
        self._flow = flow
        self._addresses = addresses
        self._turns = turns
        self._patience = patience
        self._speaker = speaker_for(flow.tenant.languages[0])

    async def after(self, query: Fields, fields: Fields) -> str:
        """The document that follows a session. Raises `Unavailable`."""
        call_sid, turn = payloads.call_sid(fields), TurnState.read(query)
        if payloads.call_status(fields.get("CallStatus", "")).is_over:
            await self._flow.legs.lost(call_sid)  # told besides by the call's own end, either of which may be lost
            return twiml.goodbye([], speaker=self._speaker)
        if turn is None:
            return self._lost()
        if fields.get("SessionStatus") == FAILED:
            log.warning("a socket was lost", extra={"contact_id": turn.contact_id, "code": fields.get("ErrorCode", "")})
        handed = fields.get("HandoffData", "")
        try:
            answer = await self._patience.answer(f"relayed/{turn.key}", lambda: self._go_on(turn, call_sid, handed))
        except Refused as refused:
            log.info("a relayed call is not known", extra={"code": refused.code, "contact_id": turn.contact_id})
            return self._lost()
        url = self._addresses.relayed(turn.waited_for())
        return answer or twiml.go_on([words.ONE_MOMENT], url=url, speaker=self._speaker)

    async def _go_on(self, turn: TurnState, call_sid: CallSid, handed: str) -> str:
        told = told_of(handed)
        if told is None:
            told = await self._told_until(turn)
        is_begun = told > turn.after
        turn = replace(turn, after=max(told, turn.after), silences=0, again=0)
        view = await self._flow.transcripts.view(turn.contact_id, after=turn.after)
        await self._turns.taken_up(view.contact, call_sid)
        if leaves_message(handed) and self._turns.may_leave_message(view):
            return self._turns.leave_message(view, turn)
        return self._turns.document(view, turn, Next(mode=Mode.TALK if is_begun else turn.mode))

    async def _told_until(self, turn: TurnState) -> int:
        """As far as the session says; where it died with its process, all that answers the caller's last words is said
        again."""
        for _ in range(round(LATE_SECONDS / LOOK_SECONDS)):
            told = await self._flow.relayed.told_until(turn.contact_id, turn.n)
            if told is not None:
                return told
            if not await self._flow.relayed.has_begun(turn.contact_id, turn.n):
                return turn.after  # turned away at the door: nothing was said
            await asyncio.sleep(LOOK_SECONDS)
        events = (await self._flow.transcripts.view(turn.contact_id, after=turn.after)).events
        by_caller = (event.seq for event in events if event.words and event.words.author is Author.CALLER)
        return max(by_caller, default=turn.after)

    def _lost(self) -> str:
        return twiml.go_on([words.LOST_YOU], url=self._addresses.of(VOICE_INCOMING), speaker=self._speaker)
