"""What is told of a transcription late, wrongly or by somebody else: answered, and nothing harmed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from serving.patience import until
from test_meeting_agents import met
from test_transcribed_calls import SESSION, captions, is_on, talking, told
from voice_house import VoiceHouse

from assistant.model.contact import ContactId
from assistant.model.events import EventType
from telephony.addresses import VOICE_TRANSCRIPT


async def test_a_session_that_stopped_before_it_was_told_of_has_not_begun(transcribed: VoiceHouse) -> None:
    _, _, contact = await met(transcribed)
    await until("it is written down", lambda: is_on(transcribed, contact))
    [begun] = [one.data for one in await transcribed.events(contact.id) if one.type is EventType.TRANSCRIPTION_CHANGED]
    stopped = {"TranscriptionEvent": "transcription-stopped", "TranscriptionSid": begun["session"]}
    assert await told(transcribed, contact, **stopped) == 204
    late = {"TranscriptionEvent": "transcription-stopped", "TranscriptionSid": SESSION}
    assert await told(transcribed, contact, **late) == 204
    assert await told(transcribed, contact, **late | {"TranscriptionEvent": "transcription-started"}) == 204
    assert not await is_on(transcribed, contact)


async def test_a_transcription_that_fails_is_noted_with_its_code(transcribed: VoiceHouse) -> None:
    _, _, contact = await talking(transcribed)
    failed = {"TranscriptionEvent": "transcription-error", "TranscriptionErrorCode": "32650"}
    assert await told(transcribed, contact, **failed) == 204
    changes = [one.data for one in await transcribed.events(contact.id) if one.type is EventType.TRANSCRIPTION_CHANGED]
    assert changes[-1] == {"attempt": 1, "session": SESSION, "is_on": False, "code": "32650"}


@pytest.mark.parametrize(
    "changed",
    [
        {"TranscriptionData": ""},
        {"TranscriptionData": "{"},
        {"TranscriptionData": "[]"},
        {"TranscriptionData": '{"transcript": 7}'},
        {"TranscriptionData": '{"transcript": "  "}'},
        {"TranscriptionData": "[" * 15_000},
        {"Track": "somebody"},
        {"SequenceId": "x"},
        {"TranscriptionEvent": "transcription-danced"},
        {"attempt": "7"},
        {"attempt": "x", "SequenceId": "-1"},
    ],
)
async def test_what_is_no_piece_is_left_out(transcribed: VoiceHouse, changed: dict[str, str]) -> None:
    _, _, contact = await talking(transcribed)
    assert await told(transcribed, contact, **changed) == 204
    assert await captions(transcribed, contact) == []


async def test_odd_times_long_words_and_strangers_do_no_harm(transcribed: VoiceHouse) -> None:
    _, _, contact = await talking(transcribed)
    assert await told(transcribed, contact, Timestamp="yesterday") == 204
    long = json.dumps({"transcript": "word " * 10_000})
    assert await told(transcribed, contact, SequenceId="8", TranscriptionData=long) == 204
    nobody = replace(contact, id=ContactId("nobody"))
    assert await told(transcribed, nobody, attempt="1") == 204
    assert await told(transcribed, contact, TranscriptionSid="GT/../x") == 400
    first, second = await captions(transcribed, contact)
    assert first.data["caption"]["said_at"] is None
    assert second.words is not None
    assert len(second.words.text) <= 4000


async def test_a_forged_piece_is_refused(transcribed: VoiceHouse) -> None:
    _, _, contact = await talking(transcribed)
    url = transcribed.addresses.of(VOICE_TRANSCRIPT, contact=contact.id, attempt=1)
    async with transcribed.http.post(url, data={"TranscriptionSid": SESSION}) as answer:
        assert answer.status == 403
    assert await captions(transcribed, contact) == []
