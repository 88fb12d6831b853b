"""How the recording of a conversation is to stand, and which of its states may follow which."""

from __future__ import annotations

from datetime import timedelta

from assistant.flow import due
from assistant.flow.holding import call_state
from assistant.model.call_recordings import TapeState
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.events import EventType
from assistant.model.storage import Deadline, UnitOfWork

LOOK_SECONDS = 60.0
AGAIN_SECONDS = 5.0
CHANGES = frozenset({EventType.RECORDING_CHANGED})
OFF = "off"


def recording_state(work: UnitOfWork, contact: Contact) -> str:
    """`on`, `paused` or `off`: whether what is said in this connection is being recorded."""
    told = [event.data for event in work.trail.after(contact.id, 0, CHANGES)]
    mine = [data["state"] for data in told if data["attempt"] == contact.attempt]
    return mine[-1] if mine and contact.state is State.CONNECTED else OFF


def wanted(work: UnitOfWork, contact: Contact, attempt: int) -> TapeState:
    """How the recording of this attempt is to stand: nothing of a secret or of hold is in it, nor of anybody else."""
    is_theirs = contact.channel is Channel.VOICE and contact.state is State.CONNECTED and contact.attempt == attempt
    if not is_theirs:
        return TapeState.ENDED
    call = call_state(work, contact)
    if contact.pending_input is not None or (call is not None and call.on_hold):
        return TapeState.PAUSED
    return TapeState.ON


def may_become(was: TapeState, state: TapeState) -> bool:
    """What is told late does not make it run again."""
    order = list(TapeState)
    if was.is_running and state.is_running:
        return was is not state and state is not TapeState.BEGUN
    return order.index(state) > order.index(was)


def as_told(state: TapeState) -> str:
    return state.value if state in {TapeState.ON, TapeState.PAUSED} else OFF


def look_soon(work: UnitOfWork, contact_id: ContactId) -> None:
    for tape in work.tapes.of_contact(contact_id):
        if tape.state.is_running:
            work.deadlines.set(due.TAPE, tape.id, work.now + timedelta(seconds=AGAIN_SECONDS))


def look_again(work: UnitOfWork, deadline: Deadline) -> None:
    tape = work.tapes.get(deadline.subject)
    if tape is None or tape.state in {TapeState.KEPT, TapeState.GONE}:
        work.deadlines.take(deadline)
        return
    contact = work.contacts.lock_only(tape.contact_id)
    is_talk = contact is not None and wanted(work, contact, tape.attempt) is not TapeState.ENDED
    postpone(work, deadline, LOOK_SECONDS if is_talk or not tape.state.is_running else AGAIN_SECONDS)


def postpone(work: UnitOfWork, deadline: Deadline, seconds: float) -> None:
    if work.deadlines.when(deadline.kind, deadline.subject) is not None:
        work.deadlines.set(deadline.kind, deadline.subject, work.now + timedelta(seconds=seconds))
