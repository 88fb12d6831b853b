"""The measures counted in memory from the facts of contacts: what the database sums must be the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from assistant.model.facts import ContactFacts
from assistant.model.measures import SECOND, Asked, By, Group, Measures
from assistant.model.parts import NOBODY, OF_AGENTS, Part, parts_of


def measured(facts: Iterable[ContactFacts], asked: Asked) -> dict[Group, Measures]:
    """As `Reports.measures` promises; contacts that entered at another time are left out."""
    counts: dict[Group, Counter[str]] = defaultdict(Counter)
    waits: dict[Group, list[int]] = defaultdict(list)
    for part in (part for each in facts for part in parts_of(each) if _is_asked_for(part, asked)):
        group = asked.group_of(part)
        if asked.by is By.AGENT:
            counts[group].update({name: part.counts[name] for name in OF_AGENTS if name in part.counts})
            continue
        counts[group].update({**part.counts, **_by_the_rules(part, asked)})
        if part.waited_micros is not None and asked.percentiles:
            waits[group].append(-(-part.waited_micros // SECOND))
    found = {
        group: Measures(
            **counted,
            median_wait_seconds=nearest_rank(waits[group], 50),
            p90_wait_seconds=nearest_rank(waits[group], 90),
        )
        for group, counted in counts.items()
    }
    return {group: measures for group, measures in found.items() if measures != Measures()}


def _is_asked_for(part: Part, asked: Asked) -> bool:
    if asked.by is By.AGENT and part.agent_id == NOBODY:
        return False
    is_in_time = asked.begin <= part.entered_at < asked.end
    return is_in_time and all(asked.value_of(part, by) == wanted for by, wanted in asked.only.items())


def _by_the_rules(part: Part, asked: Asked) -> dict[str, int]:
    counts = Counter[str]()
    if part.waited_micros is not None:
        target = asked.targets.get(part.queue)
        counts["waited_micros"] += part.waited_micros
        counts["in_target"] += target is not None and part.waited_micros <= target * SECOND
    if part.left_micros is not None:
        counts["short_abandoned" if part.left_micros <= asked.short_abandon_micros else "abandoned"] += 1
    return counts


def nearest_rank(values: list[int], percent: int) -> int | None:
    """The smallest of the values that so many per cent of them do not exceed; None of none."""
    rank = (percent * len(values) + 99) // 100
    return sorted(values)[rank - 1] if values else None
