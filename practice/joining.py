"""How a caller who writes gets a place: asks until the service gives one, says no, or is away for long."""

from __future__ import annotations

import secrets
from typing import Any

from practice.floor import Floor
from practice.wire import DEFAULT_RETRY_SECONDS, Away, Refused

PATH = "/api/v1/contacts"
TOO_MANY = 429
BACK_OFF_SECONDS = (0.3, 1.0, 2.0, 5.0, 10.0)


async def join(floor: Floor, queue: str) -> dict[str, Any] | None:
    """What was answered when the place was secured; None where there is none, which the tally knows.

    One key for all tries: a request whose answer was lost has secured the place all the same. A rate limit is met by
    waiting for as long as it says.
    """
    body = {"channel": "chat", "queue": queue, "idempotency_key": secrets.token_urlsafe(24)}
    pauses = iter(BACK_OFF_SECONDS)
    is_delayed = False
    while not floor.closing.is_set():
        try:
            joined: dict[str, Any] = await floor.door.ask("POST", PATH, body=body)
            return joined
        except Refused as refused:
            if refused.status != TOO_MANY:
                floor.tally.otherwise[refused.code] += 1
                return None
            floor.tally.delayed_joins += not is_delayed
            is_delayed = True
            await floor.wait(refused.retry_after_seconds or DEFAULT_RETRY_SECONDS)
        except Away:
            pause = next(pauses, None)
            if pause is None:
                floor.tally.otherwise["lost sight of the service"] += 1
                return None
            await floor.wait(pause)
    floor.tally.otherwise["still asking for a place at the end"] += 1
    return None
