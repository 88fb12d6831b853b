"""Carrying out what the assistant ordered: the effects stay in the service, the dialogue gets their outcome."""

from __future__ import annotations

import logging
from dataclasses import replace

from assistant.flow.accepted_offers import step_ended
from assistant.flow.callbacks import Callbacks
from assistant.flow.moves import change_queue, end_input, leave_line, lock_for, say, set_dialogue
from assistant.flow.numbers import number_in
from assistant.flow.offer_moves import withdraw
from assistant.flow.overflow import watch
from assistant.flow.settling import Ended, Settling
from assistant.flow.verification import PROVED, PROVED_TWICE, Structured, VerificationDesk
from assistant.model.contact import Channel, Contact, ContactId, DialogueMode, Outcome, QueueId, State
from assistant.model.errors import Refused
from assistant.model.events import Author
from assistant.model.place import EntryCause
from assistant.model.ports import BackOffice, Order, ServiceOutcome
from assistant.model.storage import Store, UnitOfWork
from assistant.model.wording import ahead_phrase
from assistant.settings.tenant import Tenant

AT_ONCE = {"verify", "cancel_verify", "hold_quietly", "give_up_place", "move_queue", "told", "talk_now"}

DIGITS_OF_A_TELEPHONE = 7

NOT_MOVED = "I can't move you just now: somebody is looking at your contact already. You keep your place here."

log = logging.getLogger(__name__)


def fall_quiet(work: UnitOfWork, contact: Contact) -> Contact:
    """The assistant is silent until it is called back; an agent who waited for a step to end is connected."""
    return step_ended(work, set_dialogue(work, end_input(work, contact, "cancelled"), DialogueMode.QUIET))


class Orders:
    def __init__(
        self,
        store: Store,
        tenant: Tenant,
        back_office: BackOffice,
        desk: VerificationDesk,
        callbacks: Callbacks | None = None,
    ) -> None:
        """Without `callbacks` none can be asked for in words."""
        self._store = store
        self._callbacks = callbacks
        self._tenant = tenant
        self._settling = Settling(tenant, back_office)
        self._desk = desk

    def is_at_once(self, contact: Contact, order: Order) -> bool:
        """Whether it can be carried out in the turn's own transaction. A code has to be sent first."""
        return order.name in AT_ONCE and not self._is_for_a_code(contact, order)

    def _is_for_a_code(self, contact: Contact, order: Order) -> bool:
        is_for_more = order.name == "verify" and order.data.get("level") == PROVED_TWICE
        return is_for_more and contact.verification.level >= PROVED and contact.pending_input is None

    def lock(self, work: UnitOfWork, contact_id: ContactId, order: Order | None) -> Contact | None:
        """The contact, locked as this order needs it: the queues whose lines it changes come first."""
        if order is not None and order.name == "give_up_place":
            return work.contacts.lock(contact_id)
        if order is not None and order.name == "move_queue" and (queue := self._known(order)) is not None:
            return lock_for(work, contact_id, queue)
        return work.contacts.lock_only(contact_id)

    def at_once(self, work: UnitOfWork, contact: Contact, order: Order) -> Contact:
        """Carries out, in the turn's own transaction, what needs no other system."""
        match order.name:
            case "verify":
                # what is being asked for stays asked for, under its own request
                return contact if contact.pending_input is not None else self._desk.begin(work, contact)
            case "told":
                return self._settling.tried(work, contact, _service(order), "done")
            case "cancel_verify":
                return end_input(work, contact, "cancelled")
            case "hold_quietly":
                return fall_quiet(work, contact)
            case "talk_now":
                contact = set_dialogue(work, end_input(work, contact, "cancelled"), DialogueMode.SPEAKING)
                return step_ended(work, contact)
            case "give_up_place":
                return self._give_up(work, contact)
            case "move_queue":
                return self._move(work, contact, self._known(order))
        return contact

    def _known(self, order: Order) -> QueueId | None:
        queue = QueueId(str(order.data.get("queue")))
        return queue if queue in self._tenant.queues else None

    def _move(self, work: UnitOfWork, contact: Contact, queue: QueueId | None) -> Contact:
        """To the queue that suits the topic, with the order kept; whoever an agent looks at already stays."""
        part = self._tenant.queues[queue] if queue is not None else None
        if queue is None or part is None or not part.hours.is_open(work.now):
            log.warning("an order to move was not carried out", extra={"contact_id": contact.id, "queue": queue})
            return contact
        if contact.queue == queue:
            return contact
        if contact.state is not State.WAITING or contact.direct_agent_id is not None:
            return say(work, contact, Author.ASSISTANT, NOT_MOVED)
        reason = f"topic:{contact.topic}" if contact.topic else None
        contact = change_queue(work, contact, queue, EntryCause.TRANSFERRED_IN, by="assistant", reason=reason)
        watch(work, contact, self._tenant.queues)
        ahead = work.lines.position(contact) - 1
        contact = replace(contact, told_ahead=ahead)
        where = ahead_phrase(ahead)
        text = f"I've moved you to {part.name}, who take care of this. You keep the place you had: {where}."
        return say(work, contact, Author.ASSISTANT, text)

    def _give_up(self, work: UnitOfWork, contact: Contact) -> Contact:
        """Only the caller's own yes to "Shall I give up your place?" leads here."""
        contact = withdraw(work, contact, "caller_left")
        return leave_line(work, contact, State.CONTAINED, Outcome.CONTAINED, self._tenant.timing)

    def begin(self, work: UnitOfWork, contact: Contact, order: Order, turn_seq: int) -> ServiceOutcome | None:
        """Keeps an effect's intent with the reply that orders it; its outcome, where it was carried out before."""
        if order.name != "settle":
            return None
        return self._settling.begin(work, contact, _service(order), _attempt(order, turn_seq))

    async def elsewhere(
        self,
        contact: Contact,
        order: Order,
        turn_seq: int,
        words: str | None = None,
        known: ServiceOutcome | None = None,
    ) -> Ended | None:
        """Carries out what needs another system; tells how it ended. `known` is what `begin` gave."""
        if order.name == "call_back" and self._callbacks is not None:
            return Ended(await self._call_back(self._callbacks, contact, words or ""))
        if self._is_for_a_code(contact, order):
            structured = await self._desk.ask_for_code(contact.id)
            return Ended(structured) if structured is not None else None
        if order.name == "look_up":
            return await self.look_up(contact, order)
        if order.name == "settle":
            arguments = order.data.get("arguments") or {}
            attempt = _attempt(order, turn_seq)
            return await self._settling.settle(contact, _service(order), arguments, attempt, known)
        return None

    async def look_up(self, contact: Contact, order: Order) -> Ended:
        """Changes nothing, so it may be done before the reply that orders it is committed."""
        return await self._settling.look_up(contact, _service(order), is_beside=bool(order.data.get("beside")))

    async def _call_back(self, callbacks: Callbacks, contact: Contact, words: str) -> Structured:
        """To the number that the caller has just said; on the telephone to the one that the call comes from."""
        said = number_in(words, self._tenant.callbacks.region)
        number = said or (None if contact.channel is Channel.CHAT else contact.ani)
        if number is None:
            return ("another_number" if _has_a_number(words) else "which_number"), {}
        try:
            await callbacks.request(contact.id, number)
        except Refused as refused:
            return ("called_already" if refused.code == "callback_open" else "another_number"), {}
        return "will_call", {}


def _has_a_number(words: str) -> bool:
    """As many digits as a telephone number has, even if it is none that can be called."""
    return sum(letter.isdigit() for letter in words) >= DIGITS_OF_A_TELEPHONE


def _service(order: Order) -> str:
    return str(order.data.get("service", ""))


def _attempt(order: Order, turn_seq: int) -> str:
    return str(order.data.get("attempt") or turn_seq)
