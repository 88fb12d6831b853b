"""The texts' door: what callers write, by SMS or WhatsApp, and what became of what we wrote to them.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiohttp import web
from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]

from assistant.edge.limits import Limits
from assistant.flow.heard_texts import HeardText
from assistant.flow.texting import Texting
from assistant.model.contact import Channel
from assistant.model.errors import Refused, Unavailable
from assistant.model.storage import Store
from assistant.model.text_wording import TROUBLE
from assistant.model.texts import WHATSAPP
from telephony import addresses as paths
from telephony import payloads
from telephony.addresses import Addresses
from telephony.genuine import genuine, route_of
from telephony.messages_receipts import message_sid, note, receipt
from telephony.messages_segments import plainer
from telephony.notices import Notices
from telephony.signature import SignatureCheck

TEXTS_PER_MINUTE = 30

log = logging.getLogger(__name__)


class MessagesDoor:
    """Answers with TwiML in every case. `close` belongs to the application's shutdown."""

    def __init__(
        self, store: Store, texting: Texting, check: SignatureCheck, addresses: Addresses, limits: Limits
    ) -> None:
        self._store = store
        self._texting = texting
        self._check = check
        self._addresses = addresses
        self._limits = limits
        self._notices = Notices()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(paths.MESSAGES_INCOMING, self.incoming), web.post(paths.MESSAGES_STATUS, self.status)]

    async def close(self) -> None:
        await self._notices.close()
        await self._texting.close()

    async def incoming(self, request: web.Request) -> web.Response:
        """A text. Who has no number that can be written to, or writes without end, is answered nothing."""
        asked = await genuine(request, self._check, self._addresses)
        try:
            text = heard_text(asked.fields)
            if text is None:
                log.info("a text from no number was let be")
                return _twiml(None)
            self._limits.check(f"text:{text.address}", TEXTS_PER_MINUTE, 60)
            return _twiml(await self._texting.hear(text))
        except payloads.MalformedWebhook as malformed:
            raise Refused("invalid_request", str(malformed)) from None
        except Refused as refused:
            log.info("a text was let be", extra={"code": refused.code})
            return _twiml(None)
        except Unavailable as unavailable:
            log.warning("a text could not be kept", extra={"code": unavailable.code, "route": route_of(request)})
            return _twiml(TROUBLE)
        except Exception:
            log.exception("a webhook failed", extra={"route": route_of(request)})
            return _twiml(TROUBLE)

    async def status(self, request: web.Request) -> web.Response:
        """What became of one text."""
        asked = await genuine(request, self._check, self._addresses)
        try:
            told = receipt(asked.query, asked.fields)
        except payloads.MalformedWebhook as malformed:
            raise Refused("invalid_request", str(malformed)) from None
        await self._notices.take(lambda: self._store.transact(lambda work: note(work, told)), route_of(request))
        return web.Response(status=204)


def heard_text(fields: Mapping[str, str]) -> HeardText | None:
    """The text in a webhook; None where nobody could be answered. Raises `MalformedWebhook`."""
    sid = message_sid(fields)
    sender, ours = fields.get("From", "").strip(), fields.get("To", "").strip()
    is_whatsapp = sender.startswith(WHATSAPP)
    number = payloads.number(sender.removeprefix(WHATSAPP))
    dnis = payloads.number(ours.removeprefix(WHATSAPP))
    if number is None or dnis is None:
        return None
    return HeardText(
        sid=sid,
        channel=Channel.WHATSAPP if is_whatsapp else Channel.SMS,
        number=number,
        ours=WHATSAPP + dnis if is_whatsapp else dnis,
        dnis=dnis,
        body=fields.get("Body", ""),
        media=payloads.count(fields.get("NumMedia", "")) or 0,
        carrier_answered=bool(fields.get("OptOutType")),
    )


def _twiml(words: str | None) -> web.Response:
    response = MessagingResponse()
    if words is not None:
        response.message(plainer(words))
    return web.Response(text=response.to_xml(), content_type="text/xml")
