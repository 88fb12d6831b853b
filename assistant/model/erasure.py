"""Erasing what was said and known of a contact. The trail stays: it is codes, and every figure is counted from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.model.contact import Contact, ContactId


class WhyErased(StrEnum):
    """Somebody asked for it, or the tenant keeps nothing for longer."""

    ASKED = "asked"
    KEPT_LONG_ENOUGH = "kept_long_enough"


def without_person(contact: Contact, at: datetime) -> Contact:
    """The same contact, of which nothing tells any more who it was."""
    return replace(
        contact,
        ani=None,
        customer_number=None,
        customer_name=None,
        pending_input=None,
        pending_number=None,
        callback_number=None,
        erased_at=at,
    )


class Erasures(Protocol):
    """What is kept of a contact besides its own row and its trail, and who is to be erased."""

    def erase(self, contact: Contact, effects_of: str) -> None:
        """Its words, what was known of it, what effects of this kind told, and its number wherever else it stands.

        A number that has said STOP stays among those that are not written to. `contact` is as it was before.
        """
        ...

    def unerased(self, ended_before: datetime, limit: int) -> Sequence[ContactId]:
        """Those that were over before then, the longest first."""
        ...

    def of_person(self, *, customer_number: str | None = None, number: str | None = None) -> Sequence[ContactId]:
        """Of this verified customer, or this telephone number: all that are not erased, over or not, oldest first."""
        ...

    def forget_customer(self, customer_number: str) -> None:
        """What is remembered of this customer beyond their contacts."""
        ...
