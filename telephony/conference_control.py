"""The flow's `ConferenceControl`, carried out by Twilio's participants.

https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.contact import Contact
from assistant.model.errors import Refused, Unavailable
from telephony.addresses import (
    AGENT_LABEL,
    CALLER_LABEL,
    CONFERENCE_HOLD,
    CONFERENCE_NOTICE,
    VOICE_ASIDE,
    Addresses,
    room_name,
)
from telephony.rest import OVER, is_unanswered, patiently, refusal_code
from telephony.transcribing import TRANSCRIPTION, Transcribing

log = logging.getLogger(__name__)


class TwilioConferenceControl:
    """Changes how somebody takes part in a conference. An update says what is to be, so it is safe to send twice."""

    def __init__(self, client: Client, addresses: Addresses, transcribing: Transcribing) -> None:
        self._client = client
        self._addresses = addresses
        self._transcribing = transcribing

    async def hold(self, contact: Contact, *, is_held: bool) -> None:
        hold: dict[str, Any] = {"hold": is_held}
        if is_held:
            hold |= {"hold_url": self._addresses.of(CONFERENCE_HOLD), "hold_method": "POST"}
        await self.change(contact, CALLER_LABEL, **hold)

    async def mute(self, contact: Contact, *, is_muted: bool) -> None:
        await self.change(contact, AGENT_LABEL, muted=is_muted)

    async def take_aside(self, contact: Contact, call_sid: str) -> None:
        """Out of the conference, which must not end by it."""
        await self.change(contact, CALLER_LABEL, end_conference_on_exit=False, hold=False)
        url = self._addresses.of(VOICE_ASIDE, contact=contact.id, attempt=contact.attempt)
        try:
            await self._surely(lambda: self._client.calls(call_sid).update_async(url=url, method="POST"))
        except Unavailable:
            with suppress(Refused, Unavailable):
                await self.change(contact, CALLER_LABEL, end_conference_on_exit=True)
            raise

    async def transcribe(self, contact: Contact, call_sid: str, *, is_on: bool) -> None:
        call = self._client.calls(call_sid)
        if is_on:
            terms = self._transcribing.terms(contact)
            await self._surely(lambda: call.transcriptions.create_async(**terms))
        else:
            await self._surely(lambda: call.transcriptions(TRANSCRIPTION).update_async(status="stopped"))

    async def has_agent(self, contact: Contact) -> bool:
        try:
            await self.call_of(contact, AGENT_LABEL, is_begun=False)
        except Refused:
            return False
        return True

    async def call_of(self, contact: Contact, label: str, *, is_begun: bool = True) -> str:
        """The CallSid of the participant with this label."""
        participants = self._client.conferences(await self._room(contact, is_begun=is_begun)).participants
        found = await self._surely(lambda: participants(label).fetch_async())
        return str(found.call_sid)

    async def take_out(self, contact: Contact, label: str) -> None:
        """Puts the participant with this label out of the conference; that nobody is there is as good."""
        with suppress(Refused):
            participants = self._client.conferences(await self._room(contact)).participants
            await self._surely(lambda: participants(label).delete_async())

    async def announce(self, contact: Contact) -> None:
        """Everybody in the conference hears the tenant's notice."""
        room = self._client.conferences(await self._room(contact))
        url = self._addresses.of(CONFERENCE_NOTICE)
        await self._surely(lambda: room.update_async(announce_url=url, announce_method="POST"))

    async def change(self, contact: Contact, label: str, **changes: Any) -> None:
        """Changes the participant with this label; see `ConferenceControl` for what it raises."""
        participants = self._client.conferences(await self._room(contact)).participants
        await self._surely(lambda: participants(label).update_async(**changes))

    async def _room(self, contact: Contact, *, is_begun: bool = True) -> str:
        """The conference that is going on, or not yet begun where that will do. Raises `Refused` `not_connected`."""
        name = room_name(contact.id, contact.attempt)
        rooms = await self._surely(partial(self._client.conferences.list_async, friendly_name=name, limit=20))
        open_to = {"in-progress"} if is_begun else {"in-progress", "init"}
        found = next((room.sid for room in rooms if room.status in open_to), None)
        if found is None:
            raise _not_connected()
        return str(found)

    async def _surely(self, request: Callable[[], Awaitable[Any]]) -> Any:
        """Sends it, and once more where no answer came: the first may or may not have taken effect."""
        for is_last in (False, True):
            try:
                return await patiently(request)
            except Exception as error:
                if refusal_code(error) in OVER:
                    raise _not_connected() from None
                if not isinstance(error, TwilioException) and not is_unanswered(error):
                    raise
                log.warning("a conference was not changed", extra={"code": refusal_code(error)})
                if is_last:
                    message = "The telephone company can't be reached. Please try again."
                    raise Unavailable("telephone_unavailable", message) from None
        raise AssertionError("the last try returns or raises")


def _not_connected() -> Refused:
    return Refused("not_connected", "The call is not up any more, or not yet.")
