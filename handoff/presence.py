"""An agent as the console shows one: presence, and apart from it the work in each slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.model.agent import Agent, Slot
from assistant.model.contact import ContactId, State


def agent_data(
    agent: Agent, slots: Sequence[Slot], work: Mapping[ContactId, State], softphone: str | None
) -> dict[str, Any]:
    """`{username, name, role, presence, reason, phone, softphone, ring_choice, rings_at, slots: [{channel, n, work,
    contact_id}]}`.

    `work` in a slot is `offered`, `connected`, `wrapping` or null. `softphone` is the kind of telephone that the
    console can itself be; null where this agent takes no calls there. `rings_at`: where a call rings now, if anywhere.
    """
    return {
        "username": agent.username,
        "name": agent.name,
        "role": agent.role.value,
        "presence": agent.presence.value,
        "reason": agent.reason,
        "phone": agent.phone,
        "softphone": softphone if agent.has_softphone else None,
        "ring_choice": agent.ring_choice.value,
        "rings_at": agent.rings_at.value if agent.rings_at else None,
        "slots": [_slot_data(slot, work) for slot in slots],
    }


def _slot_data(slot: Slot, work: Mapping[ContactId, State]) -> dict[str, Any]:
    state = work.get(slot.contact_id) if slot.contact_id else None
    return {
        "channel": slot.channel.value,
        "n": slot.n,
        "work": state.value if state else None,
        "contact_id": slot.contact_id,
    }
