"""The steps of a line that an event stands for, and their reason from the closed list."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.model.contact import QueueId
from assistant.model.events import Event, EventType
from assistant.model.place import EntryCause
from assistant.model.standing import Standing

CAUSES = {
    EventType.CONTACT_PLACED: EntryCause.JOINED.value,
    EventType.HEAD_START_GRANTED: EntryCause.HEAD_START.value,
    EventType.PLACE_RECLAIMED: EntryCause.RECLAIMED.value,
    EventType.CONTACT_CONNECTED: "connected",
}


@dataclass(frozen=True, slots=True)
class LineStep:
    """A place enters a line or leaves it: what `LineChange` is without its revision."""

    op: str
    queue: QueueId
    order_at: int


def steps_between(before: Standing | None, now: Standing) -> list[LineStep]:
    """What happened to the lines if a place stood so before and stands so now."""
    was = _in_line(before)
    stands = _in_line(now)
    if was == stands:
        return []
    left = [LineStep("leave", *was)] if was else []
    entered = [LineStep("enter", *stands)] if stands else []
    return [*left, *entered]


def _in_line(standing: Standing | None) -> tuple[QueueId, int] | None:
    if standing is None or not standing.state.is_in_line:
        return None
    return standing.queue, standing.order_at


def cause_of(event: Event) -> str | None:
    """Why the place moved with this event: an `EntryCause`, `connected` or how the contact ended; None: not told."""
    if event.type in CAUSES:
        return CAUSES[event.type]
    told = event.data.get("outcome" if event.type is EventType.CONTACT_CLOSED else "cause")
    return None if told is None else str(told)
