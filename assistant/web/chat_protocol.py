"""The frames and bodies of web chat, as CONTRACT says them. Unknown fields are ignored: the wire may be extended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from assistant.edge.requests import explain
from assistant.model.contact import Channel
from assistant.model.errors import Refused

SUBPROTOCOL = "holdfast.v1"
MIN_KEY = 22
MAX_KEY = 256


def _channel(value: Any) -> Any:
    return Channel(value) if isinstance(value, str) and value in set(Channel) else value


type ReachedBy = Annotated[Channel, BeforeValidator(_channel)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class JoinCallback(_Body):
    """Who would rather be called than wait."""

    number: str = Field(min_length=3, max_length=40, repr=False)


class JoinMessage(_Body):
    """Who would rather write than wait; `reply_to` is a mail address or a telephone number."""

    text: str = Field(repr=False)
    reply_to: str = Field(min_length=3, max_length=200, repr=False)


class JoinBody(_Body):
    channel: Literal["chat"] = "chat"
    queue: str | None = Field(default=None, max_length=40)
    language: str | None = Field(default=None, max_length=20)
    idempotency_key: str | None = Field(default=None, min_length=MIN_KEY, max_length=MAX_KEY)
    identity_token: str | None = Field(default=None, max_length=8000, repr=False)
    callback: JoinCallback | None = None
    message: JoinMessage | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> JoinBody:
        if self.callback is not None and self.message is not None:
            raise ValueError("either callback or message, not both")
        return self


class Proof(_Body):
    token: str | None = Field(default=None, max_length=400)
    number: str | None = Field(default=None, max_length=40)
    identity_token: str | None = Field(default=None, max_length=8000, repr=False)


class ClaimBody(_Body):
    code: str = Field(min_length=1, max_length=20)
    proof: Proof


def _instant(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError("must be an instant with its offset, as in 2026-03-02T09:30:00Z")
    return at


class CallbackBody(_Body):
    """Whom to call, as people write a number, and from when on (RFC 3339)."""

    number: str = Field(min_length=1, max_length=40, repr=False)
    not_before: Annotated[datetime, BeforeValidator(_instant)] | None = None


class MessageBody(_Body):
    text: str
    client_id: str | None = Field(default=None, max_length=100)


class FeedbackBody(_Body):
    """CSAT 1 to 5, CES 1 to 7, NPS 0 to 10, whether it was resolved; each may be left out, one is needed."""

    csat: int | None = Field(default=None, ge=1, le=5)
    ces: int | None = Field(default=None, ge=1, le=7)
    nps: int | None = Field(default=None, ge=0, le=10)
    resolved: bool | None = None
    comment: str | None = Field(default=None, max_length=2000)

    def scores(self) -> dict[str, Any]:
        return self.model_dump(exclude={"comment"}, exclude_none=True)

    @model_validator(mode="after")
    def _says_something(self) -> FeedbackBody:
        if not self.scores() and not (self.comment or "").strip():
            raise ValueError("at least one answer is needed")
        return self


class PreferenceBody(_Body):
    """Whether we may remember how the customer would rather be reached; left out, as this contact was."""

    remember: bool
    channel: ReachedBy | None = None
    language: str | None = Field(default=None, max_length=20)


class Hello(_Body):
    type: Literal["hello"]
    token: str = Field(max_length=400)


class Say(_Body):
    type: Literal["say"]
    text: str
    client_id: str | None = Field(default=None, max_length=100)


class Secure(_Body):
    type: Literal["secure"]
    request_id: str = Field(max_length=100)
    name: str = Field(max_length=40)
    value: str = Field(max_length=100, repr=False)


class Correct(_Body):
    type: Literal["correct"]
    id: str = Field(max_length=40)
    value: str = Field(max_length=500)


class Consent(_Body):
    type: Literal["consent"]
    given: bool


class HoldQuietly(_Body):
    type: Literal["hold_quietly"]


class Settled(_Body):
    type: Literal["settled"]
    give_up_place: bool


class Typing(_Body):
    type: Literal["typing"]


class Leave(_Body):
    type: Literal["leave"]


class Ping(_Body):
    type: Literal["ping"]


type Frame = Hello | Say | Secure | Correct | Consent | HoldQuietly | Settled | Typing | Leave | Ping

FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def read_frame(raw: str) -> Frame:
    """One client frame. Raises `Refused` `unknown_frame` or `malformed_frame`, naming the field."""
    try:
        return FRAME.validate_json(raw)
    except ValidationError as error:
        kind = error.errors()[0]["type"]
        if kind in {"union_tag_invalid", "union_tag_not_found"}:
            raise Refused("unknown_frame", "type: there is no such frame.") from None
        message = "The frame is not JSON." if kind == "json_invalid" else explain(error)
        raise Refused("malformed_frame", message) from None
