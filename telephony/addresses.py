"""The addresses that we hand out: all absolute, on the public address, and each says all that its handler must know.

A turn of a call is stateless: its address carries the contact, the turn's number, what was said already and what the
caller is doing, so that any process can answer it, twice if need be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from assistant.model.contact import AgentId, Contact, ContactId, OfferId

VOICE_INCOMING = "/telephony/voice/incoming"
VOICE_TURN = "/telephony/voice/turn"
VOICE_BRIDGE = "/telephony/voice/bridge"
VOICE_AFTER = "/telephony/voice/after"
VOICE_CLOSED = "/telephony/voice/closed"
VOICE_MESSAGE = "/telephony/voice/message"
VOICE_MESSAGE_DONE = "/telephony/voice/message/done"
VOICE_MESSAGE_RECORDED = "/telephony/voice/message/recorded"
VOICE_MESSAGE_WRITTEN = "/telephony/voice/message/written"
VOICE_SURVEY = "/telephony/voice/survey"
VOICE_PREFERENCE = "/telephony/voice/preference"
VOICE_ASIDE = "/telephony/voice/aside"
VOICE_ASIDE_KEYS = "/telephony/voice/aside/keys"
VOICE_RELAY = "/telephony/voice/relay/{contact_id}/{n}"
VOICE_RELAYED = "/telephony/voice/relayed"
VOICE_TRANSCRIPT = "/telephony/voice/transcript"
VOICE_TAPED = "/telephony/voice/taped"
VOICE_STATUS = "/telephony/voice/status"
VOICE_FALLBACK = "/telephony/voice/fallback"
AGENT_ANSWER = "/telephony/agent/{offer_id}/answer"
AGENT_KEY = "/telephony/agent/{offer_id}/key"
AGENT_ENDED = "/telephony/agent/{offer_id}/ended"
AGENT_STATUS = "/telephony/agent/{offer_id}/status"
CUSTOMER_ANSWER = "/telephony/callback/{offer_id}/answer"
CUSTOMER_KEY = "/telephony/callback/{offer_id}/key"
CUSTOMER_STATUS = "/telephony/callback/{offer_id}/status"
SUPERVISOR_ANSWER = "/telephony/supervisor/{agent_id}/answer"
SUPERVISOR_KEY = "/telephony/supervisor/{agent_id}/key"
SUPERVISOR_ENDED = "/telephony/supervisor/{agent_id}/ended"
SUPERVISOR_STATUS = "/telephony/supervisor/{agent_id}/status"
CONFERENCE_NOTICE = "/telephony/conference/notice"
CONFERENCE_STATUS = "/telephony/conference/status"
CONFERENCE_WAIT = "/telephony/conference/wait"
CONFERENCE_HOLD = "/telephony/conference/hold"
MESSAGES_INCOMING = "/telephony/messages/incoming"
MESSAGES_STATUS = "/telephony/messages/status"
HOLD_MUSIC = "/telephony/hold-music.wav"

CONSOLE = "console"  # in the query of a leg that rings in a console

# How the two are labelled in their conference.
CALLER_LABEL = "caller"
AGENT_LABEL = "agent"


def supervisor_label(supervisor_id: AgentId) -> str:
    return f"supervisor-{supervisor_id}"


class Mode(StrEnum):
    """What a caller is doing: talking with the assistant, keying in digits, or holding to music."""

    TALK = "talk"
    DIGITS = "digits"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class TurnState:
    """One turn of a call. `after` is the last `seq` spoken, `before` the one before that (for "repeat"), `silences` how
    often nothing was heard in a row (who holds: since the wait was told), `request_id` which input the digits answer,
    `again` how often a slow answer was waited for."""

    contact_id: ContactId
    n: int = 0
    after: int = 0
    before: int = 0
    mode: Mode = Mode.TALK
    silences: int = 0
    request_id: str = ""
    again: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> TurnState | None:
        """The turn in an address of ours; None when it is none."""
        try:
            return cls(
                contact_id=ContactId(query["contact"]),
                n=int(query["n"]),
                after=int(query["after"]),
                before=int(query.get("before", "0")),
                mode=Mode(query["mode"]),
                silences=int(query.get("silences", "0")),
                request_id=query.get("ask", ""),
                again=int(query.get("again", "0")),
            )
        except (KeyError, ValueError):
            return None

    @property
    def key(self) -> str:
        """The same for all requests of this one turn."""
        return f"{self.contact_id}/{self.n}/{self.after}/{self.mode}"

    def query(self) -> dict[str, str | int]:
        """All of it, as `read` reads it; what is nothing is left out."""
        optional: dict[str, str | int] = {
            "before": self.before,
            "silences": self.silences,
            "ask": self.request_id,
            "again": self.again,
        }
        given = {name: value for name, value in optional.items() if value not in ("", 0)}
        return {"contact": self.contact_id, "n": self.n, "after": self.after, "mode": self.mode, **given}

    def waited_for(self) -> TurnState:
        return replace(self, again=self.again + 1)


class Addresses:
    """Our addresses on one public address (without a slash at its end)."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")

    def of(self, path: str, **query: str | int) -> str:
        """The address of one of the paths above, with a query of characters that every signer encodes alike."""
        return self._public_url + path + (f"?{urlencode(query)}" if query else "")

    def socket(self, path: str) -> str:
        """The address of a socket: what is to be known beside it comes in its first message, never in a query."""
        return "ws" + self._public_url.removeprefix("http") + path

    def turn(self, turn: TurnState) -> str:
        return self.of(VOICE_TURN, **turn.query())

    def relayed(self, turn: TurnState) -> str:
        """Where the call goes when its socket is over: the turn that was answered by opening it."""
        return self.of(VOICE_RELAYED, **turn.query())

    def agent(self, path: str, offer_id: OfferId, contact: Contact, *, asked: int = 0, is_console: bool = False) -> str:
        """An address about one offer's leg; it names the contact, so that an orphan can be told apart.

        `asked` is how often the key was asked for in vain; `is_console`: it is the softphone of a console that is rung.
        """
        given = {"asked": asked, CONSOLE: int(is_console)}
        return self._about(path, offer_id, contact, **{name: value for name, value in given.items() if value})

    def customer(self, path: str, offer_id: OfferId, contact: Contact, *, asked: int = 0) -> str:
        """The same about the call to a customer."""
        return self._about(path, offer_id, contact, **({"asked": asked} if asked else {}))

    def supervisor(self, path: str, supervisor_id: AgentId, contact: Contact) -> str:
        """An address about the leg of a supervisor who is beside this contact."""
        return self.of(path.format(agent_id=supervisor_id), contact=contact.id, attempt=contact.attempt)

    def _about(self, path: str, offer_id: OfferId, contact: Contact, **query: int) -> str:
        return self.of(path.format(offer_id=offer_id), contact=contact.id, attempt=contact.attempt, **query)

    def is_ours(self, url: str) -> bool:
        return url.startswith(self._public_url + "/telephony/")


def room_name(contact_id: ContactId, attempt: int) -> str:
    """The conference of one attempt to bring this contact and an agent together. No personal data is in it."""
    return f"contact-{contact_id}-{attempt}"


def contact_of_room(name: str) -> tuple[ContactId, int] | None:
    """Whose conference this is, and of which attempt; None for a name that is not ours."""
    prefix, _, rest = name.partition("-")
    contact_id, _, attempt = rest.rpartition("-")
    is_ours = prefix == "contact" and contact_id and attempt.isascii() and attempt.isdigit() and len(attempt) < 9
    return (ContactId(contact_id), int(attempt)) if is_ours else None
