"""How fast agents work, by how much they have in hand.

An agent with three chats answers each of them slower than an agent with one. While somebody waits every slot is
taken, so what counts is the rate at which fully loaded agents finish: contacts finished in that state over the time
spent in it, pooled over a team (the agents who serve the same queues). Time spent on offers that came to nothing and
on wrap-up counts, for the slot was not free. Until a team has been seen fully loaded, its rate per slot at any load
stands in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from assistant.model.waiting.fading import Fading

PRIOR_SERVICES = 10.0
LOADED_SERVICES = 5.0
MEMORY = (2 * 3600.0, 250.0)
QUICK_MEMORY = (1200.0, 60.0)
CHANGED_BY = 3.5  # standard errors between the quick and the slow memory at which the slow one is given up


@dataclass(slots=True)
class _Sums:
    """Contacts finished and seconds spent: of loaded agents, and over all slots at any load."""

    fading: Fading
    finished_loaded: float = 0.0
    loaded_seconds: float = 0.0
    finished: float = 0.0
    slot_seconds: float = 0.0
    prior: float = 1.0
    squares: float = 0.0

    def add(self, loaded_seconds: float, slot_seconds: float, *, is_loaded: bool, at: float, finished: bool) -> None:
        weight = self.fading.next(at) if finished else self.fading.weight
        self.loaded_seconds += weight * loaded_seconds
        self.slot_seconds += weight * slot_seconds
        if finished:
            self.finished += weight
            self.squares += weight * weight
            self.finished_loaded += weight * is_loaded
        divisor = self.fading.renewed()
        if divisor > 1:
            self.squares /= divisor * divisor
            for name in ("finished_loaded", "loaded_seconds", "finished", "slot_seconds", "prior"):
                setattr(self, name, getattr(self, name) / divisor)

    def take_over(self, other: _Sums) -> None:
        scale = self.fading.weight / other.fading.weight
        for name in ("finished_loaded", "loaded_seconds", "finished", "slot_seconds"):
            setattr(self, name, getattr(other, name) * scale)
        self.squares = other.squares * scale * scale
        self.prior = 0.0


@dataclass(slots=True)
class Team:
    """What was seen of the agents who serve the same queues, each with so many slots."""

    slots: int
    sums: _Sums = field(default_factory=lambda: _Sums(Fading(*MEMORY)))
    quick: _Sums = field(default_factory=lambda: _Sums(Fading(*QUICK_MEMORY), prior=0.0))

    def worked(self, in_hand: int, seconds: float, at: float, *, finished: bool) -> None:
        """One agent had so many contacts in hand for so long, up to this instant; and finished one then, or not."""
        is_loaded = in_hand >= self.slots
        loaded_seconds = seconds if is_loaded else 0.0
        for sums in (self.sums, self.quick):
            sums.add(loaded_seconds, in_hand * seconds, is_loaded=is_loaded, at=at, finished=finished)
        if finished:
            self._notice_change()

    def _notice_change(self) -> None:
        """A lasting change is followed at once, a run of luck is not."""
        slow, quick = self.sums, self.quick
        if min(slow.finished_loaded, quick.finished_loaded, slow.loaded_seconds, quick.loaded_seconds) <= 0:
            return
        seen = quick.finished * quick.finished / quick.squares
        if seen < QUICK_MEMORY[1] or (slow.prior == 0.0 and slow.finished**2 / slow.squares < 2 * seen):
            return
        ratio = (quick.finished_loaded / quick.loaded_seconds) / (slow.finished_loaded / slow.loaded_seconds)
        if abs(math.log(ratio)) * math.sqrt(seen) > CHANGED_BY:
            slow.take_over(quick)

    def rate(self, expected_seconds: float) -> float:
        """Contacts that one fully loaded agent finishes a second.

        `expected_seconds` is the tenant's guess of what one contact takes of one slot: it counts as ten services at
        the beginning, and fades.
        """
        sums = self.sums
        prior = PRIOR_SERVICES * sums.prior
        per_slot = (sums.finished + prior) / (sums.slot_seconds + prior * expected_seconds)
        drawn = LOADED_SERVICES * sums.fading.weight
        at_any_load = sums.finished / sums.slot_seconds if sums.slot_seconds else 0.0
        slowdown = (sums.finished_loaded + drawn) / (sums.loaded_seconds * self.slots * at_any_load + drawn)
        return per_slot * self.slots * slowdown
