"""What became of everybody: counted while it happens, told as a table. All seconds are the crowd's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, quantiles

TARGET_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Scored:
    """The range that was told on arrival, and the wait that it came to."""

    low: float
    high: float
    had: float


@dataclass(slots=True)
class Counts:
    """One queue's. `waits` are of the served, `longest` is anybody's, `waiting` is who still waited at the end."""

    came: int = 0
    served: int = 0
    abandoned: int = 0
    contained: int = 0
    callbacks: int = 0
    dropped: int = 0
    waiting: int = 0
    longest: float = 0.0
    waits: list[float] = field(default_factory=list)
    told: list[Scored] = field(default_factory=list)

    def has_waited(self, seconds: float) -> None:
        self.longest = max(self.longest, seconds)

    def was_served(self, seconds: float) -> None:
        self.served += 1
        self.waits.append(seconds)
        self.has_waited(seconds)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            came=self.came + other.came,
            served=self.served + other.served,
            abandoned=self.abandoned + other.abandoned,
            contained=self.contained + other.contained,
            callbacks=self.callbacks + other.callbacks,
            dropped=self.dropped + other.dropped,
            waiting=self.waiting + other.waiting,
            longest=max(self.longest, other.longest),
            waits=self.waits + other.waits,
            told=self.told + other.told,
        )


@dataclass(slots=True)
class Tally:
    """A whole run's. `delayed_joins` were put off by the service's rate limit, `otherwise` is why somebody got no
    place, or lost it through nobody's fault.

    `violations` are promises that the service broke, each a sentence with the contact's id.
    """

    queues: dict[str, Counts]
    delayed_joins: int = 0
    no_callback: int = 0
    otherwise: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, queues: Sequence[str]) -> Tally:
        return cls({queue: Counts() for queue in queues})

    @property
    def total(self) -> Counts:
        return sum(self.queues.values(), Counts())

    def lines(self) -> list[str]:
        """The table."""
        columns = dict(self.queues)
        if len(columns) > 1:
            columns["all"] = self.total
        rows = [("", *columns)]
        rows += [(label, *map(show, columns.values())) for label, show in ROWS]
        if self.total.told:
            rows += [(label, *map(show, columns.values())) for label, show in TOLD_ROWS]
        return _aligned(rows)

    def notes(self) -> list[str]:
        """What a table can't hold: what stood in somebody's way, and each broken promise."""
        notes = [f"ended otherwise: {count} {why}" for why, count in sorted(self.otherwise.items())]
        if self.delayed_joins:
            notes.append(f"{self.delayed_joins} joins were delayed by the service's rate limit")
        if self.no_callback:
            notes.append(f"{self.no_callback} asked to be called back where that is not offered, and went on waiting")
        broken = len(self.violations)
        notes.append(f"violations: {broken or 'none'}")
        return notes + [f"  {violation}" for violation in self.violations]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join((first.ljust(widths[0]), *cells)))
    return lines


def as_time(seconds: float) -> str:
    """`4:05`, minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _of_waits(measure: Callable[[Sequence[float]], str]) -> Callable[[Counts], str]:
    return lambda counts: measure(counts.waits) if counts.waits else "–"


def _decile(waits: Sequence[float], n: int) -> str:
    return as_time(quantiles(waits, n=10, method="inclusive")[n - 1] if len(waits) > 1 else waits[0])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


ROWS: tuple[tuple[str, Callable[[Counts], str]], ...] = (
    ("arrivals", lambda counts: str(counts.came)),
    ("served by an agent", lambda counts: str(counts.served)),
    ("abandoned", lambda counts: str(counts.abandoned)),
    ("contained", lambda counts: str(counts.contained)),
    ("waiting at the end", lambda counts: str(counts.waiting)),
    ("asked for a callback", lambda counts: str(counts.callbacks)),
    ("lost the line and came back", lambda counts: str(counts.dropped)),
    ("wait of the served: mean", _of_waits(lambda waits: as_time(fmean(waits)))),
    ("  half of them within", _of_waits(lambda waits: _decile(waits, 5))),
    ("  nine of ten within", _of_waits(lambda waits: _decile(waits, 9))),
    ("  longest wait of anybody", lambda counts: as_time(counts.longest)),
    (
        f"  served within {TARGET_SECONDS:.0f} s",
        _of_waits(lambda waits: _share(sum(wait <= TARGET_SECONDS for wait in waits), len(waits))),
    ),
)

TOLD_ROWS: tuple[tuple[str, Callable[[Counts], str]], ...] = (
    ("told a range, and had to wait", lambda counts: str(len(counts.told))),
    (
        "  the wait lay in it",
        lambda counts: _share(sum(told.low <= told.had <= told.high for told in counts.told), len(counts.told)),
    ),
    ("  it was shorter", lambda counts: _share(sum(told.had < told.low for told in counts.told), len(counts.told))),
    ("  it was longer", lambda counts: _share(sum(told.had > told.high for told in counts.told), len(counts.told))),
)
