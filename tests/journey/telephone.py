"""A telephone company's side of one call: signs its webhooks, and does what the TwiML says.

Signature: https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import aiohttp
from journey.wire import assert_no_insides

from telephony.twiml_check import problems_of

ANSWER_SECONDS = 10
REDIRECTS_LIMIT = 40
CARDS_LINE = "+442079460000"
XML_TYPES = {"text/xml", "application/xml"}


def signature(token: str, address: str, fields: dict[str, str]) -> str:
    """HMAC-SHA1 over the address and the sorted fields, in base64."""
    signed = address + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


@dataclass
class Line:
    """The account on whose behalf webhooks are sent."""

    http: aiohttp.ClientSession
    public_url: str
    token: str

    async def post(
        self, address: str, fields: dict[str, str], *, headers: dict[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        """Sends one webhook, signed unless other `headers` are given; the whole answer has been read."""
        assert address.startswith(self.public_url + "/"), f"not on the public address: {address}"
        if headers is None:
            headers = {"X-Twilio-Signature": signature(self.token, address, fields)}
        began = time.monotonic()
        content = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        async with self.http.post(address, data=urlencode(fields), headers=headers | content) as answer:
            assert_no_insides(await answer.text())
        assert time.monotonic() - began < ANSWER_SECONDS, f"Twilio would have hung up: {urlsplit(address).path}"
        return answer


@dataclass
class SignedCall:
    """One call to one of our numbers. After each step `spoken` has what was said and `at` what it waits at."""

    line: Line
    caller: str = "+442079460102"
    callee: str = CARDS_LINE
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    direction: str = "inbound"
    spoken: list[str] = field(default_factory=list)
    step: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    at: Element | None = None
    dialled: Element | None = None
    recording: Element | None = None

    @property
    def conference(self) -> str | None:
        """The conference that this call is in."""
        room = None if self.dialled is None else self.dialled.find("Conference")
        return None if room is None else room.text

    def fields(self, **more: str) -> dict[str, str]:
        return {
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Called": self.callee,
            "Caller": self.caller,
            "Direction": self.direction,
            "From": self.caller,
            "To": self.callee,
            **more,
        }

    async def dial(self) -> str:
        """The call reaches the service; gives what the caller hears first."""
        return await self.follow(f"{self.line.public_url}/telephony/voice/incoming", CallStatus="ringing")

    async def say(self, words: str) -> str:
        """Speaks into a `<Gather>` that listens for speech; gives what is said in answer."""
        gather = self._gather("speech")
        return await self.follow(gather.attrib["action"], SpeechResult=words, Confidence="0.93")

    async def press(self, digits: str) -> str:
        """Presses keys at a `<Gather>` that listens for keys."""
        gather = self._gather("dtmf")
        wanted = gather.get("numDigits")
        if wanted is not None:
            digits = digits[: int(wanted)]
        return await self.follow(gather.attrib["action"], Digits=digits)

    async def stay_silent(self) -> str:
        """Neither speaks nor presses anything until the `<Gather>` gives up."""
        gather = self._gather()
        assert gather.get("actionOnEmptyResult") == "true"
        return await self.follow(gather.attrib["action"])

    async def leave_conference(self) -> str:
        """The conference has ended: what is said then."""
        assert self.dialled is not None
        return await self.follow(self.dialled.attrib["action"], DialCallStatus="answered", DialBridged="true")

    def conference_begins(self) -> tuple[str, dict[str, str]]:
        """Where to, and with which fields, it is told that both are in the conference."""
        room = None if self.dialled is None else self.dialled.find("Conference")
        assert room is not None and room.text is not None
        event = {"StatusCallbackEvent": "conference-start", "FriendlyName": room.text, "SequenceNumber": "3"}
        return room.attrib["statusCallback"], {"ConferenceSid": "CF" + secrets.token_hex(16), **event}

    async def hang_up(self) -> None:
        fields = self.fields(CallStatus="completed", CallDuration="61", SequenceNumber="0")
        answer = await self.line.post(f"{self.line.public_url}/telephony/voice/status", fields)
        assert answer.status < 300
        self.at = None

    def listens_for(self) -> set[str]:
        """What kinds of input the call waits for now."""
        return set() if self.at is None else set(self.at.get("input", "dtmf").split())

    def plays_music(self) -> bool:
        """Whether the `<Gather>` that it waits at plays something."""
        return self.at is not None and self.at.find("Play") is not None

    def _gather(self, kind: str | None = None) -> Element:
        assert self.at is not None, f"the call does not listen; it said last: {self.step}"
        assert kind is None or kind in self.listens_for(), f"it listens for {self.listens_for()}, not {kind}"
        return self.at

    async def follow(self, address: str, **input_: str) -> str:
        """Fetches documents and performs them until one listens, connects or hangs up; gives what was said."""
        self.step, self.at, self.dialled, self.recording = [], None, None, None
        for _ in range(REDIRECTS_LIMIT):
            document = await self.fetch(address, **input_)
            following = await self._perform(document)
            if following is None:
                return " ".join(self.step)
            # a redirect carries the call's fields and no input
            address, input_ = following, {}
        raise AssertionError(f"redirected for ever: {self.documents[-3:]}")

    async def fetch(self, address: str, **input_: str) -> Element:
        answer = await self.line.post(address, self.fields(**input_))
        text = await answer.text()
        assert answer.status == 200, f"{answer.status}: {text[:500]}"
        assert answer.content_type in XML_TYPES
        assert problems_of(text) == []
        self.documents.append(text)
        document = ElementTree.fromstring(text)
        assert document.tag == "Response"
        return document

    async def _perform(self, document: Element) -> str | None:
        """Where to ask next, or None where it listens, is over or is in a conference."""
        for verb in document:
            match verb.tag:
                case "Say":
                    self._hear(verb)
                case "Play":
                    pass
                case "Pause":
                    await asyncio.sleep(float(verb.get("length", "1")))  # what the document tells the line to do
                case "Gather":
                    for said in verb.findall("Say"):
                        self._hear(said)
                    self.at = verb
                    return None
                case "Redirect":
                    return (verb.text or "").strip()
                case "Dial":
                    self.dialled = verb
                    return None
                case "Record":
                    self.recording = verb
                    return None
                case "Hangup":
                    return None
                case _:
                    raise AssertionError(f"this telephone cannot {verb.tag}")
        return None

    def _hear(self, said: Element) -> None:
        words = (said.text or "").strip()
        assert_no_insides(words)
        self.step.append(words)
        self.spoken.append(words)
