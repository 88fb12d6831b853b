"""One connection's memory of what it told: turns looks at the state into numbered frames, each change once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from assistant.flow.changing import HOLDS
from assistant.model.contact import AgentId
from assistant.model.place import micros
from handoff.console_protocol import agent_frame
from handoff.console_view import Look, Told
from handoff.event_frames import Frame


class ConsoleFeed:
    """Revisions rise with the clock, so that they rise across an agent's connections too."""

    def __init__(self, agent_id: AgentId) -> None:
        self._agent_id = agent_id
        self._agent: dict[str, Any] = {}
        self._workplace: dict[str, Any] = {}
        self._revision = 0
        self.told = Told()
        self.topics = frozenset({f"agent.{agent_id}", HOLDS})

    def begin(self, look: Look, data: dict[str, Any]) -> Frame:
        """The snapshot that every connection starts with."""
        revision = self._next_revision(look.at)
        self._remember(look)
        return agent_frame("snapshot", revision, look.at, {"revision": revision, **data})

    def advance(self, look: Look) -> Iterator[Frame]:
        """The frames from what was told last to this look: offers that ended, contacts, new offers, the agent."""
        told, agent, workplace = self.told, self._agent, self._workplace
        self._remember(look)
        for ended in look.ended_offers:
            yield self._frame("offer.ended", look.at, ended)
        for contact_id, beside in look.beside.items():
            if told.beside.get(contact_id) is not beside:
                yield self._frame("watch.updated", look.at, {"contact_id": contact_id, "mode": beside.value})
        parted = sorted(told.beside.keys() - look.beside.keys())
        for contact_id in parted:
            if contact_id in look.seqs:  # it is the agent's own now, and introduced as that
                yield self._frame("watch.ended", look.at, {"contact_id": contact_id})
        yield from look.contact_frames
        for contact_id in parted:
            if contact_id not in look.seqs:
                yield self._frame("watch.ended", look.at, {"contact_id": contact_id})
        for offer_id, data in look.offers.items():
            before = told.offers.get(offer_id)
            if before is None:
                yield self._frame("offer.made", look.at, data)
            elif _as_shown(before) != _as_shown(data):
                yield self._frame("offer.updated", look.at, data)
        if look.agent != agent:
            yield self._frame("agent.updated", look.at, look.agent)
        if look.workplace != workplace:
            yield self._frame("workplace.updated", look.at, look.workplace)

    def _remember(self, look: Look) -> None:
        self.told = Told(look.seqs, look.offers, look.beside)
        self._agent, self._workplace = look.agent, look.workplace
        contacts = look.seqs.keys() | look.waiting_for
        topics = [f"contact.{contact_id}" for contact_id in contacts]
        topics += [f"{kind}.{contact_id}" for contact_id in look.seqs for kind in ("captions", "typing")]
        self.topics = frozenset({f"agent.{self._agent_id}", HOLDS, *topics})

    def _frame(self, type: str, at: datetime, data: dict[str, Any]) -> Frame:
        return agent_frame(type, self._next_revision(at), at, data)

    def _next_revision(self, at: datetime) -> int:
        self._revision = max(self._revision + 1, micros(at))
        return self._revision


def _as_shown(offer: dict[str, Any]) -> dict[str, Any]:
    """An offer that only waited longer has not changed."""
    return {name: value for name, value in offer.items() if name != "waited_seconds"}
