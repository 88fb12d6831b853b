"""What TwiML may say: verbs, attributes, nesting and limits, as one table.

Twilio only warns about much of this (12200) and then does something else than was meant; here it is an error. On top of
Twilio's rules stand two of our own: addresses are absolute, and their queries keep to characters that every signer
encodes alike. Source: https://www.twilio.com/docs/voice/twiml and its pages per verb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

type Check = Callable[[str], str | None]
"""Judges an attribute's value: None when it is fine, else what is wrong with it."""

_QUERY = re.compile(r"[A-Za-z0-9_.~&=-]*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})+", re.ASCII)
_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}", re.ASCII)
# Recognised, but spoken by none of Twilio's voices: these languages need recordings.
SPEECHLESS_LANGUAGES = frozenset({"az-AZ", "fa-IR", "hy-AM", "ka-GE"})
URL_LIMIT = 4000


def anything(_value: str) -> str | None:
    return None


def one_of(*values: str) -> Check:
    allowed = frozenset(values)
    return lambda value: None if value in allowed else f"{value!r} is none of {', '.join(sorted(allowed))}"


def several_of(*values: str) -> Check:
    allowed = frozenset(values)

    def check(value: str) -> str | None:
        given = value.split()
        return None if given and allowed.issuperset(given) else f"{value!r} is not made of {', '.join(sorted(allowed))}"

    return check


def whole(low: int, high: int) -> Check:
    def check(value: str) -> str | None:
        fits = value.isascii() and value.isdigit() and len(value) <= 9 and low <= int(value) <= high
        return None if fits else f"{value!r} is no whole number from {low} to {high}"

    return check


def at_most(length: int) -> Check:
    return lambda value: None if 0 < len(value) <= length else f"has {len(value)} characters, 1 to {length} are allowed"


def url(*schemes: str) -> Check:
    def check(value: str) -> str | None:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            return f"{value!r} is no address"
        if parts.scheme not in schemes or not parts.hostname:
            return f"{value!r} is not absolute ({', '.join(schemes)})"
        if any(letter.isspace() for letter in value) or not value.isascii() or len(value) > URL_LIMIT:
            return f"{value[:80]!r} holds characters that no address has, or too many"
        if "_" in parts.hostname:
            return f"{value!r} has an underscore in its host, which Twilio refuses"
        return None if _QUERY.fullmatch(parts.query) else f"{value!r} has a query that signers encode differently"

    return check


def nothing_or(check: Check) -> Check:
    return lambda value: None if value == "" else check(value)


def spoken_language(value: str) -> str | None:
    if value in SPEECHLESS_LANGUAGES:
        return f"no voice speaks {value}"
    return heard_language(value)


def heard_language(value: str) -> str | None:
    return None if _LANGUAGE.fullmatch(value) else f"{value!r} is no language tag"


def hint_list(value: str) -> str | None:
    hints = value.split(",")
    if len(hints) > 500 or any(len(hint) > 100 for hint in hints):
        return "holds more than 500 hints, or one of more than 100 characters"
    return None


def keys(value: str) -> str | None:
    return None if set(value) <= set("0123456789*#") else f"{value!r} are no keys"


def tones(value: str) -> str | None:
    return None if value and set(value) <= set("0123456789*#wW") else f"{value!r} are no tones"


def participant_label(value: str) -> str | None:
    if not 0 < len(value) <= 128 or "/" in value or _CALL_SID.fullmatch(value):
        return f"{value[:40]!r} can't be a participant's label"
    return None


FLAG = one_of("true", "false")
METHOD = one_of("GET", "POST")
WEB = url("https", "http")
CALL_EVENTS = several_of("initiated", "ringing", "answered", "completed")
RECORDING = one_of("do-not-record", "record-from-start")
RECORDING_EVENTS = several_of("in-progress", "completed", "absent")
CONFERENCE_EVENTS = several_of("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")


class Text(StrEnum):
    """Whether a verb holds text of its own."""

    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Verb:
    """What one verb may carry. `text_check` judges its text; `ends` says that no verb after it is ever reached."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    text: Text = Text.NONE
    text_check: Check = anything
    ends: bool = False


_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_NUMBER_ATTRIBUTES: dict[str, Check] = {
    "url": WEB,
    "method": METHOD,
    "statusCallback": WEB,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": CALL_EVENTS,
}

VERBS: dict[str, Verb] = {
    "Say": Verb(
        {"voice": at_most(64), "language": spoken_language, "loop": whole(0, 1000)},
        children=_SSML,
        text=Text.REQUIRED,
        text_check=at_most(4096),
    ),
    "Play": Verb({"loop": whole(0, 1000), "digits": tones}, text=Text.REQUIRED, text_check=nothing_or(WEB)),
    "Pause": Verb({"length": whole(1, 3600)}),
    "Gather": Verb(
        {
            "input": one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "action": WEB,
            "method": METHOD,
            "actionOnEmptyResult": FLAG,
            "timeout": whole(1, 600),
            "speechTimeout": whole(1, 60),
            "maxSpeechTime": whole(1, 60),
            "finishOnKey": nothing_or(keys),
            "numDigits": whole(1, 128),
            "hints": hint_list,
            "language": heard_language,
            "speechModel": at_most(64),
            "profanityFilter": FLAG,
            "partialResultCallback": WEB,
            "partialResultCallbackMethod": METHOD,
        },
        children=frozenset({"Say", "Play", "Pause"}),
        required=frozenset({"action"}),
    ),
    "Dial": Verb(
        {
            "action": WEB,
            "method": METHOD,
            "timeout": whole(5, 600),
            "timeLimit": whole(1, 14400),
            "answerOnBridge": FLAG,
            "hangupOnStar": FLAG,
            "callerId": at_most(128),
        },
        children=frozenset({"Conference", "Number", "Client", "Sip"}),
    ),
    "Conference": Verb(
        {
            "muted": FLAG,
            "beep": one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": FLAG,
            "endConferenceOnExit": FLAG,
            "participantLabel": participant_label,
            "jitterBufferSize": one_of("large", "medium", "small", "off"),
            "waitUrl": nothing_or(WEB),
            "waitMethod": METHOD,
            "maxParticipants": whole(2, 250),
            "record": RECORDING,
            "region": at_most(16),
            "trim": one_of("trim-silence", "do-not-trim"),
            "coach": lambda value: None if _CALL_SID.fullmatch(value) else "names no call (13240)",
            "statusCallback": WEB,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": CONFERENCE_EVENTS,
            "recordingStatusCallback": WEB,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
        },
        text=Text.REQUIRED,
        text_check=at_most(128),
    ),
    "Number": Verb(_NUMBER_ATTRIBUTES | {"sendDigits": tones}, text=Text.REQUIRED, text_check=at_most(32)),
    "Client": Verb(_NUMBER_ATTRIBUTES, text=Text.REQUIRED, text_check=at_most(128)),
    "Sip": Verb(_NUMBER_ATTRIBUTES, text=Text.REQUIRED, text_check=at_most(256)),
    "Redirect": Verb({"method": METHOD}, text=Text.REQUIRED, text_check=WEB, ends=True),
    "Hangup": Verb(ends=True),
    "Reject": Verb({"reason": one_of("rejected", "busy")}, ends=True),
    "Record": Verb(
        {
            "action": WEB,
            "method": METHOD,
            "timeout": whole(0, 600),
            "finishOnKey": nothing_or(keys),
            "maxLength": whole(1, 14400),
            "playBeep": FLAG,
            "trim": one_of("trim-silence", "do-not-trim"),
            "recordingStatusCallback": WEB,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
            "transcribe": FLAG,
            "transcribeCallback": WEB,
        },
        # Without an action Twilio asks the current address again, for ever.
        required=frozenset({"action"}),
    ),
    "Start": Verb({"action": WEB, "method": METHOD}, children=frozenset({"Transcription"})),
    "Stop": Verb(children=frozenset({"Transcription"})),
    "Transcription": Verb(
        {
            "name": at_most(128),
            "track": one_of("inbound_track", "outbound_track", "both_tracks"),
            "statusCallbackUrl": WEB,
            "statusCallbackMethod": METHOD,
            "inboundTrackLabel": at_most(128),
            "outboundTrackLabel": at_most(128),
            "partialResults": FLAG,
            "languageCode": heard_language,
            "transcriptionEngine": one_of("google", "deepgram"),
            "profanityFilter": FLAG,
            "speechModel": at_most(64),
            "hints": hint_list,
            "enableAutomaticPunctuation": FLAG,
        }
    ),
    "break": Verb({"strength": at_most(16), "time": at_most(16)}),
    "emphasis": Verb({"level": one_of("strong", "moderate", "reduced")}, text=Text.REQUIRED),
    "lang": Verb({"{http://www.w3.org/XML/1998/namespace}lang": heard_language}, text=Text.REQUIRED),
    "p": Verb(text=Text.REQUIRED),
    "phoneme": Verb({"alphabet": one_of("ipa", "x-sampa"), "ph": at_most(128)}, text=Text.REQUIRED),
    "prosody": Verb({"volume": at_most(16), "rate": at_most(16), "pitch": at_most(16)}, text=Text.REQUIRED),
    "s": Verb(text=Text.REQUIRED),
    "say-as": Verb({"interpret-as": at_most(32), "format": at_most(32)}, text=Text.REQUIRED),
    "sub": Verb({"alias": at_most(256)}, text=Text.REQUIRED),
    "w": Verb({"role": at_most(32)}, text=Text.REQUIRED),
}


class Place(StrEnum):
    """Where a document is run; each place allows verbs of its own at the top."""

    CALL = "call"
    CONFERENCE_WAIT = "conference_wait"
    WHISPER = "whisper"


TOP: dict[Place, frozenset[str]] = {
    Place.CALL: frozenset(
        {"Say", "Play", "Pause", "Gather", "Dial", "Redirect", "Hangup", "Reject", "Record", "Start", "Stop"}
    ),
    Place.CONFERENCE_WAIT: frozenset({"Say", "Play", "Pause", "Redirect"}),
    Place.WHISPER: frozenset({"Say", "Play", "Pause", "Gather", "Hangup"}),
}
