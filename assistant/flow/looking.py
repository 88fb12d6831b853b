"""A look-up that begins before its order is committed: it changes nothing, and costs no wait of its own."""

from __future__ import annotations

import asyncio

from assistant.flow.settling import Ended
from assistant.model.contact import Contact


class Looking:
    """A look-up that has begun before its order is committed. It counts only for who is still the same customer."""

    def __init__(self, contact: Contact, asking: asyncio.Task[Ended] | None) -> None:
        self._contact = contact
        self._asking = asking

    async def found_for(self, contact: Contact) -> Ended | None:
        before = self._contact
        is_same = (contact.customer_number, contact.verification) == (before.customer_number, before.verification)
        if self._asking is None or not is_same:
            self.cancel()
            return None
        return await self._asking

    def cancel(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
