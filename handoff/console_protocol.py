"""The frames of the agents' socket, as CONTRACT says them. Unknown fields are ignored: the wire may be extended.

Client frames are flat, `{"type": "say", "contact_id": "…", "text": "…", "ref": "7"}`. Server frames are
`{"type", "at", "data"}` with `seq` (the contact's) on contact frames and `revision` on agent and offer frames.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from assistant.edge.requests import explain
from assistant.flow.transfers import Mode
from assistant.model.agent import Presence, RingsAt
from assistant.model.errors import Refused, Unavailable
from assistant.model.offer import AcceptWhen
from assistant.model.place import rfc3339
from assistant.model.redaction import redacted

SUBPROTOCOL = "holdfast.agent.v1"
MAX_REF = 100


def _without_controls(text: str) -> str:
    """Control characters have no meaning to a reader, and not every database can keep them."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc")


type Text = Annotated[str, AfterValidator(_without_controls)]
type Id = Annotated[str, Field(pattern=r"^[\w.:-]{1,40}$")]
type Reason = Annotated[str, Field(pattern=r"^\w[\w '-]{0,39}$"), AfterValidator(redacted)]
type Ref = Annotated[str, Field(max_length=MAX_REF)] | int | None


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    ref: Ref = None


class _OfContact(_Frame):
    contact_id: Id


class Hello(_Frame):
    type: Literal["hello"]
    token: str = Field(max_length=400, repr=False)


class Ping(_Frame):
    type: Literal["ping"]


class Ready(_Frame):
    type: Literal["ready"]


class NotReady(_Frame):
    type: Literal["not_ready"]
    reason: Reason


class Softphone(_Frame):
    """Whether the telephone in this console can be rung now."""

    type: Literal["softphone"]
    ready: bool


class Ring(_Frame):
    """Where calls are to ring: in the console, or at the telephone on file."""

    type: Literal["ring"]
    at: RingsAt


class Accept(_Frame):
    type: Literal["accept"]
    offer_id: Id
    when: AcceptWhen = AcceptWhen.NOW


class Decline(_Frame):
    type: Literal["decline"]
    offer_id: Id
    reason: Reason = "declined"


class BriefingShown(_OfContact):
    type: Literal["briefing_shown"]


class Say(_OfContact):
    type: Literal["say"]
    text: Text
    client_id: Annotated[str, Field(max_length=100)] | None = None


class Typing(_OfContact):
    """The agent is writing to the caller; nothing is kept of it, and nothing answered."""

    type: Literal["typing"]


class Note(_OfContact):
    type: Literal["note"]
    text: Text


class End(_OfContact):
    type: Literal["end"]


class WrapUp(_OfContact):
    type: Literal["wrap_up"]
    disposition: str = Field(max_length=40)
    notes: Annotated[Text, Field(max_length=4000)] = ""


class To(BaseModel):
    """Whom a contact is passed on to: a queue's id or an agent's username, not both."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    queue: Id | None = None
    agent: Annotated[str, Field(max_length=80)] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> To:
        if (self.queue is None) == (self.agent is None):
            raise ValueError("either a queue or an agent")
        return self


class Transfer(_OfContact):
    type: Literal["transfer"]
    to: To
    mode: Mode = Mode.COLD
    note: Annotated[Text, Field(max_length=4000)] = ""


class Hold(_OfContact):
    """The caller hears music, or with `resume` the agent again."""

    type: Literal["hold", "resume"]


class Mute(_OfContact):
    """The caller does not hear the agent, or with `muted: false` does again."""

    type: Literal["mute"]
    muted: bool = True


class RequestVerification(_OfContact):
    """The caller is asked for proof, by `pin` or one-time `code`; the agent learns the outcome."""

    type: Literal["request_verification"]
    method: Annotated[str, Field(max_length=40)]


class SetPresence(_Frame):
    """A supervisor changes an agent's presence; `agent` is the username."""

    type: Literal["set_presence"]
    agent: str = Field(max_length=80)
    presence: Presence
    reason: Reason | None = None


class MoveContact(_OfContact):
    """A supervisor moves a waiting contact to another queue, and says why."""

    type: Literal["move_contact"]
    queue: Id
    reason: Annotated[Text, Field(max_length=4000)]


class TakeOut(_OfContact):
    """A supervisor takes a waiting contact out of its queue for good, and says why."""

    type: Literal["take_out"]
    reason: Annotated[Text, Field(max_length=4000)]


class StandBeside(_OfContact):
    """A supervisor listens to a contact, coaches its agent, or joins both."""

    type: Literal["listen", "coach", "join"]


class LeaveContact(_OfContact):
    """Who stood beside this contact, a supervisor or a colleague, is so no more."""

    type: Literal["leave"]


type SupervisorFrame = SetPresence | MoveContact | TakeOut | StandBeside

type ClientFrame = (
    Hello | Ping | Ready | NotReady | Softphone | Ring | Accept | Decline | BriefingShown | Say | Typing | Note
    | Transfer | End | WrapUp | Hold | Mute | RequestVerification | SetPresence | MoveContact | TakeOut | StandBeside
    | LeaveContact
)  # fmt: skip

FRAME: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])


def read_frame(raw: str) -> ClientFrame:
    """One client frame. Raises `Refused` `unknown_frame` or `malformed_frame`, naming the field, with its `ref`."""
    try:
        return FRAME.validate_json(raw)
    except ValidationError as error:
        kind = error.errors()[0]["type"]
        details = _ref_of(raw)
        if kind in {"union_tag_invalid", "union_tag_not_found"}:
            raise Refused("unknown_frame", "type: there is no such frame.", **details) from None
        message = "The frame is not JSON." if kind == "json_invalid" else explain(error)
        raise Refused("malformed_frame", message, **details) from None


def _ref_of(raw: str) -> dict[str, str | int]:
    """The `ref` of a frame that cannot be read otherwise, so that its sender knows which one failed."""
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    match frame.get("ref") if isinstance(frame, dict) else None:
        case bool():
            return {}
        case str() as ref if len(ref) <= MAX_REF:
            return {"ref": ref}
        case int() as ref:
            return {"ref": ref}
    return {}


def contact_frame(type: str, seq: int, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """A frame about one contact, named in `data.contact_id`."""
    return {"type": type, "seq": seq, "at": rfc3339(at), "data": data}


def agent_frame(type: str, revision: int, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """A frame about the agent or an offer."""
    return {"type": type, "revision": revision, "at": rfc3339(at), "data": data}


def ok_frame(ref: str | int) -> dict[str, Any]:
    return {"type": "ok", "ref": ref, "data": {"ref": ref}}


def error_frame(error: Refused | Unavailable, ref: str | int | None = None) -> dict[str, Any]:
    """`ref` stands beside `type` as it did in the command, and in `data` with the rest."""
    data: dict[str, Any] = {"code": error.code, "message": error.message}
    if isinstance(error, Refused):
        data |= error.details
    else:
        data["retryable"] = error.retryable
    if ref is not None:
        data["ref"] = ref
    return {"type": "error", "data": data} | ({"ref": data["ref"]} if "ref" in data else {})
