"""Arrival: the place is secured, durably, before the assistant says its first word.

Joins that arrive together share one transaction: the queue's row is locked once for all of them, and the next batch
gathers while the commit is on its way.
"""

from __future__ import annotations

import asyncio
import hmac
from base64 import urlsafe_b64encode
from dataclasses import replace

from assistant.flow import admission
from assistant.flow.arrivals import Arrivals, Joined, JoinRequest, With
from assistant.flow.line import Lines
from assistant.flow.numbers import callable_number
from assistant.flow.takers import Takers
from assistant.model.contact import ContactId
from assistant.model.errors import Refused
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant

__all__ = ["Intake", "JoinRequest", "Joined"]

MAX_BATCH = 64


class Intake:
    def __init__(
        self,
        store: Store,
        tenant: Tenant,
        lines: Lines,
        secret_key: bytes,
        process_id: str,
        takers: Takers | None = None,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._lines = lines
        self._secret_key = secret_key
        self._with = With(tenant, lines, takers or Takers(), process_id, self.token_of)
        self._gathering: list[tuple[JoinRequest, asyncio.Future[Joined]]] = []
        self._batches: asyncio.Task[None] | None = None

    async def join(self, request: JoinRequest) -> Joined:
        """Secures a place and answers once it is durable.

        Raises `Refused`: `unknown_queue`, `queue_closed` and `queue_full` (with what can be had instead),
        `idempotency_conflict`, `callback_open`, what `callable_number` and `checked_message` refuse; and
        `Unavailable` where the place could not be made durable, in which case none was announced.
        """
        request = self._checked(request)
        future: asyncio.Future[Joined] = asyncio.get_running_loop().create_future()
        self._gathering.append((request, future))
        if self._batches is None or self._batches.done():
            self._batches = asyncio.create_task(self._join_in_batches())
        return await future

    def _checked(self, request: JoinRequest) -> JoinRequest:
        queue = request.queue or self._tenant.default_queue
        if queue not in self._tenant.queues:
            raise Refused("unknown_queue", f"There is no queue named {queue!r}.")
        if request.message is not None:
            return replace(request, message=admission.checked_message(request.message, self._tenant))
        if request.callback is not None:
            return replace(request, callback=callable_number(request.callback, self._tenant))
        return request

    async def _join_in_batches(self) -> None:
        while self._gathering:
            batch, self._gathering = self._gathering[:MAX_BATCH], self._gathering[MAX_BATCH:]
            try:
                results = await self._secure([request for request, _ in batch])
            except Exception as error:  # each of them is told, whatever it was: nobody's place was announced
                results = [error] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def _secure(self, requests: list[JoinRequest]) -> list[Joined | Exception]:
        known = {
            queue: (self._lines.line(queue).revision, len(self._lines.line(queue))) for queue in self._tenant.queues
        }
        results = await self._store.transact(lambda work: Arrivals(self._with, work, known).secure(requests))
        return [self._as_now(result) for result in results]

    def _as_now(self, result: Joined | Exception) -> Joined | Exception:
        """A repeated request is answered with the place as it stands now."""
        if isinstance(result, Exception) or result.is_new:
            return result
        return replace(result, place=self._lines.view(result.contact))

    def token_of(self, contact_id: ContactId) -> str:
        """The bearer token of a contact, `<contact id>.<256 bits>`.

        Derived, so that a repeated request can be answered with the same one.
        """
        digest = hmac.digest(self._secret_key, f"contact-token:{contact_id}".encode(), "sha256")
        return f"{contact_id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"
