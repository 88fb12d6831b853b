"""GET /api/v1/supervisor/deliveries: what the tenant's systems were told, and what not; POST sends it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.edge.errors import json_response
from assistant.edge.requests import body
from assistant.model.deliveries import GIVES_UP_AFTER, TOLD_AS, Delivery, DeliveryState
from assistant.model.errors import Refused
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from handoff.sessions import Sessions, check_supervisor

PATH = "/api/v1/supervisor/deliveries"
SHOWN = 100
MOST_SHOWN = 500


class RetryBody(BaseModel):
    """Which parked ones: those of these ids, or all of one endpoint, which is opened where it was parked itself."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    ids: list[str] | None = Field(default=None, min_length=1, max_length=1000)
    endpoint: str | None = None

    @model_validator(mode="after")
    def _says_which(self) -> RetryBody:
        if (self.ids is None) == (self.endpoint is None):
            raise ValueError("either ids or endpoint")
        return self


class DeliveriesDoor:
    def __init__(self, store: Store, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PATH, self.show),
            web.post(f"{PATH}/retry", self.retry),
            web.post(f"{PATH}/{{id}}/retry", self.retry_one),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """`{deliveries: […], next, counts: […], parked_endpoints: {…}}`, the newest first; `next` is for `before`.

        Raises `Refused`: `unauthorized`, `forbidden` for an agent who is no supervisor, `invalid_request`.
        """
        check_supervisor((await self._sessions.of_request(request)).agent)
        query = request.query
        try:
            state = DeliveryState(query.get("state", DeliveryState.PARKED.value))
        except ValueError:
            raise Refused("invalid_request", f"state: one of {', '.join(DeliveryState)}.") from None
        limit = query.get("limit", str(SHOWN))
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MOST_SHOWN):
            raise Refused("invalid_request", f"limit: a number from 1 to {MOST_SHOWN}.")

        def read(work: UnitOfWork) -> dict[str, Any]:
            found = work.deliveries.listed(state, query.get("endpoint"), query.get("before"), int(limit))
            return {
                "deliveries": [_delivery(each) for each in found],
                "next": found[-1].id if len(found) == int(limit) else None,
                "counts": [
                    {
                        "endpoint": each.endpoint,
                        "state": each.state.value,
                        "count": each.count,
                        "oldest_at": rfc3339(each.oldest_at),
                    }
                    for each in work.deliveries.backlog()
                ],
                "parked_endpoints": work.deliveries.parked_endpoints(),
            }

        return json_response(await self._store.read(read))

    async def retry(self, request: web.Request) -> web.Response:
        """`{retried}`: how many parked ones are sent anew, for a day from now. Raises `Refused` as `show` does."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        asked = await body(request, RetryBody)
        return json_response({"retried": await self._retry(asked.ids, asked.endpoint)})

    async def retry_one(self, request: web.Request) -> web.Response:
        """The same for one. Raises `Refused` `no_such_delivery` where it is not parked."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        retried = await self._retry([request.match_info["id"]], None)
        if not retried:
            raise Refused("no_such_delivery", "No delivery of this id is parked.")
        return json_response({"retried": retried})

    async def _retry(self, ids: Sequence[str] | None, endpoint: str | None) -> int:
        return await self._store.transact(lambda work: work.deliveries.unpark(ids, endpoint, work.now + GIVES_UP_AFTER))


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "endpoint": delivery.endpoint,
        "type": TOLD_AS.get(delivery.type, delivery.type.value),
        "contact_id": delivery.contact_id,
        "seq": delivery.seq,
        "at": rfc3339(delivery.at),
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "due_at": rfc3339(delivery.due_at) if delivery.state is DeliveryState.PENDING else None,
        "gives_up_at": rfc3339(delivery.gives_up_at),
        "ended_at": rfc3339(delivery.ended_at) if delivery.ended_at else None,
        "error": delivery.error,
    }
