"""An agent asks the caller for proof in the middle of the conversation, and learns the outcome and nothing else.

The channel collects the digits apart: a masked field in chat; on the phone the caller leaves the conference for as long
as the keys take. Attempts are counted and locked as everywhere (`flow.verification`).
"""

from __future__ import annotations

from typing import Any

from assistant.flow import moves
from assistant.flow.conversation import in_hand
from assistant.flow.holding import change_call
from assistant.flow.recording import Recording
from assistant.flow.verification import NUMBER, PIN, PROVED, Structured, VerificationDesk
from assistant.flow.warm import call_of
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import Author, EventType
from assistant.model.ports import ConferenceControl
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

PASSED, CANCELLED, PENDING = "passed", "cancelled", "pending"
STEPS = frozenset(
    {
        EventType.CONTACT_CONNECTED,
        EventType.VERIFICATION_ASKED,
        EventType.VERIFICATION_ENDED,
        EventType.INPUT_ENDED,
    }
)
SAID = {
    PASSED: "Thank you, that's verified.",
    "failed": "I'm sorry, that didn't match.",
    "locked": "I'm sorry, that didn't match, and it can't be tried again for now.",
    "too_many_codes": "I'm sorry, I can't send another code for now.",
    CANCELLED: "All right, we'll leave that.",
}
UNAVAILABLE = "I'm sorry, I couldn't check that just now."


class AskedVerification:
    def __init__(
        self,
        store: Store,
        tenant: Tenant,
        desk: VerificationDesk,
        conferences: ConferenceControl,
        recording: Recording,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._desk = desk
        self._conferences = conferences
        self._recording = recording

    async def ask(self, contact_id: ContactId, agent: Agent, method: str) -> None:
        """Asks the caller for the PIN or a one-time code, and first for the customer number where none is known.

        Asked anew, what was asked for before is void. Raises `Refused`: `no_such_contact`, `not_connected`,
        `contact_closed`, `unknown_method`; and `Unavailable`, after which nothing is asked for.
        """
        if method not in self._tenant.verification.methods:
            raise Refused("unknown_method", f"method: one of {', '.join(self._tenant.verification.methods)}.")

        def ask(work: UnitOfWork) -> tuple[Contact, str | None]:
            contact = in_hand(work.contacts.lock_only(contact_id), agent.id, State.CONNECTED)
            if contact.channel is Channel.VOICE and call_of(work, contact_id) is None:
                raise Refused("not_connected", "The caller is not on the line.")
            contact = moves.end_input(work, contact, "asked_again")
            again = contact.verification.level >= PROVED
            data = {"by": agent.id, "queue": contact.queue, "method": method, "again": again}
            contact = work.trail.append(contact, EventType.VERIFICATION_ASKED, data)
            text = f"{agent.first_name} asks you to confirm who you are. What you enter is checked and not shown."
            contact = moves.say(work, contact, Author.SYSTEM, text)
            number = contact.customer_number
            if number is None:
                return self._desk.ask(work, contact, NUMBER), None
            if self._desk.is_locked(work, contact, number):
                return conclude(work, contact, ("not_verified", {"reason": "locked", "tries_left": 0})), None
            if method == PIN:
                return self._desk.ask_for_pin(work, contact, number), None
            return contact, number

        contact, number = await self._store.transact(ask)
        if number is not None:
            outcome = await self._desk.send_code(contact_id, number)
            if outcome is not None:
                await self._store.transact(lambda work: concluded(work, contact_id, outcome))
        if contact.channel is Channel.VOICE:
            await self._take_aside(contact_id)

    async def cancel(self, contact_id: ContactId) -> None:
        """The caller would rather not."""

        def cancel(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is not None and contact.state is State.CONNECTED and contact.pending_input is not None:
                contact = moves.end_input(work, contact, CANCELLED)
                conclude(work, contact, ("not_verified", {"reason": CANCELLED, "tries_left": 0}))

        await self._store.transact(cancel)

    async def _take_aside(self, contact_id: ContactId) -> None:
        """A caller who is asked for keys leaves the conference for as long as that takes."""

        def look(work: UnitOfWork) -> tuple[Contact, str] | None:
            contact, call_sid = work.contacts.get(contact_id), call_of(work, contact_id)
            if contact is None or contact.pending_input is None or call_sid is None:
                return None
            return contact, call_sid

        asked = await self._store.read(look)
        if asked is None:
            return
        try:
            await self._recording.settle(contact_id)  # a secret is never keyed into a recording
            await self._conferences.take_aside(*asked)
        except (Refused, Unavailable):
            await self.cancel(contact_id)
            await self._recording.settle_quietly(contact_id, is_back=True)
            raise
        await self._store.transact(lambda work: self._is_aside(work, contact_id))

    def _is_aside(self, work: UnitOfWork, contact_id: ContactId) -> None:
        contact = work.contacts.lock_only(contact_id)
        if contact is not None:
            change_call(work, contact, on_hold=False)  # who comes back is in the talk


def concluded(work: UnitOfWork, contact_id: ContactId, outcome: Structured) -> bool:
    """The attempt is decided. False where no agent has the contact in hand: then the dialogue is to be told."""
    contact = work.contacts.lock_only(contact_id)
    if contact is None or contact.state is not State.CONNECTED:
        return False
    conclude(work, contact, outcome)
    return True


def conclude(work: UnitOfWork, contact: Contact, outcome: Structured) -> Contact:
    """Tells caller and agent how it ended; the contact is locked."""
    name, told = outcome
    ended: dict[str, Any] = {"outcome": PASSED, "level": told.get("level")}
    if name != "verified":
        ended = {"outcome": told.get("reason", "failed"), "tries_left": told.get("tries_left", 0)}
    contact = work.trail.append(contact, EventType.VERIFICATION_ENDED, ended)
    return moves.say(work, contact, Author.SYSTEM, SAID.get(ended["outcome"], UNAVAILABLE))


def asked_state(work: UnitOfWork, contact: Contact) -> dict[str, Any] | None:
    """What this agent has asked the caller for last: `{method, state, tries_left?}`, None where nothing.

    `state` is `pending`, `passed`, or why it did not pass: `failed`, `locked`, `cancelled`, `unavailable`,
    `too_many_codes`.
    """
    if contact.state not in {State.CONNECTED, State.WRAPPING}:
        return None
    state: dict[str, Any] | None = None
    for event in work.trail.after(contact.id, 0, STEPS):
        match event.type:
            case EventType.CONTACT_CONNECTED:
                state = None
            case EventType.VERIFICATION_ASKED:
                state = {"method": event.data["method"], "state": PENDING}
            case EventType.VERIFICATION_ENDED if state is not None:
                state["state"] = event.data["outcome"]
                if "tries_left" in event.data:
                    state["tries_left"] = event.data["tries_left"]
            case EventType.INPUT_ENDED if state is not None and event.data["outcome"] not in {
                "answered",
                "asked_again",
            }:
                state["state"] = CANCELLED
    return state
