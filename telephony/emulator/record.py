"""`<Record>`: the tone, what is said after it, and what ends it.

https://www.twilio.com/docs/voice/twiml/record
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

from telephony.emulator.calls import Call, Pressed, Spoken
from telephony.emulator.conferences import UPDATED
from telephony.emulator.pacing import Pace, spoken_seconds, within
from telephony.emulator.recordings import RecordingShelf, TakenDown

BEEP_SECONDS = 0.4
ENDLESS_SECONDS = 3600.0


@dataclass(slots=True)
class Tape:
    """What was said so far; silence before and after it is cut off, as `trim` does unless it is told otherwise."""

    longest_seconds: float
    said: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_full(self) -> bool:
        return self.seconds >= self.longest_seconds

    def add(self, text: str) -> float:
        """Gives for how long it is spoken; what no longer fits is not heard."""
        began = self.seconds
        for word in text.split():
            if self.is_full:
                break
            self.said.append(word)
            self.seconds = min(self.longest_seconds, self.seconds + max(spoken_seconds(word), 0.1))
        return self.seconds - began


async def record(call: Call, verb: Element, shelf: RecordingShelf, pace: Pace) -> dict[str, str] | None:
    """What is reported at the action; None where nothing was said, and the document goes on.

    A caller who hangs up ends the recording, and the action is asked for all the same, though nobody follows it. A
    call that is taken elsewhere ends it too; then the action is not asked for.
    """
    if verb.get("playBeep", "true") == "true":
        await pace.sleep(BEEP_SECONDS)
    tape, began_at = Tape(float(verb.get("maxLength", "3600"))), pace.now()
    call.show("recording", seconds=tape.longest_seconds, finish_on_key=verb.get("finishOnKey", "1234567890*#"))
    try:
        digits = await _listen(call, verb, tape, pace)
    except asyncio.CancelledError:
        taken = _end(call, verb, shelf, tape, began_at=began_at)
        if taken is not None and call.leaving != UPDATED:
            params = shelf.action_params(taken, "hangup")
            shelf.ask_in_vain(call, verb.get("action", ""), verb.get("method", "POST"), params)
        raise
    taken = _end(call, verb, shelf, tape, began_at=began_at)
    return None if taken is None else shelf.action_params(taken, digits)


async def _listen(call: Call, verb: Element, tape: Tape, pace: Pace) -> str:
    """Until a key that ends it, silence, or the longest time; gives the key."""
    silence = float(verb.get("timeout", "5")) or ENDLESS_SECONDS
    enders, patience = verb.get("finishOnKey", "1234567890*#"), silence
    with call.ears.listening(frozenset({"dtmf", "speech"})) as heard:
        while not tape.is_full:
            more = await within(pace, min(patience, tape.longest_seconds), heard.get())
            if more is None:
                return ""
            if isinstance(more, Spoken):
                call.show("heard", text=more.text)
                patience = tape.add(more.text) + silence
            elif isinstance(more, Pressed) and (ending := next((key for key in more.digits if key in enders), "")):
                call.show("heard", digits=ending)
                return ending
    return ""


def _end(call: Call, verb: Element, shelf: RecordingShelf, tape: Tape, *, began_at: datetime) -> TakenDown | None:
    call.show("recorded", seconds=round(tape.seconds))
    if not tape.said:
        shelf.absent(call, began_at, verb)
        return None
    return shelf.keep(call, " ".join(tape.said), max(1, round(tape.seconds)), began_at, verb)
