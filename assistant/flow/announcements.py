"""Announcements of the wait: each is recorded, so that it can be held against the wait that followed."""

from __future__ import annotations

from assistant.model.announcing import announced, is_much_longer, is_news
from assistant.model.contact import Contact
from assistant.model.events import EventType
from assistant.model.place import PlaceView
from assistant.model.storage import UnitOfWork


def announce(work: UnitOfWork, contact: Contact, place: PlaceView, longer: str | None) -> Contact:
    """The caller is being told this wait; `longer` is why it is longer than the one before, if it is."""
    data = {"queue": place.queue, "position": place.position, "wait": place.wait.as_data(), "longer": longer}
    heard = announced(contact.announced, place, work.now, longer)
    return work.trail.append(contact, EventType.WAIT_ANNOUNCED, data, announced=heard)


def is_worth_telling(contact: Contact, place: PlaceView, longer: str | None) -> bool:
    """Whether the place has changed by so much since it was told that the caller hears of it without asking."""
    if place.position is None:
        return False
    return is_much_longer(contact.announced, place, longer) or is_news(contact.told_ahead, place.position - 1)


def is_untold(contact: Contact, place: PlaceView) -> bool:
    """Whether the caller does not know the position as it is."""
    return place.position is not None and contact.told_ahead != place.position - 1
