"""The messaging door's outgoing side: texts to a telephone, by Twilio's REST interface.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.errors import Unavailable
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant

log = logging.getLogger(__name__)

LOOKED_THROUGH = 50


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text on its way; addresses with their prefix, as `whatsapp:+44…`. Who asks for a receipt is told at the url.

    `template` is the ContentSid of an approved WhatsApp template, sent instead of the body.
    """

    to: str
    sender: str
    body: str
    receipt_url: str
    template: str | None = None


class TwilioMessenger:
    """Implements the port `Messenger`. What is sent is never logged."""

    def __init__(self, client: Client, tenant: Tenant) -> None:
        self._client = client
        self._tenant = tenant

    async def send(self, number: str, text: str) -> None:
        """From the first number of the tenant. A request that nobody answered may have been sent, and counts so."""
        numbers = self._tenant.numbers
        if not numbers:
            raise Unavailable("no_number", "No queue of the tenant has a number to send from.", retryable=False)
        try:
            await self._client.messages.create_async(to=number, from_=numbers[0], body=text)
        except TwilioRestException as refused:
            log.warning("a text was not sent", extra={"code": refused.code})
            raise Unavailable("text_refused", "The text can't be sent.", retryable=False) from None
        except aiohttp.ClientConnectorError:
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        except (aiohttp.ClientError, TimeoutError) as unanswered:
            log.warning("a text was not confirmed", extra={"error": type(unanswered).__name__})

    async def submit(self, text: Outgoing) -> str:
        """Sends it and gives its MessageSid. Raises what the package and the connection raise."""
        what = {"content_sid": text.template} if text.template else {"body": text.body}
        message = await self._client.messages.create_async(
            to=text.to, from_=text.sender, status_callback=text.receipt_url, **what
        )
        sid: str = message.sid
        return sid

    async def find(self, text: Outgoing, since: datetime) -> list[str]:
        """The MessageSids of texts with just these words that were taken since then, the oldest first."""
        sent = await self._client.messages.list_async(
            to=text.to, from_=text.sender, date_sent_after=since, limit=LOOKED_THROUGH
        )
        return [message.sid for message in reversed(sent) if message.body == text.body]


class CarefulMessenger:
    """The same port; a number that has stopped texts is sent none."""

    def __init__(self, messenger: TwilioMessenger, store: Store) -> None:
        self._messenger = messenger
        self._store = store

    async def send(self, number: str, text: str) -> None:
        if await self._store.read(lambda work: work.texts.is_stopped(number)):
            raise Unavailable("number_stopped", "This number has asked for no more texts.", retryable=False)
        await self._messenger.send(number, text)
