"""A text as it came, and what it says where it is one of the words that need no talk."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.model import text_wording as words
from assistant.model.contact import Channel
from assistant.model.texts import address_of

WORD_LIMIT = 64


@dataclass(frozen=True, slots=True)
class HeardText:
    """A text as it came. `number` is the caller's, `ours` the address that it was sent to (with its prefix).

    `carrier_answered`: the telephone company knew the word and has answered it itself.
    """

    sid: str
    channel: Channel
    number: str
    ours: str
    dnis: str
    body: str
    media: int = 0
    carrier_answered: bool = False

    @property
    def address(self) -> str:
        return address_of(self.channel, self.number)

    @property
    def word(self) -> str:
        """The text as one of the carriers' words would be written: in small letters, without signs around it."""
        if len(self.body) > WORD_LIMIT:
            return ""
        return re.sub(r"^\W+|\W+$", "", " ".join(self.body.lower().split()))

    @property
    def calls_off(self) -> bool:
        """Whether it says no more than that nobody need call."""
        return words.CALL_OFF.fullmatch(self.body.strip()) is not None
