"""What one agent works on at the same time: the more in hand, the slower each goes on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

VOICE = (1.0,)
CHATS = (1.0, 0.75, 0.6)  # the speed of each of one, two, three chats in one agent's hands


def speeds_of(slots: int) -> tuple[float, ...]:
    """The speed of each contact by how many are in hand; beyond three chats no more gets done in all."""
    most = CHATS[-1] * len(CHATS)
    return tuple(CHATS[n] if n < len(CHATS) else most / (n + 1) for n in range(slots))


class Hands[K: Hashable]:
    """Works on all in hand at once, each at `speeds[n - 1]` of full speed where n are in hand; a slot per speed."""

    __slots__ = ("in_hand", "since", "speeds")

    def __init__(self, speeds: Sequence[float]) -> None:
        self.speeds = tuple(speeds)
        self.in_hand: dict[K, float] = {}
        self.since = 0.0

    @property
    def speed(self) -> float:
        """Of each in hand. Who holds more than there are slots goes on as with all of them full."""
        return self.speeds[min(len(self.in_hand), len(self.speeds)) - 1]

    def work_until(self, at: float) -> None:
        if self.in_hand:
            done = (at - self.since) * self.speed
            for one in self.in_hand:
                self.in_hand[one] -= done
        self.since = at

    def next_finished(self) -> tuple[float, K]:
        """When which contact will be finished if nothing else happens."""
        one = min(self.in_hand, key=self.in_hand.__getitem__)
        return self.since + max(self.in_hand[one], 0.0) / self.speed, one
