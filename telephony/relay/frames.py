"""The socket's messages, as typed records: what Twilio tells, and what it is told.

Twilio adds fields and types without notice: what is not known is left out, and only what can't be a message is refused.
https://www.twilio.com/docs/voice/conversationrelay/websocket-messages
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from telephony.payloads import SPEECH_LIMIT, CallSid, MalformedWebhook, call_sid

FRAME_LIMIT = 64 * 1024
KEYS = frozenset("0123456789*#")
ENDLESS = 0
FAR = 10**9


class MalformedFrame(ValueError):
    """What came is no message of Twilio's."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message: which call this is. `parameters` are those of the document."""

    call_sid: CallSid
    parameters: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the caller said; until `is_last` the recogniser may still change its mind."""

    words: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Key:
    digit: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The caller cut in: `heard` is what had been spoken by then."""

    heard: str


@dataclass(frozen=True, slots=True)
class Played:
    """These words have been spoken to their end."""

    words: str


@dataclass(frozen=True, slots=True)
class AgentSpeaks:
    """The voice has begun, or has ended."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """Twilio could not do what it was told; its words may quote the caller and are kept nowhere."""


type Frame = Setup | Prompt | Key | Interrupt | Played | AgentSpeaks | Complaint


def read_frame(text: str) -> Frame | None:
    """One message of Twilio's; None for one of a type that is none of ours to know. Raises `MalformedFrame`."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedFrame("is not JSON") from None
    if not isinstance(told, dict) or not isinstance(told.get("type"), str):
        raise MalformedFrame("is no object with a type")
    match told["type"]:
        case "setup":
            return _setup(told)
        case "prompt":
            return Prompt(" ".join(_text(told, "voicePrompt").split())[:SPEECH_LIMIT], told.get("last", True) is True)
        case "dtmf":
            digit = _text(told, "digit")
            if digit not in KEYS:
                raise MalformedFrame("digit is no key")
            return Key(digit)
        case "interrupt":
            return Interrupt(_text(told, "utteranceUntilInterrupt"))
        case "info":
            return _info(told)
        case "error":
            return Complaint()
    return None


def _setup(told: dict[str, Any]) -> Setup:
    given = told.get("customParameters")
    parameters = given if isinstance(given, dict) else {}
    try:
        sid = call_sid({"CallSid": _text(told, "callSid")})
    except MalformedWebhook as malformed:
        raise MalformedFrame(str(malformed)) from None
    return Setup(sid, {str(name): value for name, value in parameters.items() if isinstance(value, str)})


def _info(told: dict[str, Any]) -> Frame | None:
    name, value = told.get("name"), told.get("value")
    if name == "tokensPlayed" and isinstance(value, str):
        return Played(value)
    if name == "agentSpeaking":
        return AgentSpeaks(str(value).lower() in {"on", "start", "started", "true"})
    return None


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise MalformedFrame(f"{name} is missing or is no text")
    return value


def say(text: str) -> dict[str, Any]:
    """One whole saying: the caller may cut in."""
    return {"type": "text", "token": text, "last": True}


def music(url: str) -> dict[str, Any]:
    """Plays until something is said to the caller; somebody who talks in the room doesn't stop it."""
    return {"type": "play", "source": url, "loop": ENDLESS, "preemptible": True, "interruptible": False}


def change_language(language: str) -> dict[str, Any]:
    """Speaks and listens in another language from now on."""
    return {"type": "language", "ttsLanguage": language, "transcriptionLanguage": language}


def end(told_seq: int, *, leaves_message: bool = False) -> dict[str, Any]:
    """The session is over; the call goes on with a document, which is told after which message to begin, and whether
    the caller would rather leave a message."""
    return {"type": "end", "handoffData": json.dumps({"told": told_seq, "message": leaves_message})}


def told_of(handoff_data: str) -> int | None:
    """After which message `end` has the call go on; None for anything else."""
    told = _handed_over(handoff_data).get("told")
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < FAR else None


def leaves_message(handoff_data: str) -> bool:
    """Whether `end` says that the caller would rather leave a message."""
    return _handed_over(handoff_data).get("message") is True


def _handed_over(handoff_data: str) -> dict[str, Any]:
    try:
        handed = json.loads(handoff_data)
    except (ValueError, RecursionError):
        return {}
    return handed if isinstance(handed, dict) else {}
