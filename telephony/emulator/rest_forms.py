"""Forms sent to the REST interface, read as strictly as Twilio reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from multidict import MultiDictProxy

from telephony.emulator.calls import Progress, Script
from telephony.emulator.phones import ANONYMOUS, normal_address
from telephony.emulator.refusals import refuse
from telephony.twiml_grammar import VERBS
from telephony.twiml_values import WEB

TWIML_LIMIT = 4000
TRANSCRIPTION = VERBS["Transcription"]
METHODS = frozenset({"GET", "POST"})
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
CREATE_FIELDS = frozenset(
    {
        "To",
        "From",
        "Url",
        "Method",
        "FallbackUrl",
        "FallbackMethod",
        "StatusCallback",
        "StatusCallbackMethod",
        "StatusCallbackEvent",
        "Timeout",
        "TimeLimit",
        "Twiml",
        "CallReason",
        "CallerId",
        "MachineDetection",
        "MachineDetectionTimeout",
        "SendDigits",
    }
)
UPDATE_FIELDS = frozenset(
    {
        "Url",
        "Method",
        "FallbackUrl",
        "FallbackMethod",
        "StatusCallback",
        "StatusCallbackMethod",
        "Status",
        "TimeLimit",
        "Twiml",
    }
)
CONFERENCE_FIELDS = frozenset({"Status", "AnnounceUrl", "AnnounceMethod"})
PARTICIPANT_FIELDS = frozenset(
    {"Muted", "Hold", "HoldUrl", "HoldMethod", "EndConferenceOnExit", "Coaching", "CallSidToCoach"}
)

type Form = MultiDictProxy[str]


@dataclass(frozen=True, slots=True)
class NewCall:
    caller: str
    callee: str
    script: Script
    progress: Progress
    ring_seconds: float


async def form_of(request: web.Request) -> Form:
    """The form that was sent. Raises `Refusal`."""
    if request.content_type != "application/x-www-form-urlencoded":
        refuse(20001, "the body must be a form")
    return await request.post()  # type: ignore[return-value]  # no files in such a form


def new_call(form: Form, numbers: Mapping[str, object]) -> NewCall:
    """A request to make a call. Raises `Refusal`."""
    check_known(form, CREATE_FIELDS)
    callee = form.get("To", "") or refuse(21201)
    caller = form.get("From", "") or refuse(21213)
    if normal_address(callee) in (None, ANONYMOUS):
        refuse(21211, callee)
    if normal_address(caller) not in numbers:
        refuse(21210, caller)
    ring = form.get("Timeout", "60")
    if not (ring.isascii() and ring.isdigit() and 1 <= int(ring) <= 600):
        refuse(21224, ring)
    script = script_of(form)
    if script is None:
        refuse(21205)
    return NewCall(normal_address(caller) or "", normal_address(callee) or "", script, progress_of(form), float(ring))


def script_of(form: Form) -> Script | None:
    """Where the call's TwiML is; None when the form doesn't say. An address wins over a document."""
    url, twiml = form.get("Url"), form.get("Twiml")
    fallback = form.get("FallbackUrl")
    if url is not None:
        return Script(
            _address(url, 21205),
            _method(form, "Method"),
            fallback_url=_address(fallback, 21205) if fallback else None,
            fallback_method=_method(form, "FallbackMethod"),
        )
    if twiml is None:
        return None
    if len(twiml) > TWIML_LIMIT:
        refuse(21629)
    return Script(twiml=twiml)


def progress_of(form: Form) -> Progress:
    """Who wants to hear of the call. Raises `Refusal`."""
    url = form.get("StatusCallback")
    asked = {word for value in form.getall("StatusCallbackEvent", []) for word in value.split()}
    if not asked <= EVENTS:
        refuse(21626, " ".join(sorted(asked - EVENTS)))
    return Progress(
        _address(url, 21609) if url else None,
        _method(form, "StatusCallbackMethod"),
        frozenset(asked or {"completed"}),
    )


def transcription(form: Form) -> dict[str, str]:
    """The fields of a transcription, as the attributes of a document's; judged as those are. Raises `Refusal`."""
    terms = {name[:1].lower() + name[1:]: str(value) for name, value in form.items()}
    for name, value in terms.items():
        check = TRANSCRIPTION.attributes.get(name)
        if check is None or check(value) is not None:
            refuse(20001, name)
    return terms


CALL_RECORDING: Mapping[str, frozenset[str] | None] = {
    "RecordingStatusCallback": None,
    "RecordingStatusCallbackMethod": METHODS,
    "RecordingStatusCallbackEvent": frozenset({"in-progress", "completed", "absent"}),
    "Trim": frozenset({"trim-silence", "do-not-trim"}),
    "RecordingChannels": frozenset({"mono", "dual"}),
    "RecordingTrack": frozenset({"inbound", "outbound", "both"}),
}
"""The fields with which a call's recording is begun, and what each may say."""


def call_recording(form: Form) -> dict[str, str]:
    """A request to record a call, as the attributes of a document's recording. Raises `Refusal`."""
    check_known(form, frozenset(CALL_RECORDING))
    terms = {}
    for name, allowed in CALL_RECORDING.items():
        if name not in form:
            continue
        values = [word for value in form.getall(name) for word in value.split()]
        if allowed is None:
            _address(form[name], 21609)
        elif not values or not allowed.issuperset(values):
            refuse(20001, name)
        terms[name[:1].lower() + name[1:]] = " ".join(values)
    return terms


def recording_change(form: Form) -> tuple[str, str]:
    """How a recording that runs is to be, and what its pause leaves behind. Raises `Refusal`."""
    check_known(form, frozenset({"Status", "PauseBehavior"}))
    status, pause = form.get("Status", ""), form.get("PauseBehavior", "silence")
    if status not in {"in-progress", "paused", "stopped"}:
        refuse(20001, "Status")
    if pause not in {"skip", "silence"}:
        refuse(20001, "PauseBehavior")
    return status, pause


def flag(form: Form, name: str) -> bool | None:
    """A yes or no, as forms spell it; None when it is left out."""
    value = form.get(name)
    if value is None:
        return None
    if value.lower() not in ("true", "false"):
        refuse(20001, name)
    return value.lower() == "true"


def check_update(form: Form) -> None:
    """Raises `Refusal` for a field that a call's update doesn't have."""
    check_known(form, UPDATE_FIELDS)


def web_address(form: Form, name: str, code: int = 21205) -> str:
    """An absolute address, or nothing. Raises `Refusal`."""
    value = form.get(name, "")
    return _address(value, code) if value else ""


def check_known(form: Form, fields: frozenset[str]) -> None:
    """Twilio ignores a field that it doesn't know; here it is a mistake of ours, and refused."""
    # Twilio ignores what it doesn't know, and the misspelt option is missed for months.
    unknown = set(form) - fields
    if unknown:
        refuse(20001, " ".join(sorted(unknown)))


def _address(value: str, code: int) -> str:
    if WEB(value.partition("#")[0]) is not None:
        refuse(code, value)
    return value


def _method(form: Form, name: str) -> str:
    value = form.get(name, "POST").upper()
    if value not in METHODS:
        refuse(21206, name)
    return value
