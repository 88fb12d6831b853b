"""The chat door in OpenAPI 3.1, and the document of all doors."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from assistant.edge.errors import json_response
from assistant.edge.openapi import ID, Described, operation, together
from assistant.web.chat_protocol import CallbackBody, ClaimBody, FeedbackBody, JoinBody, MessageBody, PreferenceBody

PLACE = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "queue": {"type": "string"},
        "state": {"type": "string"},
        "position": {"type": ["integer", "null"], "minimum": 1},
        "ahead": {"type": ["integer", "null"], "minimum": 0},
        "entered_at": {"type": "string", "format": "date-time"},
        "wait": {
            "type": "object",
            "properties": {
                "low_seconds": {"type": ["integer", "null"]},
                "high_seconds": {"type": ["integer", "null"]},
                "known": {"type": "boolean"},
            },
        },
        "staffed": {"type": "boolean"},
        "reach": {"enum": ["present", "away", "callback"]},
        "callback_at": {"type": ["string", "null"], "format": "date-time"},
    },
}


def chat_door() -> Described:
    of = "/api/v1/contacts/{id}"
    joined = {"201": "the place is secured, durably", "200": "the same request had secured it before"}
    return Described(
        paths={
            "/api/v1/contacts": {"post": operation("Join a queue", joined, JoinBody)},
            of: {
                "get": _of_contact("The contact and its place now", {"200": "the contact"}),
                "delete": _of_contact("Leave the queue", {"204": "left"}),
            },
            f"{of}/events": {"get": _of_contact("What happened after `after`", {"200": "numbered frames"})},
            f"{of}/messages": {"post": _of_contact("Say something", {"202": "kept and answered"}, MessageBody)},
            f"{of}/callback": {
                "post": _of_contact(
                    "Keep my place and call me", {"200": "the contact, to be called back"}, CallbackBody
                ),
                "delete": _of_contact("I wait here again", {"204": "taken back"}),
            },
            f"{of}/feedback": {"post": _of_contact("Say how it was", {"204": "kept"}, FeedbackBody)},
            f"{of}/preferences": {
                "post": _of_contact("How I would rather be reached", {"204": "as you say"}, PreferenceBody),
                "delete": _of_contact("Forget how I would rather be reached", {"204": "forgotten"}),
            },
            "/api/v1/places/claim": {"post": operation("The same place on this device", {"200": "yours"}, ClaimBody)},
        },
        bodies=(JoinBody, MessageBody, CallbackBody, ClaimBody, FeedbackBody, PreferenceBody),
        schemas={"Place": PLACE},
        security={"contact": {"type": "http", "scheme": "bearer"}},
    )


def _of_contact(summary: str, answers: dict[str, str], body: type[BaseModel] | None = None) -> dict[str, Any]:
    return operation(summary, answers, body, security="contact", parameters=[ID])


def openapi_routes(*doors: Described) -> list[web.RouteDef]:
    """The document of the chat door and of these."""
    described = together("Holdfast", version("holdfast"), [chat_door(), *doors])

    async def show(_: web.Request) -> web.Response:
        return json_response(described)

    return [web.get("/api/v1/openapi.json", show)]
