"""Texts: what was sent stands on a page, for nobody here has a telephone that could receive it."""

from __future__ import annotations

import html
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telephony.emulator.calls import API_VERSION
from telephony.emulator.phones import ANONYMOUS, normal_address
from telephony.emulator.refusals import refuse
from telephony.emulator.rest_forms import Form, check_known
from telephony.emulator.stage import rfc2822

CREATE_FIELDS = frozenset({"To", "From", "Body", "StatusCallback"})
LONGEST_BODY = 1600
KEPT = 200

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


@dataclass(frozen=True, slots=True)
class Text:
    to: str
    sender: str
    body: str
    sent_at: datetime
    sid: str = field(default_factory=lambda: "SM" + secrets.token_hex(16))


class Texts:
    """The newest come first; only so many are kept."""

    def __init__(self) -> None:
        self._sent: deque[Text] = deque(maxlen=KEPT)

    def send(self, form: Form, numbers: Any, at: datetime) -> Text:
        """A request to send a text. Raises `Refusal`."""
        check_known(form, CREATE_FIELDS)
        to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        if normal_address(to) in (None, ANONYMOUS):
            refuse(21211, to)
        if normal_address(sender) not in numbers:
            refuse(21606, sender)
        if not body:
            refuse(21602)
        if len(body) > LONGEST_BODY:
            refuse(21617)
        text = Text(normal_address(to) or "", normal_address(sender) or "", body, at)
        self._sent.appendleft(text)
        return text

    def all(self) -> list[Text]:
        return list(self._sent)

    def page(self) -> str:
        items = "".join(
            f"<li><strong>{html.escape(text.to)}</strong> <small>{text.sent_at:%H:%M:%S} UTC</small><br>"
            f"{html.escape(text.body)}</li>"
            for text in self._sent
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
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": text.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(-(-len(text.body) // 153) if len(text.body) > 160 else 1),
        "price": None,
        "price_unit": "USD",
        "status": "sent",
        "subresource_uris": {},
        "to": text.to,
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}.json",
    }
