"""Texts: sent to telephones and by them, each through the states of its life.

What was sent stands on a page too, for not every number here has a telephone that could receive it.
"""

from __future__ import annotations

import asyncio
import html
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telephony.emulator.calls import API_VERSION, new_sid
from telephony.emulator.faults import TEXT_FAULTS, Faults
from telephony.emulator.message_forms import WHATSAPP, BadAnswer, answers_of, new_text, number_of
from telephony.emulator.phones import Directory
from telephony.emulator.refusals import refuse
from telephony.emulator.rest_forms import Form
from telephony.emulator.settings import EmulatorSettings
from telephony.emulator.stage import Stage, rfc2822
from telephony.emulator.webhooks import WebhookFailed
from telephony.messages_segments import length

KEPT = 500
STEP_SECONDS = 0.2
WINDOW = timedelta(hours=24)
STOPPED = 21610
OUTSIDE_WINDOW = 63016
BAD_ANSWER = 12200
# Twilio's own words: https://help.twilio.com/articles/223134027
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS = frozenset({"start", "yes", "unstop"})
HELP_WORDS = frozenset({"help", "info"})
UNSUBSCRIBED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
RESUBSCRIBED = "You have successfully been re-subscribed to messages from this number."

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Texts</title><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
li {{ margin: 0 0 1rem; list-style: none }} ul {{ padding: 0 }}
</style></head>
<body><main><h1>Texts</h1><p>What was sent to telephones in this run: the page stands in for the telephones.</p>
<ul>{items}</ul></main></body></html>"""


@dataclass(slots=True)
class Text:
    """`direction` as Twilio names it: `inbound`, `outbound-api`, or `outbound-reply` for an answer in TwiML."""

    to: str
    sender: str
    body: str
    sent_at: datetime
    direction: str = "outbound-api"
    status: str = "queued"
    error: int | None = None
    receipt_url: str | None = None
    template: str | None = None
    media: int = 0
    sid: str = field(default_factory=lambda: new_sid("SM"))

    @property
    def is_outbound(self) -> bool:
        return self.direction != "inbound"


class Texts:
    """The newest come first; only so many are kept."""

    def __init__(self, settings: EmulatorSettings, stage: Stage, directory: Directory, faults: Faults) -> None:
        self._settings = settings
        self._stage = stage
        self._directory = directory
        self._faults = faults
        self._kept: deque[Text] = deque(maxlen=KEPT)
        self._stopped: set[tuple[str, str]] = set()
        self._heard_at: dict[tuple[str, str], datetime] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    # -- what the account sends -----------------------------------------------------------------------------------

    def send(self, form: Form) -> Text:
        """A request to send a text. Raises `Refusal`."""
        asked = new_text(form, self._settings.numbers)
        if (asked.to, asked.sender) in self._stopped:
            refuse(STOPPED, asked.to)
        text = Text(
            asked.to, asked.sender, asked.body, self._now(), receipt_url=asked.receipt_url, template=asked.template
        )
        self._begin(text)
        return text

    def find(self, sid: str) -> Text | None:
        return next((text for text in self._kept if text.sid == sid), None)

    def all(self, to: str | None = None, sender: str | None = None, since: datetime | None = None) -> list[Text]:
        """The newest first; of these addresses and from then on, where told."""
        return [
            text
            for text in self._kept
            if to in (None, text.to) and sender in (None, text.sender) and (since is None or text.sent_at >= since)
        ]

    def forget(self, text: Text) -> None:
        self._kept.remove(text)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, text: Text) -> None:
        self._kept.appendleft(text)
        self._spawn(self._live(text))

    async def _live(self, text: Text) -> None:
        """The states of a text that was taken; each is told to who asked for receipts."""
        for status in ("sending", "sent"):
            await self._stage.pace.sleep(STEP_SECONDS)
            text.status = status
            self._tell(text)
        await self._stage.pace.sleep(STEP_SECONDS)
        text.error = self._what_fails(text)
        text.status = "delivered" if text.error is None else "undelivered"
        if text.error is None:
            self._show(text)
        self._tell(text)

    def _what_fails(self, text: Text) -> int | None:
        if text.sender.startswith(WHATSAPP) and text.template is None:
            heard_at = self._heard_at.get((text.to, text.sender))
            if heard_at is None or self._now() - heard_at > WINDOW:
                return OUTSIDE_WINDOW
        fault = self._faults.hit(f"text:{text.to}", TEXT_FAULTS)
        return fault.code if fault else None

    def _tell(self, text: Text) -> None:
        if text.receipt_url is None:
            return
        failed = {"ErrorCode": str(text.error)} if text.error is not None else {}
        params = self._params(text) | {"MessageStatus": text.status, "SmsStatus": text.status} | failed
        self._stage.webhooks.notify(text.sid, text.receipt_url, "POST", params)

    # -- what telephones send -------------------------------------------------------------------------------------

    def receive(self, sender: str, to: str, body: str, media: int = 0) -> Text | None:
        """A telephone texts one of the account's numbers, which may have `whatsapp:` before it; None if it is none."""
        hooks = self._settings.numbers.get(number_of(to))
        if hooks is None or hooks.sms_url is None:
            return None
        prefix = WHATSAPP if to.startswith(WHATSAPP) else ""
        text = Text(to, prefix + number_of(sender), body, self._now(), "inbound", "received", media=media)
        self._kept.appendleft(text)
        self._heard_at[text.sender, text.to] = text.sent_at
        self._show(text)
        if not prefix:
            self._obey(text)
        self._spawn(self._ask(text, hooks.sms_url, hooks.sms_fallback_url))
        return text

    def _obey(self, text: Text) -> None:
        """Twilio honours these words by itself, and answers them."""
        thread, word = (text.sender, text.to), text.body.strip().lower()
        if word in STOP_WORDS and thread not in self._stopped:
            self._stopped.add(thread)
            self._begin(Text(text.sender, text.to, UNSUBSCRIBED, self._now(), "outbound-reply"))
        elif word in START_WORDS and thread in self._stopped:
            self._stopped.discard(thread)
            self._begin(Text(text.sender, text.to, RESUBSCRIBED, self._now(), "outbound-reply"))
        elif word in HELP_WORDS and thread not in self._stopped:
            self._begin(Text(text.sender, text.to, HELPED, self._now(), "outbound-reply"))

    async def _ask(self, text: Text, url: str, fallback_url: str | None) -> None:
        """The application is asked, or who stands in for it; what is answered in TwiML is sent back."""
        media = {f"MediaUrl{n}": f"https://api.twilio.example/media/{text.sid}/{n}" for n in range(text.media)}
        types = {f"MediaContentType{n}": "image/jpeg" for n in range(text.media)}
        params = self._params(text) | {"SmsStatus": "received", "NumMedia": str(text.media)} | media | types
        bodies = await self._answered(text, url, params)
        if isinstance(bodies, int) and fallback_url is not None:
            bodies = await self._answered(text, fallback_url, params | {"ErrorCode": str(bodies), "ErrorUrl": url})
        for body in bodies if isinstance(bodies, list) else []:
            if (text.sender, text.to) in self._stopped:
                self._stage.complain(STOPPED, text.sid, "an answer to a number that has stopped")
            elif body:
                self._begin(Text(text.sender, text.to, body, self._now(), "outbound-reply"))

    async def _answered(self, text: Text, url: str, params: dict[str, str]) -> list[str] | int:
        """What is answered, or Twilio's code for why nothing is."""
        try:
            answer = await self._stage.webhooks.fetch(url, "POST", params)
            return answers_of(answer.body)
        except WebhookFailed as failed:
            code, reason = failed.code, str(failed)
        except BadAnswer as bad:
            code, reason = BAD_ANSWER, str(bad)
        self._stage.complain(code, text.sid, reason)
        return code

    def _params(self, text: Text) -> dict[str, str]:
        """What every webhook about a text says."""
        params = {
            "AccountSid": self._stage.account_sid,
            "ApiVersion": API_VERSION,
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "SmsMessageSid": text.sid,
            "From": text.sender,
            "To": text.to,
        }
        if text.is_outbound:
            return params
        params |= {"Body": text.body, "NumSegments": str(length(text.body).segments)}
        if text.sender.startswith(WHATSAPP):
            params |= {"WaId": text.sender.removeprefix(f"{WHATSAPP}+"), "ProfileName": "Somebody"}
        return params

    def _show(self, text: Text) -> None:
        """On every telephone of its own side."""
        own = text.to if text.is_outbound else text.sender
        frame = {"type": "text", "sid": text.sid, "from": text.sender, "to": text.to, "body": text.body}
        for phone in self._directory.at(number_of(own)):
            phone.send(frame | {"direction": "incoming" if text.is_outbound else "outgoing"})

    def _now(self) -> datetime:
        return self._stage.pace.now()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def page(self) -> str:
        items = "".join(
            f"<li><strong>{html.escape(text.to)}</strong> <small>{text.sent_at:%H:%M:%S} UTC</small><br>"
            f"{html.escape(text.body)}</li>"
            for text in self._kept
            if text.is_outbound
        )
        return PAGE.format(items=items or "<li>Nothing yet.</li>")


def text_json(account_sid: str, text: Text) -> dict[str, Any]:
    return {
        "sid": text.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": rfc2822(text.sent_at),
        "date_sent": rfc2822(text.sent_at),
        "date_updated": rfc2822(text.sent_at),
        "direction": text.direction,
        "error_code": text.error,
        "error_message": None,
        "from": text.sender,
        "messaging_service_sid": None,
        "num_media": str(text.media),
        "num_segments": str(length(text.body).segments),
        "price": None,
        "price_unit": "USD",
        "status": text.status,
        "subresource_uris": {},
        "to": text.to,
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}.json",
    }
