"""The socket's messages: what is read of Twilio's, and what may be said to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.model.contact import ContactId
from telephony.relay import frames
from telephony.relay.document import Tickets
from telephony.relay.frames import (
    AgentSpeaks,
    Complaint,
    Interrupt,
    Key,
    MalformedFrame,
    Played,
    Prompt,
    Setup,
    read_frame,
    told_of,
)
from telephony.relay.grammar import problem_of

SID = "CA" + "0" * 32


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (
            {"type": "setup", "callSid": SID, "sessionId": "VX1", "customParameters": {"told": "3", "odd": 7}},
            Setup(SID, {"told": "3"}),  # type: ignore[arg-type]
        ),
        ({"type": "setup", "callSid": SID}, Setup(SID, {})),  # type: ignore[arg-type]
        ({"type": "prompt", "voicePrompt": " my \n card ", "lang": "en-GB", "last": True}, Prompt("my card", True)),
        ({"type": "prompt", "voicePrompt": "my", "last": False}, Prompt("my", False)),
        ({"type": "prompt", "voicePrompt": "my card"}, Prompt("my card", True)),
        ({"type": "dtmf", "digit": "#"}, Key("#")),
        (
            {"type": "interrupt", "utteranceUntilInterrupt": "Your", "durationUntilInterruptMs": "460"},
            Interrupt("Your"),
        ),
        ({"type": "info", "name": "tokensPlayed", "value": "Your place"}, Played("Your place")),
        ({"type": "info", "name": "agentSpeaking", "value": "on"}, AgentSpeaks(True)),
        ({"type": "info", "name": "agentSpeaking", "value": "off"}, AgentSpeaks(False)),
        ({"type": "info", "name": "clientSpeaking", "value": "on"}, None),
        ({"type": "error", "description": "Invalid message received"}, Complaint()),
        ({"type": "something-new", "field": 1}, None),
    ],
)
def test_what_twilio_tells_is_read(told: dict[str, Any], read: object) -> None:
    assert read_frame(json.dumps(told)) == read


@pytest.mark.parametrize(
    "told",
    [
        "",
        "hello",
        "7",
        "[]",
        "{}",
        '{"type": null}',
        '{"type": "setup"}',
        '{"type": "setup", "callSid": "CA/../x"}',
        '{"type": "prompt", "voicePrompt": null, "last": true}',
        '{"type": "dtmf", "digit": "10"}',
        '{"type": "dtmf", "digit": ""}',
        '{"type": "interrupt", "utteranceUntilInterrupt": 7}',
        "[" * 100_000,
    ],
)
def test_what_can_be_no_message_is_refused(told: str) -> None:
    with pytest.raises(MalformedFrame):
        read_frame(told)


def test_what_a_caller_says_never_stands_in_a_representation_of_the_setup() -> None:
    assert "secret" not in repr(Setup(SID, {"ticket": "secret"}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "frame",
    [
        frames.say("Hello. "),
        frames.music("https://pbx.example/music.wav"),
        frames.change_language("fr-FR"),
        frames.end(12),
        {"type": "end"},
        {"type": "text", "token": "x", "last": False, "lang": "en-GB", "interruptible": "none", "preemptible": True},
        {"type": "sendDigits", "digits": "1ww2#"},
        {"type": "language", "ttsLanguage": "es-ES"},
    ],
)
def test_what_twilio_takes_passes(frame: dict[str, Any]) -> None:
    assert problem_of(frame) is None


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (None, "no message"),
        ([], "no message"),
        ({"type": ["text"]}, "no message"),
        ({"type": "speak", "token": "x"}, "no message"),
        ({"type": "text"}, "needs token"),
        ({"type": "text", "token": 7}, "token can't be"),
        ({"type": "text", "token": "x", "last": "true"}, "last can't be"),
        ({"type": "text", "token": "x", "isFinal": True}, "no field isFinal"),
        ({"type": "text", "token": "x", "lang": "ka-GE"}, "lang can't be"),
        ({"type": "text", "token": "x", "interruptible": "sometimes"}, "interruptible can't be"),
        ({"type": "play"}, "needs source"),
        ({"type": "play", "source": "music.wav"}, "source can't be"),
        ({"type": "play", "source": "https://pbx.example/m.wav", "loop": 1001}, "loop can't be"),
        ({"type": "play", "source": "https://pbx.example/m.wav", "loop": True}, "loop can't be"),
        ({"type": "sendDigits", "digits": "A"}, "digits can't be"),
        ({"type": "language"}, "says nothing"),
        ({"type": "end", "handoffData": {"told": 1}}, "handoffData can't be"),
    ],
)
def test_what_twilio_would_not_understand_is_found(frame: Any, complaint: str) -> None:
    assert complaint in (problem_of(frame) or "")


@pytest.mark.parametrize(
    "handed", ["", "x", "[]", "{}", '{"told": "3"}', '{"told": -1}', '{"told": true}', '{"told": 1e99}']
)
def test_what_was_not_handed_over_by_us_is_not_believed(handed: str) -> None:
    assert told_of(handed) is None


@pytest.mark.parametrize("leaves", [True, False])
def test_what_is_handed_over_is_read_again(leaves: bool) -> None:
    handed = frames.end(12, leaves_message=leaves)["handoffData"]
    assert told_of(handed) == 12
    assert frames.leaves_message(handed) is leaves


def test_a_ticket_is_for_one_session_of_one_contact_and_of_this_service() -> None:
    tickets, contact = Tickets(b"key"), ContactId("c1")
    ticket = tickets.of(contact, 3)
    assert tickets.is_right(contact, 3, ticket)
    assert not tickets.is_right(contact, 4, ticket)
    assert not tickets.is_right(ContactId("c2"), 3, ticket)
    assert not tickets.is_right(contact, 3, "")
    assert not tickets.is_right(contact, 3, "\ud800")
    assert not Tickets(b"another").is_right(contact, 3, ticket)
