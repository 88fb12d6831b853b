"""The flow's `CallControl`, carried out by Twilio's REST interface."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable
from contextlib import suppress
from enum import StrEnum
from functools import partial
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.agent import Agent, RingsAt
from assistant.model.contact import Contact, ContactId, OfferId
from assistant.model.errors import Unavailable
from assistant.settings.tenant import Tenant
from telephony.addresses import (
    AGENT_ANSWER,
    AGENT_LABEL,
    AGENT_STATUS,
    CALLER_LABEL,
    CUSTOMER_ANSWER,
    CUSTOMER_STATUS,
    SUPERVISOR_ANSWER,
    SUPERVISOR_STATUS,
    VOICE_BRIDGE,
    VOICE_FALLBACK,
    Addresses,
    room_name,
    supervisor_label,
)
from telephony.payloads import CallSid, call_status
from telephony.rest import NUMBER_REFUSED, OVER, is_unanswered, patiently, refusal_code

log = logging.getLogger(__name__)

CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
RING_LOW_SECONDS, RING_HIGH_SECONDS = 5, 600
BRING_IN_SECONDS = 3.0
KEPT_LEGS = 10_000


class BroughtIn(StrEnum):
    """What became of a caller who was called to the conference. `UNKNOWN`: no answer; the caller's loop leads there."""

    DONE = "done"
    GONE = "gone"
    UNKNOWN = "unknown"


class TwilioCallControl:
    """Rings agents, brings callers in, calls customers back, ends legs.

    A leg that nobody knows of any more ends by itself: its next webhook hears goodbye.
    """

    def __init__(self, client: Client, addresses: Addresses, tenant: Tenant) -> None:
        self._client = client
        self._addresses = addresses
        self._tenant = tenant
        # What was rung from here, to be silenced when the caller leaves; losing it only lets a phone ring on.
        self._legs: OrderedDict[tuple[ContactId, int, str], CallSid] = OrderedDict()

    @property
    def _ring_seconds(self) -> int:
        """How long a telephone rings, within what the provider takes."""
        return min(max(round(self._tenant.timing.ring_seconds), RING_LOW_SECONDS), RING_HIGH_SECONDS)

    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        """Begins the agent's leg. Raises `Unavailable` when it is certain that none was begun.

        When Twilio doesn't answer, a leg may ring or may not: the offer's own deadline decides, and a late leg finds
        the offer void.
        """
        is_console = agent.rings_at is RingsAt.SOFTPHONE
        await self._ring(
            AGENT_LABEL,
            contact,
            to=_telephone_of(agent),
            url=self._addresses.agent(AGENT_ANSWER, offer_id, contact, is_console=is_console),
            status_callback=self._addresses.agent(AGENT_STATUS, offer_id, contact),
            timeout=self._ring_seconds,
        )

    async def fetch_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None:
        """Takes the leg by which this agent stands beside the contact to the agent's own place; as `ring_agent`.

        Who is not in the conference, or not yet, is rung.
        """
        label = supervisor_label(agent.id)
        leg = await self.call_in(contact, label)
        if leg is None:
            with suppress(Unavailable):
                await self.silence(contact, label)
            await self.ring_agent(offer_id, contact, agent)
            return
        url = self._addresses.agent(AGENT_ANSWER, offer_id, contact, is_console=True)
        told = {"contact_id": contact.id, "offer_id": offer_id}
        try:
            await patiently(partial(self._client.calls(leg).update_async, url=url, method="POST"))
        except TwilioRestException as refused:
            log.warning("a colleague could not be fetched", extra=told | {"code": refused.code})
            raise Unavailable("phone_refused", "This telephone can't be fetched.") from None
        except (aiohttp.ClientError, TimeoutError) as unanswered:  # the offer's own deadline decides
            log.warning("fetching was not confirmed", extra=told | {"error": type(unanswered).__name__})
        self._legs.pop((contact.id, contact.attempt, label), None)
        self._legs[contact.id, contact.attempt, AGENT_LABEL] = CallSid(leg)

    async def ring_supervisor(self, contact: Contact, supervisor: Agent) -> None:
        """Begins the leg of a supervisor who stands beside this contact; as `ring_agent`."""
        await self._ring(
            supervisor_label(supervisor.id),
            contact,
            to=_telephone_of(supervisor),
            url=self._addresses.supervisor(SUPERVISOR_ANSWER, supervisor.id, contact),
            status_callback=self._addresses.supervisor(SUPERVISOR_STATUS, supervisor.id, contact),
            timeout=self._ring_seconds,
        )

    async def silence(self, contact: Contact, label: str) -> None:
        """Ends a leg that was rung from here for this contact, if it is up still. Raises `Unavailable`."""
        leg = self._legs.pop((contact.id, contact.attempt, label), None)
        if leg is not None:
            await self._unless_over(patiently(partial(self._client.calls(leg).update_async, status="completed")))

    async def call_customer(self, offer_id: OfferId, contact: Contact) -> None:
        """Begins the call to a customer who is called back; as `ring_agent`, with `CALLBACK_RING` as its deadline.

        The agent may be on the line, waiting for the answer of a webhook: an answer that takes long is not waited for.
        """
        ringing = self._ring(
            CALLER_LABEL,
            contact,
            to=contact.callback_number,
            url=self._addresses.customer(CUSTOMER_ANSWER, offer_id, contact),
            status_callback=self._addresses.customer(CUSTOMER_STATUS, offer_id, contact),
            timeout=round(self._tenant.callbacks.ring_seconds),
        )
        try:
            async with asyncio.timeout(BRING_IN_SECONDS):
                await ringing
        except TimeoutError:
            log.warning("calling back was not confirmed", extra={"offer_id": offer_id})

    async def _ring(self, label: str, contact: Contact, **call: Any) -> None:
        told = {"contact_id": contact.id, "label": label}
        from_ = self._caller_id(contact)
        hooks = {"method": "POST", "fallback_url": self._addresses.of(VOICE_FALLBACK)}
        begin = partial(self._client.calls.create_async, from_=from_, status_callback_event=CALL_EVENTS, **hooks)
        try:
            begun = await patiently(partial(begin, **call))
        except TwilioRestException as refused:
            log.warning("a telephone could not be rung", extra=told | {"code": refused.code})
            code = "number_refused" if refused.code in NUMBER_REFUSED else "phone_refused"
            raise Unavailable(code, "This telephone can't be rung.", retryable=False) from None
        except aiohttp.ClientConnectorError:
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        except (aiohttp.ClientError, TimeoutError) as unanswered:
            log.warning("ringing was not confirmed", extra=told | {"error": type(unanswered).__name__})
            return
        self._legs[contact.id, contact.attempt, label] = CallSid(begun.sid)
        while len(self._legs) > KEPT_LEGS:
            self._legs.popitem(last=False)

    async def bring_in(self, contact: Contact, caller_sid: str) -> BroughtIn:
        """Calls the caller away from the loop, into the conference."""
        url = self._addresses.of(VOICE_BRIDGE, contact=contact.id, attempt=contact.attempt)
        try:
            async with asyncio.timeout(BRING_IN_SECONDS):
                await patiently(lambda: self._client.calls(caller_sid).update_async(url=url, method="POST"))
        except Exception as error:
            if refusal_code(error) in OVER:
                return BroughtIn.GONE
            if not isinstance(error, TwilioRestException) and not is_unanswered(error):
                raise
            log.warning("a caller was not brought in", extra={"contact_id": contact.id, "code": refusal_code(error)})
            return BroughtIn.UNKNOWN
        return BroughtIn.DONE

    async def release(self, contact: Contact) -> None:
        """Ends the conference of this contact, which frees both legs, and the legs that still ring.

        A caller whose contact waits again goes on in the loop. A customer who has taken the call, or is about to,
        hears goodbye and is not cut off.
        """
        rung = [key for key in self._legs if key[:2] == (contact.id, contact.attempt)]
        ringing = [(key[2], self._legs.pop(key)) for key in rung]  # now: who is rung meanwhile is somebody else
        if contact.attempt:
            await self.end_room(room_name(contact.id, contact.attempt))
        for label, leg in ringing:
            status = "canceled" if label == CALLER_LABEL else "completed"
            await self._unless_over(patiently(partial(self._client.calls(leg).update_async, status=status)))

    async def end_room(self, name: str) -> None:
        """Ends this conference, if there is one. Raises `Unavailable`."""
        await self._unless_over(self._end_conference(name))

    def forget(self, call_sid: CallSid) -> None:
        """A leg that was rung has ended, or ends by what it hears."""
        for key, leg in list(self._legs.items()):
            if leg == call_sid:
                del self._legs[key]

    async def call_in(self, contact: Contact, label: str = CALLER_LABEL) -> str | None:
        """The caller's call, or another's, if it is in this contact's conference now. Raises `Unavailable`."""
        name = room_name(contact.id, contact.attempt)
        try:
            rooms = await patiently(
                lambda: self._client.conferences.list_async(friendly_name=name, status="in-progress", limit=1)
            )
            if not rooms:
                return None
            participants = self._client.conferences(rooms[0].sid).participants
            found = await patiently(lambda: participants(label).fetch_async())
        except Exception as error:
            if refusal_code(error) in OVER:
                return None
            if not isinstance(error, TwilioException) and not is_unanswered(
                error
            ):  # a list that is refused has no code
                raise
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        return str(found.call_sid)

    async def is_over(self, call_sid: str) -> bool:
        """Whether this call has ended, or is none. Raises `Unavailable`."""
        try:
            call = await patiently(lambda: self._client.calls(call_sid).fetch_async())
        except Exception as error:
            if refusal_code(error) in OVER:
                return True
            if not isinstance(error, TwilioException) and not is_unanswered(error):
                raise
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        return call_status(call.status).is_over

    async def _end_conference(self, name: str) -> None:
        rooms = await patiently(lambda: self._client.conferences.list_async(friendly_name=name, limit=20))
        for room in rooms:
            if room.status != "completed":
                update = self._client.conferences(room.sid).update_async
                await self._unless_over(patiently(partial(update, status="completed")))

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
        """The number that was dialled, so that the line is seen; the queue's, or another of ours, when it isn't one."""
        numbers = self._tenant.numbers
        if contact.dnis in numbers:
            return str(contact.dnis)
        queue = self._tenant.queues.get(contact.queue)
        if queue is not None and queue.dnis:
            return queue.dnis[0]
        if not numbers:
            raise Unavailable("no_number", "No queue of the tenant has a number to call from.", retryable=False)
        return numbers[0]


def _telephone_of(agent: Agent) -> str:
    """What is dialled for this agent now. Raises `Unavailable` where nothing can be."""
    if agent.rings_at is RingsAt.SOFTPHONE:
        return f"client:{agent.identity}"
    if agent.phone is None:
        raise Unavailable("no_telephone", "This agent has no telephone that can be rung now.", retryable=False)
    return agent.phone
