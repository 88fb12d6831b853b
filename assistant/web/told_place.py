"""What a connection was told of the place, and the frame that tells what has changed of it."""

from __future__ import annotations

from typing import Any

from assistant.flow.line import Lines
from assistant.model.contact import Contact, Reach
from assistant.model.place import PlaceView


class ToldPlace:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._last: PlaceView | None = None

    def frame(self, contact: Contact) -> dict[str, Any] | None:
        """`place.updated` as of now; None where a caller would notice nothing new."""
        place, before = self._lines.view(contact), self._last
        if not place.is_consistent:
            return None  # what makes line and contact agree again has it told too
        if before is not None and _as_told(before) == _as_told(place):
            return None
        data: dict[str, Any] = {"place": place.as_data()}
        if before is not None and place.position and before.position and place.position > before.position:
            data["reason"] = self._lines.why_worse(contact, before)
        self._last = place
        return {"type": "place.updated", "data": data}


def _as_told(place: PlaceView) -> tuple[object, ...]:
    """A new revision alone is nothing to tell."""
    is_callback = place.reach is Reach.CALLBACK  # that a caller is away is no news to the caller
    return place.queue, place.position, place.state, place.wait, place.staffed, is_callback, place.callback_at
