"""Recordings through the emulator: the tone, what ends them, what is told of them, and how they are fetched."""

from __future__ import annotations

import asyncio
import io
import wave
from typing import Any

import pytest
from aiohttp import web

from telephony import twiml
from telephony.emulator import Fault, FaultKind
from telephony.recordings import TwilioRecordings
from telephony.rest import Media
from telephony.twiml import Speaker, Taping

SPEAKER = Speaker()
HANG_UP = twiml.goodbye(["Goodbye."], speaker=SPEAKER)
SAID = "the heating has been cold for three days now"


def tape(exchange: Any, longest_seconds: int = 60, silence_seconds: int = 40) -> str:
    urls = {name: exchange.url(f"/{name}") for name in ("done", "nothing", "recorded", "written")}
    taping = Taping(**urls, longest_seconds=longest_seconds, silence_seconds=silence_seconds)
    return twiml.record(["Speak."], taping=taping, speaker=SPEAKER)


@pytest.fixture
async def phone(exchange: Any) -> Any:
    exchange.application.on("/incoming", tape(exchange))
    for path in ("/done", "/nothing"):
        exchange.application.on(path, HANG_UP)
    for path in ("/recorded", "/written", "/status"):
        exchange.application.on(path, web.Response(status=204))
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("recording", finish_on_key="#")
    return phone


async def test_what_is_said_after_the_tone_is_recorded_and_written_down(exchange: Any, phone: Any) -> None:
    await phone.say(SAID)
    await phone.press("1#")
    done = (await exchange.application.expects("/done")).fields
    assert (done["Digits"], done["CallStatus"]) == ("#", "in-progress")
    assert done["RecordingUrl"].endswith("/Recordings/" + done["RecordingSid"])
    recorded = (await exchange.application.expects("/recorded", RecordingStatus="completed")).fields
    assert recorded["RecordingSid"] == done["RecordingSid"]
    assert recorded["RecordingDuration"] == done["RecordingDuration"] == "3"
    written = (await exchange.application.expects("/written")).fields
    assert (written["TranscriptionStatus"], written["TranscriptionText"]) == ("completed", SAID)
    await phone.expects("spoken", text="Goodbye.")


async def test_silence_ends_it_and_an_empty_one_goes_on_with_the_next_verb(exchange: Any, phone: Any) -> None:
    absent = await exchange.application.expects("/recorded")
    assert absent.fields["RecordingStatus"] == "absent"
    await exchange.application.expects("/nothing")
    assert exchange.application.to("/done") == []


async def test_hanging_up_ends_it_and_the_action_is_asked_for_all_the_same(exchange: Any, phone: Any) -> None:
    await phone.say(SAID)
    await phone.expects("heard")
    await phone.hang_up()
    done = (await exchange.application.expects("/done")).fields
    assert (done["Digits"], done["CallStatus"]) == ("hangup", "completed")
    await exchange.application.expects("/written", TranscriptionText=SAID)


async def test_a_call_that_is_taken_elsewhere_keeps_what_was_said(exchange: Any, phone: Any) -> None:
    exchange.application.on("/elsewhere", HANG_UP)
    await phone.say(SAID)
    await phone.expects("heard")
    await exchange.client.calls(phone.call_sid).update_async(url=exchange.url("/elsewhere"))
    await exchange.application.expects("/recorded", RecordingStatus="completed")
    assert exchange.application.to("/done") == []


async def test_nobody_hears_more_than_the_longest_time(exchange: Any) -> None:
    exchange.application.on("/incoming", tape(exchange, longest_seconds=2))
    exchange.application.on("/done", HANG_UP)
    for path in ("/recorded", "/written", "/status"):
        exchange.application.on(path, web.Response(status=204))
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("recording", seconds=2.0)
    await phone.say("one two three four five six seven eight nine ten")
    done = (await exchange.application.expects("/done")).fields
    assert done["RecordingDuration"] == "2"
    written = (await exchange.application.expects("/written")).fields
    assert written["TranscriptionText"] == "one two three four five six"


async def test_a_recording_is_found_played_and_deleted_by_who_has_the_account(exchange: Any, phone: Any) -> None:
    recordings = TwilioRecordings(exchange.client, Media(exchange.client))
    sid = phone.call_sid
    assert await recordings.of_call(sid) is None
    await phone.say(SAID)
    await phone.press("#")
    await exchange.application.expects("/written")
    found = await recordings.of_call(sid)
    assert found is not None and found.seconds == 3
    assert await recordings.text_of(found.sid) == SAID
    sound = await recordings.sound_of(found.sid)
    assert sound is not None
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() == found.seconds
    url = f"{exchange.api_url}/2010-04-01/Accounts/{exchange.client.account_sid}/Recordings/{found.sid}.wav"
    async with exchange.session.get(url) as answer:
        assert answer.status == 401, "to nobody else"
    for _ in range(2):
        await recordings.delete(found.sid)
    assert await recordings.of_call(sid) is None
    assert await recordings.text_of(found.sid) is None
    assert await recordings.sound_of(found.sid) is None


@pytest.mark.parametrize(("said", "is_faulty"), [(SAID, True), ("well", False)])
async def test_what_cannot_be_written_down_is_told_as_failed(
    exchange: Any, phone: Any, said: str, is_faulty: bool
) -> None:
    if is_faulty:
        exchange.emulator.faults.arm(Fault(FaultKind.UNWRITTEN, "/written"))
    await phone.say(said)
    await phone.press("#")
    written = (await exchange.application.expects("/written")).fields
    assert written["TranscriptionStatus"] == "failed"
    assert "TranscriptionText" not in written


async def test_an_exchange_that_goes_away_tells_nothing_more(exchange: Any, phone: Any) -> None:
    await phone.say(SAID)
    await phone.expects("heard")
    await exchange.emulator.close()
    await asyncio.sleep(0.2)
    assert exchange.application.to("/recorded") == exchange.application.to("/done") == []
