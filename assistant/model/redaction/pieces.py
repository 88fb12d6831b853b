"""A card's number that is read out with pauses comes in pieces, none of which looks like one.

What was kept before can't be taken back: so what goes on with digits that begin like a card's number, and are more
than may be shown of one, is masked whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.model.redaction import naming
from assistant.model.redaction.cards import LONGEST
from assistant.model.redaction.named import KEPT_OF_CARD, MASK
from assistant.model.redaction.numerals import FILLERS, Numeral, joint, numerals, shadow

SHOWN = 8
"""So many digits may be kept of a card's beginning: its issuer (ISO/IEC 7812-1)."""
BEGINS = re.compile(r"[2-6]")
MASKED_ONLY = re.compile(rf"\W*(?:{MASK}\W*)+")
BETWEEN = naming.WORDS_BETWEEN | FILLERS | {"yes", "yeah", "okay", "ok", "so", "please", "then", "and"}


def without_rest_of_card(before: Sequence[str], text: str) -> str:
    """The text without the digits that go on with a card's number; `before` is what the same person said, as kept."""
    plain = shadow(text)
    run = _run(plain, numerals(plain))
    if not run or not naming.is_only(plain[: run[0].start], BETWEEN):
        return text
    digits = "".join(numeral.digits for numeral in run)
    begun, is_masked = _begun(before)
    is_card = bool(BEGINS.match(begun)) and SHOWN < len(begun + digits) <= LONGEST
    if is_masked or is_card:
        return text[: run[0].start] + MASK + text[run[-1].end :]
    return text


def _begun(before: Sequence[str]) -> tuple[str, bool]:
    """The digits with which the pieces before end without a break, and whether digits of them are masked already."""
    begun = ""
    for piece in reversed(before):
        if MASKED_ONLY.fullmatch(piece) or piece.rstrip(" .,;").endswith(MASK):
            return begun, MASKED_ONLY.fullmatch(piece) is not None or not naming.NAME.search(shadow(piece))
        if KEPT_OF_CARD.search(piece):
            break  # that one was whole
        plain = shadow(piece)
        run = _run(plain, list(reversed(numerals(plain))))[::-1]
        if not run or not naming.is_only(plain[run[-1].end :], FILLERS):
            break
        begun = "".join(numeral.digits for numeral in run) + begun
        if not naming.is_only(plain[: run[0].start], BETWEEN):
            break
    return begun, False


def _run(plain: str, found: Sequence[Numeral]) -> list[Numeral]:
    """The first of these numerals with all that hang together with it, in either direction."""
    run = list(found[:1])
    for numeral in found[1:]:
        before, after = sorted((run[-1], numeral), key=lambda each: each.start)
        if joint(plain, before, after) is None:
            break
        run.append(numeral)
    return run
