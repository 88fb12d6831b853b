"""Which contacts stand behind each figure of a report, and what each of them brings to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from assistant.model.contact import AgentId, Contact, ContactId
from assistant.model.measures import Asked


@dataclass(frozen=True, slots=True)
class Figure:
    """A contact is behind the figure where any of `of` is counted of it. It brings `part`, once for each of `of`."""

    of: tuple[str, ...]
    part: tuple[str, ...]


def _count(name: str) -> Figure:
    return Figure((name,), (name,))


def _share(part: str, *of: str) -> Figure:
    return Figure(of, (part,))


WANTED_AN_AGENT = ("served", "abandoned")

FIGURES: Mapping[str, Figure] = {
    name: _count(name)
    for name in (
        "entered", "served", "answered", "called_back", "callback_failed", "abandoned", "short_abandoned", "contained",
        "taken_back", "messages", "spoke", "held", "refused", "verified", "helped", "services", "transferred",
        "proofs_asked", "proofs_asked_again", "offers", "not_answered", "passed_over", "unexplained", "scored",
    )
} | {
    "service_level": _share("in_target", "answered", "abandoned"),
    "asa_seconds": _share("waited_micros", "answered"),
    "median_wait_seconds": _share("waited_micros", "answered"),
    "p90_wait_seconds": _share("waited_micros", "answered"),
    "abandonment_rate": _share("abandoned", *WANTED_AN_AGENT),
    "containment_rate": _share("contained", *WANTED_AN_AGENT, "contained", "taken_back"),
    "callback_kept_rate": _share("called_back", "called_back", "callback_failed"),
    "adoption_rate": _share("spoke", "spoke", "held", "refused"),
    "verification_rate": _share("verified", "served"),
    "saved_seconds": _share("saved_micros", "helped"),
    "aht_seconds": _share("handled_micros", "services"),
    "transfer_rate": _share("transferred", "services"),
    "asked_again_rate": _share("proofs_asked_again", "services"),
    "rona_rate": _share("not_answered", "offers"),
    "csat": _share("satisfied", "csat_given"),
    "nps": Figure(("nps_given",), ("promoters", "-detractors")),
    "ces": _share("ces_sum", "ces_given"),
    "fcr": _share("resolved", "resolved_given"),
    "coverage": _share("in_range", "scored"),
    "longer_rate": _share("longer", "scored"),
    "mean_error_seconds": _share("error_micros", "scored"),
}  # fmt: skip


class Cursor(NamedTuple):
    """Where a page of contacts ends: the next one goes on after it."""

    entered_at: datetime
    contact_id: ContactId


@dataclass(frozen=True, slots=True)
class Behind:
    """A contact behind a figure: it brings `part` to it, `times` so often as it is counted; micros where it is time.

    `last_agent_id` is who served it last. `waited_micros` is how long it waited until it was answered, or left.
    """

    contact: Contact
    part: int
    times: int
    last_agent_id: AgentId | None
    waited_micros: int | None


class BehindFigures(Protocol):
    def contacts(self, asked: Asked, figure: Figure, before: Cursor | None, limit: int) -> Sequence[Behind]:
        """Those that entered last come first; `by` of what is asked changes nothing."""
        ...
