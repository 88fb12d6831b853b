"""Carries what a caller who texts is to be told: divided, each part once, and never to whoever has stopped it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]

from assistant.edge.keys import token_hash
from assistant.flow.place_links import claim_link
from assistant.model.contact import Channel, Contact, ContactId
from assistant.model.deliveries import Answer, Delivery
from assistant.model.events import Event
from assistant.model.storage import Store, UnitOfWork
from assistant.model.texts import TEMPLATE_PART, USELESS_AFTER, WHATSAPP_WINDOW, SentText, Thread, address_of
from telephony.addresses import Addresses
from telephony.messages_receipts import OUTSIDE_WINDOW, STOPPED, receipt_url
from telephony.messages_segments import divided, plainer
from telephony.messages_wording import told
from telephony.messaging import Outgoing, TwilioMessenger

SEGMENTS_AT_MOST = 4
SENT = Answer(200)
CLOCKS_APART = timedelta(minutes=1)
TEMPORARY = frozenset({20429, 20500, 20503})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _ToTell:
    """What there is to send now, and what of it was sent before. `is_late`: only a template would be taken."""

    parts: list[str]
    thread: Thread
    sent: Mapping[int, SentText]
    is_late: bool

    @property
    def was_refused(self) -> bool:
        """Whether a receipt has told that it is late."""
        return any(text.error == str(OUTSIDE_WINDOW) for text in self.sent.values())

    @property
    def is_told(self) -> bool:
        """One template stands for all that cannot be said."""
        return TEMPLATE_PART in self.sent or (not self.was_refused and self.sent.keys() >= set(range(len(self.parts))))


class TextCarrier:
    """Implements the port `Carrier`. `page` is where a contact can go on in the web; `token_of` proves whose it is."""

    def __init__(
        self,
        store: Store,
        messenger: TwilioMessenger,
        addresses: Addresses,
        page: str | None = None,
        token_of: Callable[[ContactId], str] = str,
        whatsapp_template: str | None = None,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._addresses = addresses
        self._page = page
        self._token_of = token_of
        self._template = whatsapp_template

    async def carry(self, delivery: Delivery) -> Answer:
        to_tell = await self._store.read(lambda work: self._look(work, delivery))
        if to_tell is None:
            return SENT
        if not (to_tell.is_late or to_tell.was_refused):
            answer = await self._say(delivery, to_tell)
            if answer.error != _code(OUTSIDE_WINDOW):
                return answer
        elif to_tell.is_told:
            return SENT
        if self._template is None:
            return Answer(None, "outside_24_hours", is_final=True)
        return await self._submit(delivery, TEMPLATE_PART, self._outgoing(delivery, to_tell, TEMPLATE_PART))

    async def _say(self, delivery: Delivery, to_tell: _ToTell) -> Answer:
        """All parts that were not sent yet, up to one that is refused."""
        for n in range(len(to_tell.parts)):
            if n in to_tell.sent:
                continue
            answer = await self._submit(delivery, n, self._outgoing(delivery, to_tell, n))
            if not answer.is_success:
                return answer
        return SENT

    def _outgoing(self, delivery: Delivery, to_tell: _ToTell, part: int) -> Outgoing:
        url = receipt_url(self._addresses, ContactId(delivery.contact_id), delivery.seq, part)
        is_template = part == TEMPLATE_PART
        body, template = ("", self._template) if is_template else (to_tell.parts[part], None)
        return Outgoing(to_tell.thread.address, to_tell.thread.ours, body, url, template)

    def _look(self, work: UnitOfWork, delivery: Delivery) -> _ToTell | None:
        contact = work.contacts.get(delivery.contact_id)
        if contact is None or not contact.channel.is_text or contact.ani is None:
            return None  # it goes on elsewhere, where the caller sees it
        thread = work.texts.thread(address_of(contact.channel, contact.ani))
        event = _event(work, delivery)
        if thread is None or thread.stopped_at is not None or event is None:
            return None
        text = told(contact, event, self._link(work, contact))
        if text is None:
            return None
        is_late = contact.channel is Channel.WHATSAPP and work.now - thread.heard_at >= WHATSAPP_WINDOW
        sent = work.texts.sent_of(delivery.contact_id, delivery.seq)
        return _ToTell(_parts(text, contact.channel), thread, sent, is_late)

    def _link(self, work: UnitOfWork, contact: Contact) -> str:
        """Where this contact goes on in the web; nothing where its token is another by now."""
        token = self._token_of(contact.id)
        is_good = self._page is not None and work.contacts.token_hash(contact.id) == token_hash(token)
        return claim_link(self._page or "", contact, token) if is_good else ""

    async def _submit(self, delivery: Delivery, part: int, text: Outgoing) -> Answer:
        """One part. Where an earlier attempt may have got through, that is looked up first."""
        try:
            sid = await self._lost(delivery, text) if delivery.attempts > 1 else None
            sid = sid or await self._messenger.submit(text)
        except TwilioRestException as refused:
            return await self._refused(delivery, text, refused)
        except (aiohttp.ClientError, TimeoutError, TwilioException):
            return Answer(None, "no_answer")
        sent = SentText(sid, ContactId(delivery.contact_id), delivery.seq, part, "queued")
        await self._store.transact(lambda work: work.texts.add_sent(sent))
        return SENT

    async def _lost(self, delivery: Delivery, text: Outgoing) -> str | None:
        """The text that an earlier attempt did send, if one did: of the same words, and none that is known already."""
        found = await self._messenger.find(text, _since(delivery))
        unknown = await self._store.read(lambda work: [sid for sid in found if work.texts.sent(sid) is None])
        return next(iter(unknown), None)

    async def _refused(self, delivery: Delivery, text: Outgoing, refused: TwilioRestException) -> Answer:
        log.warning("a text was refused", extra={"code": refused.code, "contact_id": delivery.contact_id})
        if refused.code == STOPPED:
            await self._store.transact(lambda work: work.texts.stop(text.to))
        is_temporary = refused.status in {429, 500, 502, 503, 504} or refused.code in TEMPORARY
        return Answer(None, _code(refused.code or refused.status), is_final=not is_temporary)


def _code(twilio: int) -> str:
    return f"twilio_{twilio}"


def _parts(text: str, channel: Channel) -> list[str]:
    if channel is Channel.WHATSAPP:
        return divided(text, most_segments=1000)
    return divided(plainer(text), most_segments=SEGMENTS_AT_MOST)


def _event(work: UnitOfWork, delivery: Delivery) -> Event | None:
    events = work.trail.after(delivery.contact_id, delivery.seq - 1, frozenset({delivery.type}))
    return next((event for event in events if event.seq == delivery.seq), None)


def _since(delivery: Delivery) -> datetime:
    return delivery.gives_up_at - USELESS_AFTER - CLOCKS_APART
