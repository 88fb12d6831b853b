"""Fifty routers of two processes that want the same contact, and five hundred assignments at once: one winner each.

`python -m bench.soak` runs a thousand rounds of the first.
"""

from __future__ import annotations

import pytest
from arrivals import hired, placed
from serving.races import racing

ROUNDS = 10
AT_ONCE = 500
AGENTS = 24


@pytest.mark.timeout(300)
async def test_of_fifty_routers_of_two_processes_one_wins_each_contact_as_in_asterisk_176(postgres_url: str) -> None:
    async with racing(postgres_url) as race:
        raced = [made async for _, made in race.rounds(ROUNDS)]
    assert [len(made) for made in raced] == [1] * ROUNDS


@pytest.mark.timeout(300)
async def test_five_hundred_assignments_at_once_use_no_slot_twice_as_in_rocket_chat_18217(postgres_url: str) -> None:
    capacity: dict[str, int] = {}
    async with racing(postgres_url, AT_ONCE) as race:
        for n in range(AGENTS):
            agent = await hired(race.store, f"agent{n}", chats=1 + n % 4)
            capacity[agent.id] = 1 + n % 4
        line = [(await placed(race.store)).id for _ in range(AT_ONCE)]
        made = await race.run()
        held = await race.is_sound()
    assert {agent: len(contacts) for agent, contacts in held.items()} == capacity, "full, and nowhere fuller"
    assert sorted(offer.contact_id for offer in made) == sorted(line[: sum(capacity.values())]), "the first of the line"
    by_slots = sorted((agent, contact) for agent, contacts in held.items() for contact in contacts)
    assert sorted((offer.agent_id, offer.contact_id) for offer in made) == by_slots
