"""A call while the two talk: the caller on hold, the agent muted.

Where it stands is read from the trail, so it is durable, is told to every console, and ends with the connection. What
is told is what the telephone company has confirmed: nobody is said to be on hold who may be listening.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from assistant.flow.conversation import in_hand
from assistant.flow.warm import call_of
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from assistant.model.ports import ConferenceControl
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.calls import TranscriptionPart

log = logging.getLogger(__name__)

STEPS = frozenset({EventType.CONTACT_CONNECTED, EventType.CALL_CHANGED})


@dataclass(frozen=True, slots=True)
class CallState:
    """How a connected call stands: `on_hold` the caller, `muted` the agent."""

    on_hold: bool = False
    muted: bool = False


def call_state(work: UnitOfWork, contact: Contact) -> CallState | None:
    """None for whoever is not on the telephone with an agent."""
    if contact.channel is not Channel.VOICE or contact.state is not State.CONNECTED:
        return None
    state = CallState()
    for event in work.trail.after(contact.id, 0, STEPS):
        if event.type is EventType.CONTACT_CONNECTED:
            state = CallState()  # another agent, another conference
        else:
            state = CallState(event.data["on_hold"], event.data["muted"])
    return state


def change_call(
    work: UnitOfWork, contact: Contact, *, on_hold: bool | None = None, muted: bool | None = None
) -> Contact:
    """Tells what has changed of this connected call, which is locked; nothing where nothing has."""
    before = call_state(work, contact)
    if before is None:
        return contact
    after = CallState(before.on_hold if on_hold is None else on_hold, before.muted if muted is None else muted)
    if after == before:
        return contact
    data = {"agent_id": contact.agent_id, "on_hold": after.on_hold, "muted": after.muted}
    return work.trail.append(contact, EventType.CALL_CHANGED, data)


class Pausing(Protocol):
    """What follows how a call stands, as its recording does (`flow.recording`)."""

    async def settle_quietly(self, contact_id: ContactId, *, is_back: bool = False) -> None: ...


class Holding:
    """Raises, besides what `ConferenceControl` does, `Refused`: `no_such_contact`, `contact_closed`,
    `not_connected`, and `not_supported` for a contact that is no call."""

    def __init__(
        self,
        store: Store,
        conferences: ConferenceControl,
        transcription: TranscriptionPart | None = None,
        recording: Pausing | None = None,
    ) -> None:
        self._recording = recording
        self._store = store
        self._conferences = conferences
        self._transcription = transcription

    async def hold(self, contact_id: ContactId, agent: Agent, *, is_held: bool) -> None:
        """The caller hears music instead of the agent, or hears the agent again. Repeated, it changes nothing."""
        contact = await self._call(contact_id, agent)
        await self._conferences.hold(contact, is_held=is_held)
        await self._store.transact(lambda work: self._note(work, contact_id, agent, on_hold=is_held))
        if self._recording is not None:
            await self._recording.settle_quietly(contact_id, is_back=not is_held)
        part = self._transcription
        if part is not None and part.pauses_on_hold and part.allows(consent=contact.consent):
            await self._pause(contact, is_held=is_held)

    async def _pause(self, contact: Contact, *, is_held: bool) -> None:
        """Whoever is on hold talks to nobody. What comes in all the same is dropped (`flow.captions`)."""
        call_sid = await self._store.read(lambda work: call_of(work, contact.id))
        if call_sid is None:
            return
        try:
            await self._conferences.transcribe(contact, call_sid, is_on=not is_held)
        except (Refused, Unavailable) as error:
            log.warning("a transcription goes on as it was", extra={"code": error.code, "contact_id": contact.id})

    async def mute(self, contact_id: ContactId, agent: Agent, *, is_muted: bool) -> None:
        """The caller does not hear the agent, or does again. Repeated, it changes nothing."""
        await self._conferences.mute(await self._call(contact_id, agent), is_muted=is_muted)
        await self._store.transact(lambda work: self._note(work, contact_id, agent, muted=is_muted))

    async def _call(self, contact_id: ContactId, agent: Agent) -> Contact:
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        contact = in_hand(contact, agent.id, State.CONNECTED)
        if contact.channel is not Channel.VOICE:
            raise Refused("not_supported", "Only a call can be held or muted; a chat waits by itself.")
        return contact

    def _note(self, work: UnitOfWork, contact_id: ContactId, agent: Agent, **changed: bool) -> None:
        contact = work.contacts.lock_only(contact_id)
        if contact is not None and contact.agent_id == agent.id:
            change_call(work, contact, **changed)
