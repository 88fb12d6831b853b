"""The flow's `CallControl`, carried out by Twilio's REST interface."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable
from enum import StrEnum
from functools import partial
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.agent import Agent
from assistant.model.contact import Contact, ContactId, OfferId
from assistant.model.errors import Unavailable
from assistant.settings.tenant import Tenant
from telephony.addresses import (
    AGENT_ANSWER,
    AGENT_STATUS,
    CALLER_LABEL,
    VOICE_BRIDGE,
    VOICE_FALLBACK,
    Addresses,
    room_name,
)
from telephony.payloads import CallSid
from telephony.rest import CALL_IS_OVER, CONFERENCE_IS_OVER, NOT_FOUND, TOO_MANY, is_unanswered, refusal_code

log = logging.getLogger(__name__)

CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
RING_LOW_SECONDS, RING_HIGH_SECONDS = 5, 600
BRING_IN_SECONDS = 3.0
BUSY_TRIES = 3
BUSY_PAUSE_SECONDS = 0.5
KEPT_LEGS = 10_000
OVER = frozenset({CALL_IS_OVER, CONFERENCE_IS_OVER, NOT_FOUND})


class BroughtIn(StrEnum):
    """What became of a caller who was called to the conference. `UNKNOWN`: no answer; the caller's loop leads there."""

    DONE = "done"
    GONE = "gone"
    UNKNOWN = "unknown"


class TwilioCallControl:
    """Rings agents, brings callers in, ends legs.

    A leg that nobody knows of any more ends by itself: its next webhook hears goodbye.
    """

    def __init__(self, client: Client, addresses: Addresses, tenant: Tenant) -> None:
        self._client = client
        self._addresses = addresses
        self._ring_seconds = min(max(round(tenant.timing.ring_seconds), RING_LOW_SECONDS), RING_HIGH_SECONDS)
        self._numbers = [number for queue in tenant.queues.values() for number in queue.dnis]
        # What was rung from here, to be silenced when the caller leaves; losing it only lets a phone ring on.
        self._legs: OrderedDict[ContactId, CallSid] = OrderedDict()

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        """Begins the agent's leg. Raises `Unavailable` when it is certain that none was begun.

        When Twilio doesn't answer, a leg may ring or may not: the offer's own deadline decides, and a late leg finds
        the offer void.
        """
        try:
            call = await self._patiently(
                lambda: self._client.calls.create_async(
                    to=agent.phone or f"client:{agent.username}",
                    from_=self._caller_id(contact),
                    url=self._addresses.agent(AGENT_ANSWER, offer_id, contact),
                    method="POST",
                    fallback_url=self._addresses.of(VOICE_FALLBACK),
                    status_callback=self._addresses.agent(AGENT_STATUS, offer_id, contact),
                    status_callback_event=CALL_EVENTS,
                    timeout=self._ring_seconds,
                )
            )
        except TwilioRestException as refused:
            log.warning("an agent could not be rung", extra={"code": refused.code, "offer_id": offer_id})
            raise Unavailable("phone_refused", "The agent's telephone can't be rung.", retryable=False) from None
        except aiohttp.ClientConnectorError:
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        except (aiohttp.ClientError, TimeoutError) as unanswered:
            log.warning("ringing was not confirmed", extra={"offer_id": offer_id, "error": type(unanswered).__name__})
            return
        self._legs[contact.id] = CallSid(call.sid)
        while len(self._legs) > KEPT_LEGS:
            self._legs.popitem(last=False)

    async def bring_in(self, contact: Contact, caller_sid: str) -> BroughtIn:
        """Calls the caller away from the loop, into the conference."""
        url = self._addresses.of(VOICE_BRIDGE, contact=contact.id, attempt=contact.attempt)
        try:
            async with asyncio.timeout(BRING_IN_SECONDS):
                await self._patiently(lambda: self._client.calls(caller_sid).update_async(url=url, method="POST"))
        except Exception as error:
            if refusal_code(error) in OVER:
                return BroughtIn.GONE
            if not isinstance(error, TwilioRestException) and not is_unanswered(error):
                raise
            log.warning("a caller was not brought in", extra={"contact_id": contact.id, "code": refusal_code(error)})
            return BroughtIn.UNKNOWN
        return BroughtIn.DONE

    async def release(self, contact: Contact) -> None:
        """Ends the conference of this contact, which frees both legs, and the agent's leg if it still rings.

        A caller whose contact waits again goes on in the loop.
        """
        leg = self._legs.pop(contact.id, None)  # now: who is rung while the conference ends is somebody else
        await self.end_room(contact, contact.attempt)
        if leg is not None:
            ending = self._patiently(lambda: self._client.calls(leg).update_async(status="completed"))
            await self._unless_over(ending)

    async def end_room(self, contact: Contact, attempt: int) -> None:
        """Ends the conference of one attempt to bring this contact and an agent together. Raises `Unavailable`."""
        if attempt:
            await self._unless_over(self._end_conference(room_name(contact.id, attempt)))

    def forget(self, call_sid: CallSid) -> None:
        """An agent's leg has ended."""
        for contact_id, leg in list(self._legs.items()):
            if leg == call_sid:
                del self._legs[contact_id]

    async def call_in(self, contact: Contact) -> str | None:
        """The caller's call, if it is in this contact's conference now. Raises `Unavailable`."""
        name = room_name(contact.id, contact.attempt)
        try:
            rooms = await self._patiently(
                lambda: self._client.conferences.list_async(friendly_name=name, status="in-progress", limit=1)
            )
            if not rooms:
                return None
            participants = self._client.conferences(rooms[0].sid).participants
            found = await self._patiently(lambda: participants(CALLER_LABEL).fetch_async())
        except Exception as error:
            if refusal_code(error) in OVER:
                return None
            if not isinstance(error, TwilioException) and not is_unanswered(
                error
            ):  # a list that is refused has no code
                raise
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        return str(found.call_sid)

    async def _end_conference(self, name: str) -> None:
        rooms = await self._patiently(lambda: self._client.conferences.list_async(friendly_name=name, limit=20))
        for room in rooms:
            if room.status != "completed":
                update = self._client.conferences(room.sid).update_async
                await self._unless_over(self._patiently(partial(update, status="completed")))

    async def _unless_over(self, ending: Awaitable[Any]) -> None:
        """Ends something; that it has ended already is as good. Raises `Unavailable`."""
        try:
            await ending
        except Exception as error:
            if refusal_code(error) in OVER:
                return
            if not isinstance(error, TwilioException) and not is_unanswered(error):
                raise
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None

    def _caller_id(self, contact: Contact) -> str:
        """The number that was dialled, so that the agent sees the line; another of ours when it isn't one."""
        if contact.dnis in self._numbers:
            return str(contact.dnis)
        if not self._numbers:
            raise Unavailable("no_number", "No queue of the tenant has a number to call from.", retryable=False)
        return self._numbers[0]

    async def _patiently(self, request: Any) -> Any:
        """Sends a request; "too many requests" was never processed, and is always safe to repeat."""
        for tries_left in range(BUSY_TRIES, -1, -1):
            try:
                return await request()
            except TwilioRestException as refused:
                if refused.code != TOO_MANY or not tries_left:
                    raise
            await asyncio.sleep(BUSY_PAUSE_SECONDS)
        raise AssertionError("the last try returns or raises")
