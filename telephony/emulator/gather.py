"""`<Gather>`: who spoke or pressed first, until when, and what is reported.

https://www.twilio.com/docs/voice/twiml/gather
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from telephony.emulator.calls import Call, Pressed, Spoken
from telephony.emulator.pacing import Pace, within
from telephony.emulator.playback import Playback

SPEECH_LIMIT_SECONDS = 60
CONFIDENCE = "0.93"

type Heard = asyncio.Queue[Spoken | Pressed]


@dataclass(frozen=True, slots=True)
class Terms:
    """A `<Gather>`'s attributes with Twilio's defaults."""

    kinds: frozenset[str]
    timeout: int
    speech_timeout: int
    finish_on_key: str
    num_digits: int | None

    @classmethod
    def of(cls, element: Element) -> Terms:
        timeout = int(element.get("timeout", "5"))
        digits = element.get("numDigits")
        return cls(
            kinds=frozenset(element.get("input", "dtmf").split()),
            timeout=timeout,
            speech_timeout=int(element.get("speechTimeout", timeout)),
            finish_on_key=element.get("finishOnKey", "#"),
            num_digits=int(digits) if digits else None,
        )


async def gather(call: Call, element: Element, playback: Playback, pace: Pace) -> dict[str, str]:
    """What the caller gave, as the fields that are reported: `Digits`, or `SpeechResult` with `Confidence`, or none.

    The first kind of input wins. Anything heard stops what is being played, as keys do for certain and speech does in
    practice. The waiting begins when the nested verbs have ended.
    """
    terms = Terms.of(element)
    with call.ears.listening(terms.kinds) as heard:
        first = await _first(call, element, terms, heard, playback, pace)
        if isinstance(first, Spoken):
            words = await _rest_of_speech(first.text, terms, heard, pace)
            call.show("heard", text=words)
            return {"SpeechResult": words, "Confidence": CONFIDENCE}
        if isinstance(first, Pressed):
            digits = await _rest_of_digits(first.digits, terms, heard, pace)
            call.show("heard", digits=digits)
            return {"Digits": digits} if digits else {}
    return {}


async def _first(
    call: Call, element: Element, terms: Terms, heard: Heard, playback: Playback, pace: Pace
) -> Spoken | Pressed | None:
    getting = asyncio.ensure_future(heard.get())
    playing = asyncio.ensure_future(playback.play(call, element))
    try:
        await asyncio.wait({getting, playing}, return_when=asyncio.FIRST_COMPLETED)
        if getting.done():
            return getting.result()
        playing.result()
        call.show("listening", input=sorted(terms.kinds), num_digits=terms.num_digits, timeout_seconds=terms.timeout)
        return await within(pace, terms.timeout, _result(getting))
    finally:
        playing.cancel()
        getting.cancel()
        await asyncio.wait({playing, getting})


async def _result[T](task: asyncio.Future[T]) -> T:
    return await task


async def _rest_of_speech(words: str, terms: Terms, heard: Heard, pace: Pace) -> str:
    """Everything said until nothing is said for the speech time-out; keys come too late."""
    said = [words]
    began = pace.now()
    while (pace.now() - began).total_seconds() < SPEECH_LIMIT_SECONDS:
        more = await within(pace, terms.speech_timeout, heard.get())
        if more is None:
            break
        if isinstance(more, Spoken):
            said.append(more.text)
    return " ".join(said)


async def _rest_of_digits(first: str, terms: Terms, heard: Heard, pace: Pace) -> str:
    """Keys until the finishing key, the wanted number, or the time-out since the last one; words come too late."""
    digits, fresh = "", first
    while True:
        for key in fresh:
            if terms.finish_on_key and key in terms.finish_on_key:
                return digits
            digits += key
            if terms.num_digits and len(digits) >= terms.num_digits:
                return digits
        more = await within(pace, terms.timeout, heard.get())
        if more is None:
            return digits
        fresh = more.digits if isinstance(more, Pressed) else ""
