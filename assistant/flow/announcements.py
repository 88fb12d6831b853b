"""Announcements of the wait: each is recorded, so that it can be held against the wait that followed."""

from __future__ import annotations

from assistant.model.announcing import announced
from assistant.model.contact import Contact
from assistant.model.events import EventType
from assistant.model.place import PlaceView
from assistant.model.storage import UnitOfWork


def announce(work: UnitOfWork, contact: Contact, place: PlaceView, longer: str | None) -> Contact:
    """The caller is being told this wait; `longer` is why it is longer than the one before, if it is."""
    data = {"queue": place.queue, "position": place.position, "wait": place.wait.as_data(), "longer": longer}
    heard = announced(contact.announced, place, work.now, longer)
    return work.trail.append(contact, EventType.WAIT_ANNOUNCED, data, announced=heard)
