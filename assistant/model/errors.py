"""What can go wrong, as one tree.

HoldfastError
├── Refused       the other side asked for something it can't have: a stable `code`, a sentence, never a retry
├── Unavailable   ours: something behind us is away; `retryable` says whether trying again may help
└── IllegalMove   a bug: a move that the table of states does not have

Being second is not an error: compare-and-set results are plain values.
"""

from __future__ import annotations

from typing import Any


class HoldfastError(Exception):
    """Root of the errors that the doors know how to tell."""


class IllegalMove(HoldfastError):
    """A state machine was asked for a move that it does not have."""


class Refused(HoldfastError):
    """The other side asked for something it can't have.

    `code` is stable and on the wire, `message` is a sentence for a person, `details` extends the error's body.
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class Unavailable(HoldfastError):
    """Something behind us is away. Nothing that was promised is lost."""

    def __init__(self, code: str, message: str, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable


def no_such_contact() -> Refused:
    """Also told for another's contact: a stranger learns nothing about which ids exist."""
    return Refused("no_such_contact", "There is no such contact for this token.")


def contact_closed() -> Refused:
    return Refused("contact_closed", "This conversation has ended.")
