"""What the assistant did not understand, ready for a person to say what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.model.similarity import Likeness, grouped, plain

NOT_UNDERSTOOD = frozenset({"not_understood", "out_of_scope"})
"""The intents by which the dialogue says that it did not follow."""

ABANDONED = "abandoned"
SUGGESTED = 0.2
"""The cosine with a training sentence from which its intent is suggested."""


@dataclass(frozen=True, slots=True)
class Misheard:
    """What a caller said in one turn (redacted), and what came of it: one of `NOT_UNDERSTOOD`, or `abandoned`."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a review: a text, how often it was said, and what it may have meant.

    Lines of the same `group` are alike.
    """

    group: int
    text: str
    count: int
    why: str
    suggested: str


def lines(misheard: Sequence[Misheard], examples: Mapping[str, str]) -> list[Line]:
    """The lines of a review, alike ones together, the commonest group first.

    `examples` are training sentences with their intents. What one of them says word for word is left out: the
    assistant has learnt it since.
    """
    known = {plain(sentence) for sentence in examples}
    counts: Counter[str] = Counter()
    first: dict[str, Misheard] = {}
    for each in misheard:
        said = plain(each.text)
        if said and said not in known:
            counts[said] += 1
            first.setdefault(said, each)
    texts = list(first)
    trained = list(examples)
    likeness = Likeness(trained)
    found = []
    for number, group in enumerate(grouped(texts, [counts[text] for text in texts]), start=1):
        for at in group:
            nearest = likeness.nearest(texts[at], SUGGESTED)
            suggested = "" if nearest is None else examples[trained[nearest]]
            said_first = first[texts[at]]
            found.append(Line(number, " ".join(said_first.text.split()), counts[texts[at]], said_first.why, suggested))
    return found
