"""What falls due: the kinds of deadlines that the flow sets, and whether one still counts when it is fired."""

from __future__ import annotations

from datetime import timedelta

from assistant.model.storage import Deadline, UnitOfWork

GRACE = "grace"
OFFER = "offer"
BRIEFING = "briefing"
AFTER_STEP = "after_step"
RING = "ring"
RING_BEGINS = "ring_begins"
SUPERVISOR_RING = "supervisor_ring"
SUPERVISOR_RING_BEGINS = "supervisor_ring_begins"
WRAP_UP = "wrap_up"
RECLAIM = "reclaim"
CONSOLE = "console"
AGENT_ABSENT = "agent_absent"
DIRECT = "direct"
OVERFLOW = "overflow"
RUN_OFF = "run_off"
AGENT_SILENT = "agent_silent"
CALLER_IDLE = "caller_idle"
FIRST_SILENCE = "first_silence"
TEXT_AWAY = "text_away"
TEXT_ASKED = "text_asked"
TEXT_KEPT = "text_kept"
SPOKEN = "spoken"
SURVEY = "survey"
RECORDING_KEPT = "recording_kept"
TAPE = "tape"
TAPE_KEPT = "tape_kept"
ERASE = "erase"
CALL_CUSTOMER = "call_customer"
CALLBACK_BEGINS = "callback_begins"
CALLBACK_RING = "callback_ring"
CALLBACK_TEXT = "callback_text"

LATE = timedelta(seconds=30)


def is_due(work: UnitOfWork, deadline: Deadline) -> bool:
    """A look before anything is locked for it: of several processes that fire it most find that somebody was first."""
    due_at = work.deadlines.when(deadline.kind, deadline.subject)
    return due_at is not None and due_at <= work.now


def came_late(work: UnitOfWork, deadline: Deadline) -> bool:
    """So long after it was due that the clock was set, or nobody was there: whom it concerns gets the time anew."""
    return work.now - deadline.due_at > LATE
