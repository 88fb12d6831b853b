"""What nobody told us of calls, looked up where the calls are.

A process that ends takes the legs it knew along, and a caller in a conference sends no webhook until it is over:
whoever is still in the conference has not left. And a caller who waits is heard of with every piece of music: where
nothing is heard, the hanging up was told to nobody.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from assistant.flow.legs import Legs
from assistant.model.contact import Channel, Contact, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.storage import Leg, LegKind, Store, UnitOfWork
from telephony.last_heard import LastHeard

log = logging.getLogger(__name__)

LOOK_SECONDS = 20.0
SILENT_SECONDS = 90.0


class Calls(Protocol):
    """Where the calls are. Both raise `Unavailable`."""

    async def call_in(self, contact: Contact) -> str | None:
        """The caller's call, if it is in this contact's conference now."""
        ...

    async def is_over(self, call_sid: str) -> bool: ...


class Reconciler:
    """Looks every 20 s, well within any grace; `call_in` tells which call of a contact is in its conference."""

    def __init__(self, store: Store, legs: Legs, calls: Calls, heard: LastHeard) -> None:
        self._store = store
        self._legs = legs
        self._calls = calls
        self._heard = heard

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable as unavailable:
                log.warning("calls could not be looked up", extra={"code": unavailable.code})
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Takes up each connected call that has no leg here but is in its conference, and ends the legs of those who
        hung up unheard. Raises `Unavailable`.
        """
        await self._end_unheard()
        for contact in await self._store.read(_adrift):
            call_sid = await self._calls.call_in(contact)
            if call_sid is None:
                continue  # its grace decides
            try:
                await self._legs.connected(contact.id, call_sid, LegKind.CALL)
            except Refused:
                continue
            log.info("a conversation goes on", extra={"contact_id": contact.id})

    async def _end_unheard(self) -> None:
        waiting = await self._store.read(lambda work: _in_line(work, self._legs.process_id))
        for leg in waiting:
            if self._heard.silent_seconds(leg.ref) > SILENT_SECONDS and await self._calls.is_over(leg.ref):
                log.warning("a call's end was told by nobody", extra={"contact_id": leg.contact_id})
                await self._legs.lost(leg.ref)


def _in_line(work: UnitOfWork, process_id: str) -> list[Leg]:
    """The calls of who waits, as this process knows them."""
    calls = [leg for leg in work.legs.of_process(process_id) if leg.kind is LegKind.CALL]
    contacts = {leg.contact_id: work.contacts.get(leg.contact_id) for leg in calls}
    return [leg for leg in calls if (contact := contacts[leg.contact_id]) is not None and contact.state.is_in_line]


def _adrift(work: UnitOfWork) -> list[Contact]:
    connected = [contact for agent in work.agents.all() for contact in work.contacts.with_agent(agent.id)]
    return [
        contact
        for contact in connected
        if contact.channel is Channel.VOICE
        and contact.state is State.CONNECTED
        and not any(leg.kind is LegKind.CALL for leg in work.legs.of_contact(contact.id))
    ]
