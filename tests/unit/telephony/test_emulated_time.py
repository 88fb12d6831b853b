"""The emulator's time, moved by hand: who waits how long, and what a `<Gather>` makes of it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest

from telephony.emulator.calls import INBOUND, Call, Pressed, Progress, Script, Spoken, new_sid
from telephony.emulator.faults import Faults
from telephony.emulator.gather import gather
from telephony.emulator.pacing import LONGEST_STEP_SECONDS, ManualPace, ScaledPace, pace_of, spoken_seconds, within
from telephony.emulator.playback import Playback
from telephony.emulator.stage import Stage
from telephony.emulator.webhooks import Webhooks
from telephony.payloads import CallStatus

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def pace() -> ManualPace:
    return ManualPace(START)


class Shown:
    """A telephone that keeps what is shown on it."""

    address = "+442071838750"

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def send(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)

    @property
    def types(self) -> list[str]:
        return [frame["type"] for frame in self.frames]


class Gathering:
    """One `<Gather>` under way."""

    def __init__(self, pace: ManualPace, prompt: str = "one two three", **attributes: str) -> None:
        self.pace = pace
        self.phone = Shown()
        self.call = Call(
            sid=new_sid("CA"),
            direction=INBOUND,
            caller="+442071838750",
            callee="+442079460000",
            script=Script("https://x.example/"),
            progress=Progress(),
            created_at=START,
            status=CallStatus.IN_PROGRESS,
            phone=self.phone,
        )
        element = Element("Gather", attributes)
        SubElement(element, "Say").text = prompt
        stage = Stage("AC1", pace, Webhooks("t", Faults(), 1.0))
        self.task = asyncio.ensure_future(gather(self.call, element, Playback(stage), pace))

    async def after(self, seconds: float) -> dict[str, str] | None:
        await self.pace.advance(seconds)
        return self.task.result() if self.task.done() else None

    def hears(self, heard: Spoken | Pressed) -> bool:
        return self.call.ears.hear(heard)


async def test_the_time_out_begins_when_the_prompt_has_ended(pace: ManualPace) -> None:
    gathering = Gathering(pace, "word " * 29, timeout="5")
    assert await gathering.after(14.9) is None
    assert gathering.phone.types == ["spoken", "listening"]
    assert await gathering.after(0.2) == {}


async def test_a_key_silences_the_prompt_and_the_next_key_has_the_whole_time_out_again(pace: ManualPace) -> None:
    gathering = Gathering(pace, "word " * 29, timeout="5", numDigits="4")
    await gathering.after(1)
    assert gathering.hears(Pressed("4"))
    assert await gathering.after(4.9) is None
    assert gathering.hears(Pressed("8"))
    assert await gathering.after(4.9) is None
    assert await gathering.after(0.2) == {"Digits": "48"}
    assert gathering.phone.types == ["spoken", "stop", "heard"]


async def test_words_are_over_after_the_speech_time_out_and_keys_come_too_late(pace: ManualPace) -> None:
    gathering = Gathering(pace, input="dtmf speech", timeout="5", speechTimeout="2", numDigits="1")
    await gathering.after(0.1)
    gathering.hears(Spoken("my card"))
    await gathering.after(1.9)
    gathering.hears(Spoken("is gone"))
    gathering.hears(Pressed("0"))
    await gathering.after(0.1)
    heard = await gathering.after(2.1)
    assert heard is not None
    assert heard["SpeechResult"] == "my card is gone"


async def test_somebody_who_never_stops_is_cut_after_a_minute(pace: ManualPace) -> None:
    gathering = Gathering(pace, input="speech", timeout="5", speechTimeout="2")
    heard = None
    for _ in range(70):
        gathering.hears(Spoken("and"))
        heard = heard or await gathering.after(1)
    assert heard is not None
    assert heard["SpeechResult"].startswith("and and")


async def test_the_finishing_key_alone_is_nothing(pace: ManualPace) -> None:
    gathering = Gathering(pace, timeout="5")
    await gathering.after(0.1)
    gathering.hears(Pressed("#"))
    assert await gathering.after(0) == {}


async def test_an_empty_finishing_key_lets_every_key_through(pace: ManualPace) -> None:
    gathering = Gathering(pace, timeout="5", finishOnKey="", numDigits="1")
    await gathering.after(0.1)
    gathering.hears(Pressed("#"))
    assert await gathering.after(0) == {"Digits": "#"}


async def test_nobody_hears_what_is_not_listened_for(pace: ManualPace) -> None:
    gathering = Gathering(pace, input="dtmf", timeout="1")
    await gathering.after(0.1)
    assert not gathering.hears(Spoken("hello"))
    await gathering.after(10)
    assert not gathering.hears(Pressed("1"))


async def test_sleepers_wake_in_order_and_see_their_own_time(pace: ManualPace) -> None:
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await pace.sleep(nap)
            woken.append((name, (pace.now() - START).total_seconds()))

    tasks = [asyncio.ensure_future(sleeper("a", 2, 2)), asyncio.ensure_future(sleeper("b", 3))]
    await pace.advance(10)
    await asyncio.gather(*tasks)
    assert woken == [("a", 2), ("b", 3), ("a", 4)]


async def test_work_that_is_too_late_is_cancelled(pace: ManualPace) -> None:
    cancelled = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    waiting = asyncio.ensure_future(within(pace, 5, endless()))
    await pace.advance(5)
    assert await waiting is None
    await cancelled.wait()


def test_time_can_not_stand_still_or_go_back() -> None:
    with pytest.raises(ValueError, match="speed"):
        ScaledPace(0)


def test_a_sentence_takes_as_long_as_a_voice_takes() -> None:
    assert spoken_seconds("") == 0
    assert 2 < spoken_seconds("You're third in line, about four minutes.") < 4
    assert spoken_seconds("8 8 8") < spoken_seconds("48217730")


async def test_in_a_hurry_many_seconds_pass_in_one_and_sleepers_wake_in_order() -> None:
    pace, woken = pace_of(1000), []

    async def sleep(seconds: float) -> None:
        await pace.sleep(seconds)
        woken.append(seconds)

    begun, real = pace.now(), monotonic()
    await asyncio.gather(*(sleep(seconds) for seconds in (90.0, 30.0, 60.0)))
    assert woken == [30.0, 60.0, 90.0]
    assert (pace.now() - begun).total_seconds() >= 90
    assert monotonic() - real < 90


async def test_in_a_hurry_a_machine_that_stands_still_is_nobodys_silence() -> None:
    """A second in which this process does not run, at a speed at which a minute would have passed."""
    pace = pace_of(60)
    silence = asyncio.ensure_future(pace.sleep(5))
    await asyncio.sleep(0)
    begun = pace.now()
    _stands_still(1.0)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not silence.done()
    assert (pace.now() - begun).total_seconds() <= 60 * LONGEST_STEP_SECONDS * 3
    await silence


async def test_in_a_hurry_who_is_cancelled_keeps_nobody_waiting() -> None:
    pace = pace_of(1000)
    long, short = asyncio.ensure_future(pace.sleep(10**9)), asyncio.ensure_future(pace.sleep(1))
    await asyncio.sleep(0)
    long.cancel()
    await short
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert long.cancelled()
    assert len(asyncio.all_tasks()) == 1, "nothing ticks for nobody"


def _stands_still(seconds: float) -> None:
    time.sleep(seconds)
