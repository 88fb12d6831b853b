"""Every document that we answer with: it passes the grammar, and says what it should."""

from __future__ import annotations

import pytest

from telephony import twiml
from telephony.twiml import Listening, Room, Speaker
from telephony.twiml_check import problems_of, read
from telephony.twiml_grammar import Place

ACTION = "https://pbx.example/telephony/voice/turn?leg=ab-12&n=3&after=7&mode=talk"
MUSIC = "https://pbx.example/telephony/hold-music.wav"
SPEAKER = Speaker("en-GB", "Polly.Amy")
ROOM = Room("contact-7-1", "https://pbx.example/telephony/conference/status", "https://pbx.example/telephony/hold")

DOCUMENTS = {
    "talk": twiml.talk(["Hello."], action=ACTION, speaker=SPEAKER, listening=Listening(hints=("lost card", "PIN"))),
    "digits": twiml.collect_digits(["Your PIN, please."], action=ACTION, speaker=SPEAKER, length=4),
    "hold": twiml.hold(["You are third."], action=ACTION, speaker=SPEAKER, music_url=MUSIC),
    "hold in silence": twiml.hold([], action=ACTION, speaker=SPEAKER, music_url=MUSIC),
    "coach": twiml.join_conference(
        [],
        room=ROOM,
        part=twiml.Part("supervisor-1", leads=False, coach="CA" + "1" * 32),
        action=ACTION,
        speaker=SPEAKER,
    ),
    "join": twiml.join_conference(
        ["Connecting you."], room=ROOM, part=twiml.Part("caller"), action=ACTION, speaker=SPEAKER
    ),
    "whisper": twiml.whisper(["Maya, lost card. Press 1."], action=ACTION, speaker=SPEAKER),
    "go on": twiml.go_on(["One moment."], url=ACTION, speaker=SPEAKER, pause_seconds=1),
    "goodbye": twiml.goodbye(["Goodbye."], speaker=SPEAKER),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_passes_the_grammar(name: str) -> None:
    assert problems_of(DOCUMENTS[name]) == []


def test_conference_music_passes_where_only_music_is_allowed() -> None:
    assert problems_of(twiml.music(MUSIC, again_url=ROOM.wait_url), Place.CONFERENCE_WAIT) == []


def test_talk_listens_for_words_and_one_key_with_an_explicit_pause() -> None:
    gather = read(DOCUMENTS["talk"])[0]
    assert gather.attrib == {
        "input": "dtmf speech",
        "action": ACTION,
        "method": "POST",
        "actionOnEmptyResult": "true",
        "timeout": "5",
        "speechTimeout": "2",
        "numDigits": "1",
        "finishOnKey": "",
        "language": "en-GB",
        "hints": "lost card,PIN",
    }
    assert [(say.tag, say.text, say.attrib) for say in gather] == [
        ("Say", "Hello.", {"voice": "Polly.Amy", "language": "en-GB"})
    ]


def test_digits_are_collected_outside_of_speech_recognition() -> None:
    gather = read(DOCUMENTS["digits"])[0]
    assert (gather.get("input"), gather.get("numDigits"), gather.get("finishOnKey")) == ("dtmf", "4", "#")


def test_the_assistant_never_listens_to_hold_music() -> None:
    gather = read(DOCUMENTS["hold"])[0]
    assert gather.get("input") == "dtmf"
    assert [child.tag for child in gather] == ["Say", "Play"]


def test_both_legs_describe_the_conference_alike() -> None:
    legs = [
        read(twiml.join_conference([], room=ROOM, part=twiml.Part(label), action=ACTION, speaker=SPEAKER)).find(
            "Dial/Conference"
        )
        for label in ("caller", "agent")
    ]
    described = [
        {name: value for name, value in leg.attrib.items() if name != "participantLabel"}
        for leg in legs
        if leg is not None
    ]
    assert described[0] == described[1]
    assert described[0]["endConferenceOnExit"] == "true"
    assert described[0]["beep"] == "false"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('<Hangup/> & "more"', '<Hangup/> & "more"'),
        ("bell \x07 and \x00 null", "bell and null"),
        ("half a pair \ud83d", "half a pair"),
        ("two\nlines", "two lines"),
    ],
)
def test_whatever_was_said_becomes_text_and_nothing_else(line: str, said: str) -> None:
    document = twiml.goodbye([line], speaker=SPEAKER)
    assert problems_of(document) == []
    say = read(document)[0]
    assert (say.tag, say.text) == ("Say", said)


def test_long_and_many_lines_still_fit() -> None:
    document = twiml.talk(["word " * 4000] * 12, action=ACTION, speaker=SPEAKER, listening=Listening())
    assert problems_of(document) == []


def test_odd_hints_are_made_to_fit() -> None:
    listening = Listening(hints=("a,b", " ", "x" * 300, *[f"word{n}" for n in range(900)]))
    assert problems_of(twiml.talk(["Hi."], action=ACTION, speaker=SPEAKER, listening=listening)) == []


def test_nothing_to_say_is_not_said() -> None:
    assert [child.tag for child in read(twiml.goodbye(["", "  "], speaker=SPEAKER))] == ["Hangup"]
