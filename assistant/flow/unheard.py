"""What the dialogue engine could not be told while it was away, and is told as soon as it is back.

Each process keeps its own, and one that dies forgets it: the words stand in the transcript, for the agent, in any case.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from assistant.flow.stimulus import Stimulus
from assistant.flow.verification import Structured
from assistant.model.contact import ContactId

KEPT = 10_000
LONGEST = 1000


class Unheard:
    def __init__(self) -> None:
        self._outcomes: OrderedDict[ContactId, Structured] = OrderedDict()
        self._words: OrderedDict[ContactId, str] = OrderedDict()

    def keep(self, stimulus: Stimulus) -> None:
        """The engine did not answer. Words are kept until it knows what the contact is about."""
        contact = stimulus.contact
        if stimulus.structured is not None:
            _put(self._outcomes, contact.id, stimulus.structured)
        elif stimulus.words is not None and contact.topic is None:
            _put(self._words, contact.id, stimulus.words[-LONGEST:])

    def has(self, contact_id: ContactId) -> bool:
        return contact_id in self._outcomes or contact_id in self._words

    def before(self, stimulus: Stimulus) -> Stimulus:
        """The same words with what is to be told first.

        An outcome answers the words as well, and they are not passed on after it: a "yes" said into the silence is none
        to the question that comes now. What the caller had said at first is said once more, in one breath with these.
        """
        if stimulus.words is None:
            return stimulus
        outcome = self._outcomes.pop(stimulus.contact.id, None)
        words = self._words.pop(stimulus.contact.id, None)
        if outcome is not None:
            return replace(stimulus, words=None, structured=outcome)
        return stimulus if words is None else replace(stimulus, words=f"{words.rstrip('.')}. {stimulus.words}")


def _put[T](kept: OrderedDict[ContactId, T], contact_id: ContactId, value: T) -> None:
    kept[contact_id] = value
    kept.move_to_end(contact_id)
    while len(kept) > KEPT:
        kept.popitem(last=False)
