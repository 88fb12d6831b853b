"""Texts as forms ask for them, read as strictly as Twilio reads them.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from telephony.emulator.phones import ANONYMOUS, normal_address
from telephony.emulator.refusals import refuse
from telephony.emulator.rest_forms import Form, check_known, web_address

WHATSAPP = "whatsapp:"
CREATE_FIELDS = frozenset({"To", "From", "Body", "StatusCallback", "ContentSid", "ContentVariables", "MediaUrl"})
LONGEST_BODY = 1600
# Twilio's own numbers for trying out its refusals: https://www.twilio.com/docs/iam/test-credentials
MAGIC = {"+15005550001": 21211, "+15005550002": 21612, "+15005550004": 21610, "+15005550009": 21614}
ANSWER_VERBS = frozenset({"Message"})


@dataclass(frozen=True, slots=True)
class NewText:
    to: str
    sender: str
    body: str
    receipt_url: str | None
    template: str | None


class BadAnswer(ValueError):
    """The document is no answer to a text."""


def text_address(text: str) -> str | None:
    """A number, with `whatsapp:` before it or not; None for anything else."""
    prefix = WHATSAPP if text.startswith(WHATSAPP) else ""
    number = normal_address(text.removeprefix(WHATSAPP))
    return None if number is None or number == ANONYMOUS or not number.startswith("+") else prefix + number


def number_of(address: str) -> str:
    return address.removeprefix(WHATSAPP)


def new_text(form: Form, numbers: Mapping[str, object]) -> NewText:
    """A request to send a text. Raises `Refusal`."""
    check_known(form, CREATE_FIELDS)
    to, sender, body = text_address(form.get("To", "")), text_address(form.get("From", "")), form.get("Body", "")
    if to is None:
        refuse(21211, form.get("To", ""))
    if to in MAGIC:
        refuse(MAGIC[to], to)
    if sender is None or number_of(sender) not in numbers:
        refuse(21606, form.get("From", ""))
    if sender.startswith(WHATSAPP) != to.startswith(WHATSAPP):
        refuse(21910, f"{sender} and {to}")
    if not body and not form.get("ContentSid") and not form.get("MediaUrl"):
        refuse(21602)
    if len(body) > LONGEST_BODY:
        refuse(21617)
    receipt = web_address(form, "StatusCallback", 21609)
    return NewText(to, sender, body, receipt or None, form.get("ContentSid"))


def answers_of(document: bytes) -> list[str]:
    """The bodies of the `<Message>`s in an answer to a text. Raises `BadAnswer`."""
    if not document.strip():
        return []
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise BadAnswer("declares entities, which TwiML doesn't have")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - without entities there is nothing to expand
    except ElementTree.ParseError as error:
        raise BadAnswer(f"is no XML: {error}") from None
    if root.tag != "Response":
        raise BadAnswer(f"begins with <{root.tag}>, not with <Response>")
    bodies = []
    for verb in root:
        if verb.tag not in ANSWER_VERBS:
            raise BadAnswer(f"<{verb.tag}> is no verb of an answer to a text")
        if set(verb.attrib) - {"to", "from", "action", "method", "statusCallback"}:
            raise BadAnswer(f"<Message> has no attribute {' '.join(verb.attrib)}")
        body = verb.find("Body")
        bodies.append(((verb.text if body is None else body.text) or "").strip())
    return bodies
