"""An agent as the console shows one: presence, and apart from it the work in each slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.model.agent import Agent, Slot
from assistant.model.contact import ContactId, State

CLIENT_PREFIX = "client:"


def agent_data(
    agent: Agent, slots: Sequence[Slot], work: Mapping[ContactId, State], softphone: str | None
) -> dict[str, Any]:
    """`{username, name, role, presence, reason, phone, softphone, slots: [{channel, n, work, contact_id}]}`.

    `work` in a slot is `offered`, `connected`, `wrapping` or null. `softphone` names the telephone that the console
    can itself show; null where the agent's phone is one on a desk.
    """
    has_softphone = agent.phone is not None and agent.phone.startswith(CLIENT_PREFIX)
    return {
        "username": agent.username,
        "name": agent.name,
        "role": agent.role.value,
        "presence": agent.presence.value,
        "reason": agent.reason,
        "phone": agent.phone,
        "softphone": softphone if has_softphone else None,
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
