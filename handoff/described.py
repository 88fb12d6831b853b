"""Settings and people in OpenAPI."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from assistant.edge.openapi import Described, in_path, in_query, operation
from handoff import people_door, settings_door
from handoff.people_door import ChangedPersonBody, NewPersonBody, PasswordBody
from handoff.settings_door import ChangeBody, PreviewBody, UndoBody

AGENT = "agent"


def settings_and_people() -> Described:
    settings, people = settings_door.PATH, people_door.PATH
    section, version, username = (in_path(name) for name in ("section", "version", "username"))
    return Described(
        paths={
            settings: {"get": _for_agents("Everything that can be changed", {"200": "sections with their versions"})},
            f"{settings}/{{section}}": {
                "put": _for_agents("Change a section", {"200": "it holds in every process"}, ChangeBody, section)
            },
            f"{settings}/{{section}}/preview": {
                "post": _for_agents("What whoever came now would be told", {"200": "by queue"}, PreviewBody, section)
            },
            f"{settings}/versions": {
                "get": _for_agents(
                    "What was changed, by whom and when",
                    {"200": "the newest first"},
                    None,
                    in_query("before", "integer"),
                    in_query("section"),
                )
            },
            f"{settings}/versions/{{version}}/undo": {
                "post": _for_agents("Take a change back", {"200": "as it was before"}, UndoBody, version)
            },
            people: {
                "get": _for_agents("Who works here", {"200": "everybody"}),
                "post": _for_agents("Add somebody", {"201": "they can sign in"}, NewPersonBody),
            },
            f"{people}/{{username}}": {
                "put": _for_agents("Change somebody", {"200": "changed"}, ChangedPersonBody, username)
            },
            f"{people}/{{username}}/password": {
                "put": _for_agents("Set a new password", {"204": "and signed out everywhere"}, PasswordBody, username)
            },
        },
        bodies=(ChangeBody, PreviewBody, UndoBody, NewPersonBody, ChangedPersonBody, PasswordBody),
        security={AGENT: {"type": "http", "scheme": "bearer"}},
    )


def _for_agents(
    summary: str, answers: dict[str, str], body: type[BaseModel] | None = None, *parameters: dict[str, Any]
) -> dict[str, Any]:
    return operation(summary, answers, body, security=AGENT, parameters=parameters)
