"""Carries what a caller who texts is to be told: divided, each part once, and never to whoever has stopped it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]

from assistant.edge.keys import token_hash
from assistant.flow.place_links import claim_link
from assistant.model.contact import Channel, Contact, ContactId
from assistant.model.deliveries import Answer, Delivery
from assistant.model.events import Event
from assistant.model.storage import Store, UnitOfWork
from assistant.model.texts import USELESS_AFTER, WHATSAPP_WINDOW, SentText, Thread, address_of
from telephony.addresses import Addresses
from telephony.messages_receipts import receipt_url
from telephony.messages_segments import divided, plainer
from telephony.messages_wording import told
from telephony.messaging import Outgoing, TwilioMessenger

SEGMENTS_AT_MOST = 4
SENT = Answer(200)
CLOCKS_APART = timedelta(minutes=1)
STOPPED = 21610
TEMPORARY = frozenset({20429, 20500, 20503})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _ToTell:
    """What there is to send now, and what of it was sent before."""

    text: str
    thread: Thread
    channel: Channel
    sent: Mapping[int, SentText]
    is_late: bool


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
        if to_tell.is_late and self._template is None:
            return Answer(None, "outside_24_hours", is_final=True)
        for n, part in enumerate(_parts(to_tell)):
            if n in to_tell.sent:
                continue
            url = receipt_url(self._addresses, ContactId(delivery.contact_id), delivery.seq, n)
            template = self._template if to_tell.is_late else None
            thread = to_tell.thread
            text = Outgoing(thread.address, thread.ours, part, url, template)
            answer = await self._submit(delivery, n, text)
            if not answer.is_success:
                return answer
            if to_tell.is_late:
                break  # one template stands for all that cannot be said
        return SENT

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
        return _ToTell(text, thread, contact.channel, sent, is_late)

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
            await self._store.transact(lambda work: _stop(work, text))
        is_temporary = refused.status in {429, 500, 502, 503, 504} or refused.code in TEMPORARY
        return Answer(None, f"twilio_{refused.code or refused.status}", is_final=not is_temporary)


def _parts(to_tell: _ToTell) -> list[str]:
    if to_tell.channel is Channel.WHATSAPP:
        return divided(to_tell.text, most_segments=1000)
    return divided(plainer(to_tell.text), most_segments=SEGMENTS_AT_MOST)


def _event(work: UnitOfWork, delivery: Delivery) -> Event | None:
    events = work.trail.after(delivery.contact_id, delivery.seq - 1, frozenset({delivery.type}))
    return next((event for event in events if event.seq == delivery.seq), None)


def _since(delivery: Delivery) -> datetime:
    return delivery.gives_up_at - USELESS_AFTER - CLOCKS_APART


def _stop(work: UnitOfWork, text: Outgoing) -> None:
    """The telephone company knows of a STOP that we have not heard."""
    thread = work.texts.thread(text.to)
    if thread is not None and thread.stopped_at is None:
        work.texts.save_thread(replace(thread, stopped_at=work.now))
