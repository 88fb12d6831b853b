"""Webhooks read into records: the usual ones, and the odd ones that real callers cause."""

from __future__ import annotations

import pytest

from telephony import payloads
from telephony.payloads import CallStatus, MalformedWebhook

SID = "CA" + "0a" * 16


def test_a_usual_call_is_read_whole() -> None:
    call = payloads.incoming_call(
        {
            "CallSid": SID,
            "From": "+442071838750",
            "To": "+442079460000",
            "CallStatus": "ringing",
            "ForwardedFrom": "+442079460099",
            "FieldOfTheFuture": "x",
        }
    )
    assert call == payloads.IncomingCall(
        call_sid=payloads.CallSid(SID),
        caller="+442071838750",
        ani="+442071838750",
        dnis="+442079460000",
        status=CallStatus.RINGING,
        forwarded_from="+442079460099",
    )


@pytest.mark.parametrize(
    "withheld",
    ["anonymous", "unknown", "Restricted", "", "+266696687", "+86282452253", "client:amira", "sip:ben@x.example", "12"],
)
def test_a_caller_without_a_number_is_still_a_caller(withheld: str) -> None:
    call = payloads.incoming_call({"CallSid": SID, "From": withheld, "To": "+442079460000"})
    assert call.ani is None
    assert call.caller == withheld
    assert call.status is CallStatus.UNKNOWN


def test_numbers_are_read_however_they_are_spaced() -> None:
    assert payloads.number("+44 20 7183 8750") == "+442071838750"
    assert payloads.number("442071838750") == "+442071838750"
    assert payloads.number("+٤٤٢٠٧١٨٣٨٧٥٠") is None


def test_an_address_is_cut_and_cleared_of_control_characters() -> None:
    call = payloads.incoming_call({"CallSid": SID, "From": "sip:\r\n" + "a" * 500, "To": "sip:desk@x.example"})
    assert len(call.caller) <= payloads.ADDRESS_LIMIT
    assert call.caller.isprintable()
    assert call.dnis == "sip:desk@x.example"


@pytest.mark.parametrize("sid", ["", "CA", "AC" + "0" * 32, "CA/../x", "CA" + "0" * 99, "CA" + "٣" * 32, "CA0 0"])
def test_a_webhook_about_no_call_is_malformed(sid: str) -> None:
    for read in (payloads.incoming_call, payloads.voice_turn, payloads.call_progress):
        with pytest.raises(MalformedWebhook):
            read({"CallSid": sid})
    with pytest.raises(MalformedWebhook):
        payloads.voice_turn({})


def test_words_are_heard_with_and_without_confidence() -> None:
    turn = payloads.voice_turn({"CallSid": SID, "SpeechResult": "  my card \n is gone ", "Confidence": "0.93"})
    assert (turn.words, turn.confidence, turn.keys) == ("my card is gone", 0.93, "")
    for odd in ("", "high", "nan", "7", "-1"):
        assert payloads.voice_turn({"CallSid": SID, "SpeechResult": "x", "Confidence": odd}).confidence is None


def test_empty_speech_is_silence() -> None:
    turn = payloads.voice_turn({"CallSid": SID, "SpeechResult": "   "})
    assert (turn.words, turn.keys) == ("", "")


def test_three_hundred_digits_are_cut() -> None:
    assert payloads.voice_turn({"CallSid": SID, "Digits": "7" * 300}).keys == "7" * payloads.DIGITS_LIMIT
    assert payloads.voice_turn({"CallSid": SID, "Digits": "1a2w*#"}).keys == "12*#"


def test_endless_speech_is_cut() -> None:
    turn = payloads.voice_turn({"CallSid": SID, "SpeechResult": "so " * 30_000})
    assert len(turn.words) == payloads.SPEECH_LIMIT


def test_progress_is_read_with_its_sequence() -> None:
    step = payloads.call_progress(
        {"CallSid": SID, "CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "61"}
    )
    assert (step.status, step.sequence, step.duration_seconds) == (CallStatus.COMPLETED, 3, 61)
    odd = payloads.call_progress({"CallSid": SID, "CallStatus": "hibernating", "SequenceNumber": "-1"})
    assert (odd.status, odd.sequence, odd.duration_seconds) == (CallStatus.UNKNOWN, None, None)


def test_only_final_statuses_are_over() -> None:
    over = {status for status in CallStatus if status.is_over}
    assert over == {"completed", "busy", "failed", "no-answer", "canceled"}


def test_a_conference_step_names_its_participant_and_reason() -> None:
    left = payloads.conference_progress(
        {
            "ConferenceSid": "CF" + "1" * 32,
            "FriendlyName": "contact-1",
            "StatusCallbackEvent": "participant-leave",
            "SequenceNumber": "4",
            "CallSid": SID,
            "ParticipantLabel": "caller",
            "ReasonParticipantLeft": "participant_hung_up",
        }
    )
    assert (left.event, left.call_sid, left.label, left.reason) == (
        "participant-leave",
        SID,
        "caller",
        "participant_hung_up",
    )
    ended = payloads.conference_progress({"ConferenceSid": "CF1", "ReasonConferenceEnded": "last-participant-left"})
    assert (ended.call_sid, ended.label, ended.reason) == (None, None, "last-participant-left")
    with pytest.raises(MalformedWebhook):
        payloads.conference_progress({"CallSid": SID})
