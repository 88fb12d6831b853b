"""What the values of TwiML's attributes may be: one check per kind of value, each says what is wrong.

Addresses are absolute, and their queries keep to characters that every signer encodes alike: two rules of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

type Check = Callable[[str], str | None]
"""Judges an attribute's value: None when it is fine, else what is wrong with it."""

_QUERY = re.compile(r"[A-Za-z0-9_.~&=-]*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})+", re.ASCII)
_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}", re.ASCII)
# Recognised, but spoken by none of Twilio's voices: these languages need recordings.
SPEECHLESS_LANGUAGES = frozenset({"az-AZ", "fa-IR", "hy-AM", "ka-GE"})
URL_LIMIT = 4000
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


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


def socket_url(value: str) -> str | None:
    """Twilio opens encrypted sockets alone, and carries no query to them; on this machine a plain one will do."""
    wrong = url("wss", "ws")(value)
    if wrong is not None:
        return wrong
    parts = urlsplit(value)
    if parts.scheme == "ws" and parts.hostname not in LOOPBACK:
        return f"{value!r} is not encrypted (wss)"
    return f"{value!r} has a query, which no socket is opened with" if parts.query else None


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


def call_named(value: str) -> str | None:
    return None if _CALL_SID.fullmatch(value) else "names no call (13240)"


FLAG = one_of("true", "false")
METHOD = one_of("GET", "POST")
WEB = url("https", "http")
INTERRUPTIBLE = one_of("none", "dtmf", "speech", "any", "true", "false")
TTS_PROVIDER = one_of("Google", "Amazon", "ElevenLabs")
STT_PROVIDER = one_of("Google", "Deepgram")
CALL_EVENTS = several_of("initiated", "ringing", "answered", "completed")
RECORDING = one_of("do-not-record", "record-from-start")
RECORDING_EVENTS = several_of("in-progress", "completed", "absent")
CONFERENCE_EVENTS = several_of("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
