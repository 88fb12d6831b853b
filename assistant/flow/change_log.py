"""What every change has in common, of settings and of people: nobody overwrites what they have not seen, and undo."""

from __future__ import annotations

from assistant.model.changes import Change
from assistant.model.contact import AgentId
from assistant.model.errors import Refused
from assistant.model.place import rfc3339
from assistant.model.redaction import sayable
from assistant.model.storage import UnitOfWork

MAX_COMMENT = 400


def check_seen(work: UnitOfWork, section: str, seen: int) -> Change | None:
    """The latest change of this section, which the one who changes it must have seen. Call with the changes locked.

    Raises `Refused` `settings_changed`, with who was first and when.
    """
    latest = work.changes.of_section(section)
    version = latest.version if latest else 0
    if version != seen:
        raise _somebody_was_first(work, latest)
    return latest


def to_undo(work: UnitOfWork, version: int) -> Change:
    """The change of this version, where nothing has come after it. Call with the changes locked.

    Raises `Refused`: `no_such_version`; `settings_changed` where the section has been changed again since.
    """
    change = work.changes.get(version)
    if change is None:
        raise Refused("no_such_version", f"There is no change {version}.")
    latest = work.changes.of_section(change.section)
    if latest is not None and latest.version != version:
        raise _somebody_was_first(work, latest)
    return change


def checked_comment(comment: str | None) -> str | None:
    """None for an empty one. Raises `Refused` `invalid_request`."""
    text = sayable(comment or "")
    if len(text) > MAX_COMMENT:
        raise Refused("invalid_request", f"comment: at most {MAX_COMMENT} characters.")
    return text or None


def who(work: UnitOfWork, agent_id: AgentId | None) -> dict[str, str] | None:
    """`{username, name}` of whoever changed something; None for the operator."""
    agent = work.agents.get(agent_id) if agent_id else None
    return {"username": agent.username, "name": agent.name} if agent else None


def _somebody_was_first(work: UnitOfWork, latest: Change | None) -> Refused:
    by = who(work, latest.by) if latest else None
    at = f" on {latest.at:%d %B at %H:%M} UTC" if latest else ""
    return Refused(
        "settings_changed",
        f"{by['name'] if by else 'Somebody'} changed this{at}, after you had opened it.",
        version=latest.version if latest else 0,
        by=by,
        at=rfc3339(latest.at) if latest else None,
    )
