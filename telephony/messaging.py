"""The messaging door's outgoing side: texts to a telephone, by Twilio's REST interface.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

import logging

import aiohttp
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from assistant.model.errors import Unavailable
from assistant.settings.tenant import Tenant

log = logging.getLogger(__name__)


class TwilioMessenger:
    """Implements the port `Messenger`. What is sent is never logged."""

    def __init__(self, client: Client, tenant: Tenant) -> None:
        self._client = client
        self._numbers = [number for queue in tenant.queues.values() for number in queue.dnis]

    async def send(self, number: str, text: str) -> None:
        """From the first number of the tenant. A request that nobody answered may have been sent, and counts so."""
        if not self._numbers:
            raise Unavailable("no_number", "No queue of the tenant has a number to send from.", retryable=False)
        try:
            await self._client.messages.create_async(to=number, from_=self._numbers[0], body=text)
        except TwilioRestException as refused:
            log.warning("a text was not sent", extra={"code": refused.code})
            raise Unavailable("text_refused", "The text can't be sent.", retryable=False) from None
        except aiohttp.ClientConnectorError:
            raise Unavailable("telephone_unavailable", "The telephone company can't be reached.") from None
        except (aiohttp.ClientError, TimeoutError) as unanswered:
            log.warning("a text was not confirmed", extra={"error": type(unanswered).__name__})
