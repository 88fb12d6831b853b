"""The flow's `SupervisorCalls`: a leg of the supervisor's own in the conference of caller and agent.

Muted who listens, heard by the agent's leg alone who coaches, heard by all who has joined.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from assistant.model.agent import Agent
from assistant.model.contact import Contact
from assistant.model.errors import Refused
from assistant.model.supervision import Beside
from telephony.addresses import AGENT_LABEL, supervisor_label
from telephony.call_control import TwilioCallControl
from telephony.conference_control import TwilioConferenceControl


class TwilioSupervisorCalls:
    def __init__(self, call_control: TwilioCallControl, conferences: TwilioConferenceControl) -> None:
        self._call_control = call_control
        self._conferences = conferences

    async def ring(self, contact: Contact, supervisor: Agent) -> None:
        await self._call_control.ring_supervisor(contact, supervisor)

    async def change(self, contact: Contact, supervisor: Agent, beside: Beside) -> None:
        part: dict[str, Any] = {"muted": beside is Beside.LISTEN, "coaching": beside is Beside.COACH}
        if beside is Beside.COACH:
            part["call_sid_to_coach"] = await self._conferences.call_of(contact, AGENT_LABEL)
        with suppress(Refused):  # not in the conference yet
            await self._conferences.change(contact, supervisor_label(supervisor.id), **part)

    async def take_out(self, contact: Contact, supervisor: Agent) -> None:
        label = supervisor_label(supervisor.id)
        await self._conferences.take_out(contact, label)
        await self._call_control.silence(contact, label)

    async def announce(self, contact: Contact) -> None:
        await self._conferences.announce(contact)
