"""A visitor in chat who says nothing is told once, after a while, what there is to choose from. Never twice."""

from __future__ import annotations

from datetime import timedelta

from assistant.flow import due, moves
from assistant.flow.line import Lines
from assistant.flow.speaking import choices_of
from assistant.model.contact import Contact, ContactId, DialogueMode, Reach, State
from assistant.model.events import Author, EventType
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import still_here_sentence
from assistant.settings.tenant import Tenant


class FirstSilence:
    def __init__(self, store: Store, tenant: Tenant, lines: Lines) -> None:
        self._store = store
        self._tenant = tenant
        self._lines = lines

    async def fire(self, deadline: Deadline) -> None:
        contact = await self._store.read(lambda work: work.contacts.get(ContactId(deadline.subject)))
        place = self._lines.view(contact) if contact is not None else None

        def look(work: UnitOfWork) -> None:
            current = work.contacts.lock_only(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or current is None or place is None or not _is_there(current):
                return
            patience = timedelta(seconds=self._tenant.timing.first_silence_seconds)
            spoke = [
                event.at
                for event in work.trail.after(current.id, 0, frozenset({EventType.MESSAGE_ADDED}))
                if event.words is not None and event.words.author is Author.CALLER
            ]
            is_busy = current.dialogue is DialogueMode.IN_STEP or current.pending_input is not None
            if is_busy or (spoke and work.now - spoke[-1] < patience):
                since = work.now if is_busy else spoke[-1]
                work.deadlines.set(due.FIRST_SILENCE, current.id, since + patience)
                return
            choices, buttons = choices_of(current, self._tenant)
            moves.say(work, current, Author.ASSISTANT, still_here_sentence(place, choices), buttons=buttons)

        await self._store.transact(look)


def _is_there(contact: Contact) -> bool:
    """Waiting at the screen, with nobody on the way, and not in peace."""
    is_waiting = contact.state is State.WAITING and contact.reach is Reach.PRESENT
    return is_waiting and contact.dialogue is not DialogueMode.QUIET
