"""What one agent has in hand: talk first, then the wrap-up, each for its part of the work that the contact takes."""

from __future__ import annotations

import random

from practice.draws import Draw
from practice.floor import Floor
from practice.hands import Hands, speeds_of

TALK_SHARE = 0.85  # of an agent's work on a contact; the rest is the wrap-up


class Workload:
    """`work` is drawn for contacts that are not of this crowd."""

    def __init__(self, floor: Floor, username: str, work: Draw, chance: random.Random) -> None:
        self._floor = floor
        self._username = username
        self._work = work
        self._chance = chance
        self._hands: Hands[str] = Hands(speeds_of(1))
        self._wrapping: set[str] = set()

    def __contains__(self, contact_id: str) -> bool:
        return contact_id in self._hands.in_hand

    @property
    def contacts(self) -> tuple[str, ...]:
        return tuple(self._hands.in_hand)

    @property
    def next_done(self) -> tuple[float, str] | None:
        """When which talk or wrap-up will be done if nothing else happens."""
        return self._hands.next_finished() if self._hands.in_hand else None

    def is_talking(self, contact_id: str) -> bool:
        return contact_id in self and contact_id not in self._wrapping

    def set_slots(self, count: int) -> None:
        if count != len(self._hands.speeds):
            self._hands.work_until(self._floor.pace.now)
            self._hands.speeds = speeds_of(max(count, 1))

    def begin(self, contact_id: str) -> None:
        """The talk begins; one that is somebody else's, or one too many, is a broken promise."""
        self._check_it_is_mine_alone(contact_id)
        self._take(contact_id, TALK_SHARE)
        self._wrapping.discard(contact_id)

    def go_on(self, contact_id: str) -> None:
        """After a lost line: what was ended meanwhile, unheard, is to be ended once more."""
        self._check_it_is_mine_alone(contact_id)
        self._wrapping.discard(contact_id)

    def wrap_up(self, contact_id: str) -> None:
        """The talk is over, now if not before."""
        if contact_id not in self._wrapping:
            self._take(contact_id, 1 - TALK_SHARE)
            self._wrapping.add(contact_id)
            self._let_go(contact_id)

    def put_down(self, contact_id: str) -> None:
        """Done, or taken away."""
        self._hands.work_until(self._floor.pace.now)
        self._hands.in_hand.pop(contact_id, None)
        self._wrapping.discard(contact_id)
        self._let_go(contact_id)

    def out_of_sight(self) -> None:
        """The line is lost: what is still this agent's will be known again with the next snapshot."""
        for contact_id in self.contacts:
            self._let_go(contact_id)

    def _take(self, contact_id: str, share: float) -> None:
        if contact_id not in self._floor.work:
            self._floor.work[contact_id] = self._work(self._chance)
        self._hands.work_until(self._floor.pace.now)
        self._hands.in_hand[contact_id] = self._floor.work[contact_id] * share

    def _let_go(self, contact_id: str) -> None:
        if self._floor.held.get(contact_id) == self._username:
            del self._floor.held[contact_id]

    def _check_it_is_mine_alone(self, contact_id: str) -> None:
        floor = self._floor
        other = floor.held.get(contact_id, self._username)
        if other != self._username:
            floor.tally.violations.append(f"contact {contact_id}: connected to {other} and to {self._username}")
        floor.held[contact_id] = self._username
        if len({*self.contacts, contact_id}) > len(self._hands.speeds):
            floor.tally.violations.append(f"contact {contact_id}: more for {self._username} than there are slots")
