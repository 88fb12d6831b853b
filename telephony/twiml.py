"""The documents we answer Twilio with: one function per thing that can happen to a call next.

All are built by Twilio's own `VoiceResponse` (which escapes, and checks nothing); `twiml_grammar` is the table that
they have to pass. Every address handed in must be absolute: Twilio refuses relative ones in some places and loses the
keys on redirects in others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

SAY_LIMIT = 3000
HINTS_LIMIT = 100
HINT_LENGTH_LIMIT = 100
EVERY_KEY = ""
CALL_EVENTS = "start end join leave"


@dataclass(frozen=True, slots=True)
class Speaker:
    """How we sound and what we listen for: a language as Twilio spells it (`en-GB`) and one of its voices, or None."""

    language: str = "en-GB"
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """How long a caller is waited for: `silence_seconds` before the first word, `pause_seconds` after the last."""

    silence_seconds: int = 5
    pause_seconds: int = 2
    hints: tuple[str, ...] = ()


def talk(lines: Sequence[str], *, action: str, speaker: Speaker, listening: Listening) -> str:
    """Says the lines and listens for words or one key. Silence comes back too, as neither."""
    response = VoiceResponse()
    gather = response.gather(
        input="dtmf speech",
        action=action,
        method="POST",
        action_on_empty_result=True,
        timeout=listening.silence_seconds,
        # Explicit, because "auto" fails with some speech models (warning 13335).
        speech_timeout=str(listening.pause_seconds),
        num_digits=1,
        # Every key is a key, # too: it means "repeat".
        finish_on_key=EVERY_KEY,
        language=speaker.language,
        hints=hint_list(listening.hints),
    )
    _say(gather, lines, speaker)
    return _finished(response, action)


def collect_digits(
    lines: Sequence[str], *, action: str, speaker: Speaker, length: int, silence_seconds: int = 6
) -> str:
    """Asks for `length` keys, outside of speech recognition; `*` among them means "stop, just hold"."""
    response = VoiceResponse()
    gather = response.gather(
        input="dtmf",
        action=action,
        method="POST",
        action_on_empty_result=True,
        timeout=silence_seconds,
        num_digits=length,
        finish_on_key="#",
    )
    _say(gather, lines, speaker)
    return _finished(response, action)


def hold(lines: Sequence[str], *, action: str, speaker: Speaker, music_url: str) -> str:
    """Says the lines, then plays one piece of music; any key comes back at once, the end of the piece as silence.

    Only keys are listened for: nobody is recognised talking to somebody else over the music.
    """
    response = VoiceResponse()
    gather = response.gather(
        input="dtmf",
        action=action,
        method="POST",
        action_on_empty_result=True,
        timeout=1,
        num_digits=1,
        finish_on_key=EVERY_KEY,
    )
    _say(gather, lines, speaker)
    gather.play(music_url)
    return _finished(response, action)


@dataclass(frozen=True, slots=True)
class Room:
    """A conference as both legs must describe it: Twilio believes whoever comes first and ignores the other."""

    name: str
    status_url: str
    wait_url: str


@dataclass(frozen=True, slots=True)
class Part:
    """How somebody takes part: a conference begins and ends with who `leads`; who coaches reaches `coach` alone."""

    label: str
    leads: bool = True
    muted: bool = False
    coach: str | None = None


def join_conference(
    lines: Sequence[str],
    *,
    room: Room,
    part: Part,
    action: str,
    speaker: Speaker,
    transcription: Mapping[str, Any] | None = None,
) -> str:
    """Says the lines, then joins the room. Who leads ends it by leaving; all are then asked about at `action`.

    With a `transcription` (its attributes) what is said in there is written down.
    """
    response = VoiceResponse()
    _say(response, lines, speaker)
    if transcription is not None:
        response.start().transcription(**transcription)
    dial: Dial = response.dial(action=action, method="POST")
    dial.conference(
        room.name,
        participant_label=part.label,
        beep=False,
        muted=True if part.muted else None,
        coach=part.coach,
        start_conference_on_enter=part.leads,
        end_conference_on_exit=part.leads,
        wait_url=room.wait_url,
        wait_method="POST",
        status_callback=room.status_url,
        status_callback_method="POST",
        status_callback_event=CALL_EVENTS,
    )
    return _text(response)


def whisper(lines: Sequence[str], *, action: str, speaker: Speaker, silence_seconds: int = 8) -> str:
    """Tells whoever answered what it is about, and listens for the one key that takes the call.

    No voicemail box has it.
    """
    return choice(lines, action=action, speaker=speaker, silence_seconds=silence_seconds)


def choice(lines: Sequence[str], *, action: str, speaker: Speaker, silence_seconds: int = 6) -> str:
    """Says the lines and listens for one key. Silence comes back too, as none."""
    response = VoiceResponse()
    gather = response.gather(
        input="dtmf",
        action=action,
        method="POST",
        action_on_empty_result=True,
        timeout=silence_seconds,
        num_digits=1,
        finish_on_key=EVERY_KEY,
    )
    _say(gather, lines, speaker)
    return _finished(response, action)


@dataclass(frozen=True, slots=True)
class Taping:
    """How a message is recorded, and where it is told: at `done` the call goes on, the others are notices.

    `written` None: nobody is asked to write it down.
    """

    done: str
    nothing: str
    recorded: str
    written: str | None
    longest_seconds: int
    silence_seconds: int = 5


def record(lines: Sequence[str], *, taping: Taping, speaker: Speaker) -> str:
    """Says the lines, and records after a tone until `#`, silence or the longest time.

    The call goes on at `done`; where nothing was said Twilio goes on with the next verb instead, so at `nothing`.
    """
    response = VoiceResponse()
    _say(response, lines, speaker)
    response.record(
        action=taping.done,
        method="POST",
        timeout=taping.silence_seconds,
        finish_on_key="#",
        max_length=taping.longest_seconds,
        play_beep=True,
        recording_status_callback=taping.recorded,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
        transcribe=taping.written is not None,
        transcribe_callback=taping.written,
    )
    response.redirect(taping.nothing, method="POST")
    return _text(response)


def go_on(lines: Sequence[str], *, url: str, speaker: Speaker, pause_seconds: int = 0) -> str:
    """Says the lines, waits, and asks again at `url`: how a slow reply is bridged."""
    response = VoiceResponse()
    _say(response, lines, speaker)
    if pause_seconds:
        response.pause(length=pause_seconds)
    response.redirect(url, method="POST")
    return _text(response)


def goodbye(lines: Sequence[str], *, speaker: Speaker) -> str:
    """Says the lines and ends the call."""
    response = VoiceResponse()
    _say(response, lines, speaker)
    response.hangup()
    return _text(response)


def announcement(lines: Sequence[str], *, speaker: Speaker) -> str:
    """What everybody in a conference hears, and goes on with the talk."""
    response = VoiceResponse()
    _say(response, lines, speaker)
    return _text(response)


def stop_transcription(name: str, *, url: str) -> str:
    """Whatever comes next is not written down: goes on at `url`."""
    response = VoiceResponse()
    response.stop().transcription(name=name)
    response.redirect(url, method="POST")
    return _text(response)


def music(music_url: str, *, again_url: str) -> str:
    """What a conference plays to whoever is in it alone: it does not loop by itself."""
    response = VoiceResponse()
    response.play(music_url)
    response.redirect(again_url, method="POST")
    return _text(response)


def _say(parent: VoiceResponse | Gather, lines: Sequence[str], speaker: Speaker) -> None:
    for line in lines:
        words = speakable(line)
        if words:
            parent.say(words, voice=speaker.voice, language=speaker.language)


def speakable(line: str) -> str:
    """The line in characters that XML has, on one line, cut at a length that still fits any document."""
    kept = "".join(letter if letter.isprintable() else " " for letter in line)
    return " ".join(kept.split())[:SAY_LIMIT]


def hint_list(hints: Sequence[str]) -> str | None:
    """What a recogniser should expect, as an attribute has it."""
    usable = [" ".join(hint.replace(",", " ").split())[:HINT_LENGTH_LIMIT] for hint in hints[:HINTS_LIMIT]]
    return ",".join(hint for hint in usable if hint) or None


def _finished(response: VoiceResponse, action: str) -> str:
    # Reached only when the Gather itself fails (13310 and the like): the call goes on instead of ending.
    response.redirect(action, method="POST")
    return _text(response)


def _text(response: VoiceResponse) -> str:
    document: str = response.to_xml()
    return document
