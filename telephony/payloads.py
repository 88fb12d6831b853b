"""What Twilio tells us, as typed records.

Twilio adds fields without notice and sends addresses that are no numbers (`anonymous`, `client:amira`, `sip:…`), so
everything but the call's id is tolerated; what can't be used is left out instead of guessed.
Fields: https://www.twilio.com/docs/voice/twiml#request-parameters
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

CallSid = NewType("CallSid", str)

_CALL_SID = re.compile(r"CA[0-9A-Za-z]{1,64}", re.ASCII)
_CONFERENCE_SID = re.compile(r"CF[0-9A-Za-z]{1,64}", re.ASCII)
_RECORDING_SID = re.compile(r"RE[0-9A-Za-z]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\+?[1-9][0-9]{5,14}", re.ASCII)
_PUNCTUATION = str.maketrans("", "", " -().\u00a0")
_KEYS = frozenset("0123456789*#")

# Twilio's stand-ins for a withheld number: the words, and the same spelt on a keypad.
# https://help.twilio.com/articles/223179988
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})

ADDRESS_LIMIT = 128
SPEECH_LIMIT = 4000
DIGITS_LIMIT = 32


class MalformedWebhook(ValueError):
    """A webhook without which nothing can be done: it doesn't say which call it is about."""


class CallStatus(StrEnum):
    """https://www.twilio.com/docs/voice/twiml#callstatus-values, and what we make of a value that is none of them."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"
    UNKNOWN = "unknown"

    @property
    def is_over(self) -> bool:
        """Whether the call has ended, in whatever way."""
        return self in _OVER


_OVER = frozenset({CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.FAILED, CallStatus.NO_ANSWER, CallStatus.CANCELED})


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call that reached one of our numbers. `ani` is None when withheld or no number at all; `caller` is as sent."""

    call_sid: CallSid
    caller: str
    ani: str | None
    dnis: str
    status: CallStatus
    forwarded_from: str | None


@dataclass(frozen=True, slots=True)
class VoiceTurn:
    """What a `<Gather>` heard: words or keys, or neither. `confidence` is None when the recogniser gave none."""

    call_sid: CallSid
    status: CallStatus
    words: str
    confidence: float | None
    keys: str


@dataclass(frozen=True, slots=True)
class CallProgress:
    """A step in a call's life. Steps arrive in any order; `sequence` (from 0) tells which was first, where given."""

    call_sid: CallSid
    status: CallStatus
    sequence: int | None
    duration_seconds: int | None


@dataclass(frozen=True, slots=True)
class ConferenceProgress:
    """A step in a conference's life; `call_sid` and `label` are those of the participant it is about, if any."""

    conference_sid: str
    name: str
    event: str
    sequence: int | None
    call_sid: CallSid | None
    label: str | None
    reason: str | None


def incoming_call(fields: Mapping[str, str]) -> IncomingCall:
    """Reads the first webhook of a call. Raises `MalformedWebhook`."""
    caller = _address(fields, "From")
    return IncomingCall(
        call_sid=call_sid(fields),
        caller=caller,
        ani=number(caller),
        dnis=number(_address(fields, "To")) or _address(fields, "To"),
        status=call_status(fields.get("CallStatus", "")),
        forwarded_from=number(_address(fields, "ForwardedFrom")),
    )


def voice_turn(fields: Mapping[str, str]) -> VoiceTurn:
    """Reads the answer of a `<Gather>`, or the request that follows a `<Redirect>`. Raises `MalformedWebhook`."""
    return VoiceTurn(
        call_sid=call_sid(fields),
        status=call_status(fields.get("CallStatus", "")),
        words=" ".join(fields.get("SpeechResult", "").split())[:SPEECH_LIMIT],
        confidence=_share(fields.get("Confidence", "")),
        keys="".join(key for key in fields.get("Digits", "") if key in _KEYS)[:DIGITS_LIMIT],
    )


def call_progress(fields: Mapping[str, str]) -> CallProgress:
    """Reads a status callback. Raises `MalformedWebhook`."""
    return CallProgress(
        call_sid=call_sid(fields),
        status=call_status(fields.get("CallStatus", "")),
        sequence=count(fields.get("SequenceNumber", "")),
        duration_seconds=count(fields.get("CallDuration", "")),
    )


def conference_progress(fields: Mapping[str, str]) -> ConferenceProgress:
    """Reads a conference's status callback. Raises `MalformedWebhook` when it names no conference."""
    sid = fields.get("ConferenceSid", "")
    if not _CONFERENCE_SID.fullmatch(sid):
        raise MalformedWebhook("ConferenceSid is missing or is none")
    participant = fields.get("CallSid", "") or fields.get("CallSidEndingConference", "")
    label = fields.get("ParticipantLabel", "") or fields.get("ParticipantLabelEndingConference", "")
    reason = fields.get("ReasonParticipantLeft", "") or fields.get("ReasonConferenceEnded", "")
    return ConferenceProgress(
        conference_sid=sid,
        name=fields.get("FriendlyName", "")[:ADDRESS_LIMIT],
        event=fields.get("StatusCallbackEvent", "")[:ADDRESS_LIMIT],
        sequence=count(fields.get("SequenceNumber", "")),
        call_sid=CallSid(participant) if _CALL_SID.fullmatch(participant) else None,
        label=label[:ADDRESS_LIMIT] or None,
        reason=reason[:ADDRESS_LIMIT] or None,
    )


@dataclass(frozen=True, slots=True)
class RecordingEnd:
    """How a recording ended; `recording_sid` None where there is none. `has_hung_up`: that is what ended it."""

    call_sid: CallSid
    recording_sid: str | None
    seconds: int | None
    is_final: bool
    has_hung_up: bool


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """What was written down of a recording; `text` None where that failed."""

    call_sid: CallSid
    recording_sid: str
    text: str | None


def recording_end(fields: Mapping[str, str]) -> RecordingEnd:
    """Reads the answer of a `<Record>`, or the notice of its end. Raises `MalformedWebhook`.

    https://www.twilio.com/docs/voice/twiml/record
    """
    status, digits = fields.get("RecordingStatus", "completed"), fields.get("Digits", "")
    sid = fields.get("RecordingSid", "") or fields.get("RecordingUrl", "").rpartition("/")[2].partition(".")[0]
    is_there = status == "completed" and _RECORDING_SID.fullmatch(sid) is not None
    return RecordingEnd(
        call_sid=call_sid(fields),
        recording_sid=sid if is_there else None,
        seconds=count(fields.get("RecordingDuration", "")),
        is_final=status in {"completed", "absent", "failed"},
        has_hung_up=digits == "hangup" or call_status(fields.get("CallStatus", "")).is_over,
    )


def recording_sid(fields: Mapping[str, str]) -> str:
    """The id of the recording that a notice is about. Raises `MalformedWebhook`."""
    sid = fields.get("RecordingSid", "")
    if not _RECORDING_SID.fullmatch(sid):
        raise MalformedWebhook("RecordingSid is missing or is none")
    return sid


def written_down(fields: Mapping[str, str]) -> WrittenDown | None:
    """Reads what was written down; None where it doesn't say of which recording. Raises `MalformedWebhook`."""
    call, sid = call_sid(fields), fields.get("RecordingSid", "")
    if not _RECORDING_SID.fullmatch(sid):
        return None
    is_done = fields.get("TranscriptionStatus", "") == "completed"
    text = " ".join(fields.get("TranscriptionText", "").split())[:SPEECH_LIMIT]
    return WrittenDown(call, sid, text if is_done and text else None)


def call_sid(fields: Mapping[str, str]) -> CallSid:
    """The call's id. It goes into addresses and logs: letters and digits only. Raises `MalformedWebhook`."""
    sid = fields.get("CallSid", "")
    if not _CALL_SID.fullmatch(sid):
        raise MalformedWebhook("CallSid is missing or is none")
    return CallSid(sid)


def call_status(text: str) -> CallStatus:
    """The status as Twilio spells it; `UNKNOWN` for a spelling of the future."""
    try:
        return CallStatus(text)
    except ValueError:
        return CallStatus.UNKNOWN


def is_softphone(fields: Mapping[str, str]) -> bool:
    """Whether this leg rings at a client of the Voice SDK, which no voicemail box answers."""
    return fields.get("To", "").startswith("client:")


def number(address: str) -> str | None:
    """The address as an E.164 number; None for a withheld one and for `client:`, `sip:` and the like."""
    digits = address.translate(_PUNCTUATION)
    if not _NUMBER.fullmatch(digits):
        return None
    normal = digits if digits.startswith("+") else f"+{digits}"
    return None if normal in _WITHHELD else normal


def _address(fields: Mapping[str, str], name: str) -> str:
    return "".join(letter for letter in fields.get(name, "").strip()[:ADDRESS_LIMIT] if letter.isprintable())


def count(text: str) -> int | None:
    """The whole number; None for what is none, or an absurd one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0.0 <= share <= 1.0 else None
