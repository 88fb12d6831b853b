"""The flow's `ConferenceControl`, carried out by Twilio's participants.

https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.contact import Contact
from assistant.model.errors import Refused, Unavailable
from telephony.addresses import AGENT_LABEL, CALLER_LABEL, CONFERENCE_HOLD, Addresses, room_name
from telephony.rest import OVER, is_unanswered, patiently, refusal_code

log = logging.getLogger(__name__)


class TwilioConferenceControl:
    """Changes how somebody takes part in a conference. An update says what is to be, so it is safe to send twice."""

    def __init__(self, client: Client, addresses: Addresses) -> None:
        self._client = client
        self._addresses = addresses

    async def hold(self, contact: Contact, *, is_held: bool) -> None:
        hold: dict[str, Any] = {"hold": is_held}
        if is_held:
            hold |= {"hold_url": self._addresses.of(CONFERENCE_HOLD), "hold_method": "POST"}
        await self.change(contact, CALLER_LABEL, **hold)

    async def mute(self, contact: Contact, *, is_muted: bool) -> None:
        await self.change(contact, AGENT_LABEL, muted=is_muted)

    async def change(self, contact: Contact, label: str, **changes: Any) -> None:
        """Changes the participant with this label; see `ConferenceControl` for what it raises."""
        participants = self._client.conferences(await self._room(contact)).participants
        await self._surely(lambda: participants(label).update_async(**changes))

    async def _room(self, contact: Contact) -> str:
        name = room_name(contact.id, contact.attempt)
        listing = partial(self._client.conferences.list_async, friendly_name=name, status="in-progress", limit=1)
        rooms = await self._surely(listing)
        if not rooms:
            raise _not_connected()
        return str(rooms[0].sid)

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
