"""Conversations that outlived the process which knew their call.

A process that ends takes the legs it knew along, and a caller in a conference sends no webhook until it is over. So it
is looked up where the calls are: whoever is still in the conference has not left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from assistant.flow.legs import Legs
from assistant.model.contact import Channel, Contact, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.storage import LegKind, Store, UnitOfWork

log = logging.getLogger(__name__)

LOOK_SECONDS = 20.0


class Reconciler:
    """Looks every 20 s, well within any grace; `call_in` tells which call of a contact is in its conference."""

    def __init__(self, store: Store, legs: Legs, call_in: Callable[[Contact], Awaitable[str | None]]) -> None:
        self._store = store
        self._legs = legs
        self._call_in = call_in

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Unavailable as unavailable:
                log.warning("calls could not be looked up", extra={"code": unavailable.code})
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Takes up each connected call that has no leg here but is in its conference. Raises `Unavailable`."""
        for contact in await self._store.read(_adrift):
            call_sid = await self._call_in(contact)
            if call_sid is None:
                continue  # its grace decides
            try:
                await self._legs.connected(contact.id, call_sid, LegKind.CALL)
            except Refused:
                continue
            log.info("a conversation goes on", extra={"contact_id": contact.id})


def _adrift(work: UnitOfWork) -> list[Contact]:
    connected = [contact for agent in work.agents.all() for contact in work.contacts.with_agent(agent.id)]
    return [
        contact
        for contact in connected
        if contact.channel is Channel.VOICE
        and contact.state is State.CONNECTED
        and not any(leg.kind is LegKind.CALL for leg in work.legs.of_contact(contact.id))
    ]
