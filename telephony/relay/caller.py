"""What a caller says and presses over the socket, carried out one after another.

Digits that follow each other must not overtake each other; what answers words is begun and not waited for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace

from assistant.flow.dialogue import WAKE_WORDS
from assistant.flow.transcripts import ContactView
from assistant.model.errors import Refused, Unavailable
from telephony import voice_wording as words
from telephony.addresses import Mode
from telephony.relay.desk import RelayDesk
from telephony.relay.frames import Key, Prompt
from telephony.relay.speech import Saying
from telephony.relay.talk import RelayTalk
from telephony.voice_steps import MESSAGE_KEY, Next

log = logging.getLogger(__name__)


class RelayCaller:
    def __init__(self, desk: RelayDesk, talk: RelayTalk) -> None:
        self._desk = desk
        self._talk = talk
        self._contact_id = talk.turn.contact_id
        self._heard: asyncio.Queue[Prompt | Key] = asyncio.Queue()
        self._warned_of = ""
        self._prompts = 0

    def does(self, heard: Prompt | Key) -> None:
        self._heard.put_nowait(heard)

    async def run(self) -> None:
        while True:
            heard = await self._heard.get()
            # shielded: what was said and pressed counts even when the socket drops meanwhile
            await asyncio.shield(self._desk.keep(self._do_or_tell(heard)))

    async def _do_or_tell(self, heard: Prompt | Key) -> None:
        try:
            await self._carry_out(heard)
        except Refused as refused:
            log.info("a caller's wish was refused", extra={"code": refused.code, "contact_id": self._contact_id})
            self._talk.look()
        except Unavailable as unavailable:
            await self._in_trouble(unavailable)
        except Exception:
            log.exception("a relayed call failed", extra={"contact_id": self._contact_id})
            await self._talk.voice.say([Saying(words.TROUBLE)])

    async def _carry_out(self, heard: Prompt | Key) -> None:
        talk = self._talk
        talk.voice.was_listened_to()
        cut, talk.cut = talk.cut, None
        if cut is not None:
            await talk.note_cut(cut)
        view = await talk.view()
        if self._desk.turns.leads_elsewhere(view):
            talk.look()
        elif isinstance(heard, Key):
            await self._pressed(view, heard.digit)
        else:
            await self._said(view, heard.words, spoke_before=cut is not None)

    async def _pressed(self, view: ContactView, digit: str) -> None:
        talk = self._talk
        if view.is_agent_coming:
            return
        if talk.turn.mode is not Mode.DIGITS and digit == MESSAGE_KEY and self._desk.turns.may_leave_message(view):
            await talk.voice.end(talk.told_seq, leaves_message=True)
        elif talk.turn.mode is not Mode.DIGITS:
            await talk.act(self._desk.steps.key(view, talk.turn, digit))
        else:
            await self._digit(view, digit)

    async def _digit(self, view: ContactView, digit: str) -> None:
        talk, pending = self._talk, view.contact.pending_input
        if digit != "#":
            talk.keys += digit
        if digit in "#*" or pending is None or len(talk.keys) >= pending.digits:
            keys, talk.keys = talk.keys, ""
            step = self._desk.steps.digits(view, talk.turn, keys)
            if digit == "*":
                await talk.act(step)
            else:  # the dialogue goes on with it, and is heard meanwhile
                await talk.tell(await step)

    async def _said(self, view: ContactView, spoken: str, *, spoke_before: bool) -> None:
        """While keys are collected, or music is played, what is said in the room is nobody's business."""
        talk, pending = self._talk, view.contact.pending_input
        if pending is not None and not view.is_agent_coming:
            if self._warned_of != pending.request_id:
                self._warned_of = pending.request_id
                await talk.tell(Next((words.KEYS_ONLY,), Mode.DIGITS))
            return
        if talk.turn.mode is Mode.HOLD and not view.is_agent_coming:
            if spoken.lower().strip(" .,!?") in WAKE_WORDS:
                await talk.act(self._desk.steps.key(view, talk.turn, "1"))
            return
        self._prompts += 1
        client_id = f"{talk.call_sid}-{talk.turn.n}-{self._prompts}"
        answer = await self._desk.flow.dialogue.keep(
            self._contact_id, spoken, client_id=client_id, spoke_before=spoke_before
        )
        talk.turn = replace(talk.turn, silences=0)
        if answer is not None:
            talk.answering += 1
            self._desk.keep(self._answer(answer))

    async def _answer(self, answer: Coroutine[None, None, None]) -> None:
        """What was said is answered even when the socket drops meanwhile."""
        try:
            await answer
        except Refused as refused:
            # the contact has come to its end meanwhile, and tells so itself
            log.info("words were not answered", extra={"code": refused.code, "contact_id": self._contact_id})
        except Unavailable as unavailable:
            await self._in_trouble(unavailable)
        finally:
            self._talk.answering -= 1
            self._talk.look()

    async def _in_trouble(self, unavailable: Unavailable) -> None:
        log.warning("a turn failed", extra={"code": unavailable.code, "contact_id": self._contact_id})
        await self._talk.voice.say([Saying(words.TROUBLE)])
