"""Recordings of whole calls through the emulator: Twilio's parameters, states and refusals, and what is told."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

from telephony import twiml
from telephony.emulator.recordings import TakenDown
from telephony.twiml import Speaker

SPEAKER = Speaker()


@pytest.fixture
async def talk(exchange: Any) -> Any:
    """A call that holds to music; its telephone."""
    music = exchange.url("/music.wav")
    exchange.application.on("/incoming", twiml.music(music, again_url=exchange.url("/incoming")))
    for path in ("/taped", "/status"):
        exchange.application.on(path, web.Response(status=204))
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("play")
    return phone


async def begin(exchange: Any, phone: Any, **more: Any) -> Any:
    asked = {
        "recording_channels": "dual",
        "recording_status_callback": exchange.url("/taped"),
        "recording_status_callback_event": ["in-progress", "completed", "absent"],
    }
    return await exchange.client.calls(phone.call_sid).recordings.create_async(**asked | more)


def kept(exchange: Any, sid: str) -> TakenDown:
    found = exchange.emulator.exchange.shelf.find(sid)
    assert found is not None
    return found  # type: ignore[no-any-return]


async def test_both_sides_are_recorded_until_the_call_is_over(exchange: Any, talk: Any) -> None:
    begun = await begin(exchange, talk)
    assert (begun.status, begun.channels, begun.source) == ("in-progress", 2, "StartCallRecordingAPI")
    told = await exchange.application.expects("/taped", RecordingStatus="in-progress")
    assert told.genuine
    await talk.say("My card is gone.")
    await talk.hang_up()
    over = (await exchange.application.expects("/taped", RecordingStatus="completed")).fields
    assert (over["RecordingSid"], over["CallSid"], over["RecordingChannels"]) == (begun.sid, talk.call_sid, "2")
    assert int(over["RecordingDuration"]) >= 1
    assert kept(exchange, begun.sid).said == "My card is gone."


async def test_nothing_of_a_pause_is_in_it(exchange: Any, talk: Any) -> None:
    begun = await begin(exchange, talk)
    one = exchange.client.calls(talk.call_sid).recordings(begun.sid)
    assert (await one.update_async(status="paused", pause_behavior="skip")).status == "paused"
    await talk.expects("taped", status="paused")
    await talk.press("4821")
    assert (await one.update_async(status="in-progress")).status == "in-progress"
    await talk.expects("taped", status="in-progress")
    await talk.say("Thank you.")
    current = exchange.client.calls(talk.call_sid).recordings("Twilio.CURRENT")
    assert (await current.update_async(status="stopped")).sid == begun.sid
    await exchange.application.expects("/taped", RecordingStatus="completed")
    assert kept(exchange, begun.sid).said == "Thank you."


@pytest.mark.parametrize(
    "odd",
    [
        {"recording_channels": "three"},
        {"recording_track": "all"},
        {"trim": "yes"},
        {"recording_status_callback_event": ["begun"]},
        {"recording_status_callback_method": "PUT"},
        {"recording_configuration_id": "one"},
    ],
)
async def test_what_twilio_does_not_know_is_refused(exchange: Any, talk: Any, odd: dict[str, Any]) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await begin(exchange, talk, **odd)
    assert refused.value.code in {20001, 21206}
    assert exchange.emulator.exchange.shelf.all() == []


async def test_a_call_that_is_over_is_not_recorded_nor_a_recording_that_is_over_changed(
    exchange: Any, talk: Any
) -> None:
    begun = await begin(exchange, talk)
    recordings = exchange.client.calls(talk.call_sid).recordings
    for odd in ({"status": "completed"}, {"status": "paused", "pause_behavior": "loudly"}):
        with pytest.raises(TwilioRestException) as refused:
            await recordings(begun.sid).update_async(**odd)
        assert refused.value.code == 20001
    await talk.hang_up()
    await exchange.application.expects("/taped", RecordingStatus="completed")
    for asked in (
        lambda: begin(exchange, talk),
        lambda: recordings(begun.sid).update_async(status="paused"),
    ):
        with pytest.raises(TwilioRestException) as refused:
            await asked()
        assert refused.value.code == 21220
    for sid in ("Twilio.CURRENT", "RE" + "0" * 32):
        with pytest.raises(TwilioRestException) as refused:
            await recordings(sid).update_async(status="stopped")
        assert refused.value.status == 404
