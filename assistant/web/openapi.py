"""The chat door and the agents' sign-in as OpenAPI 3.1, made from the bodies that are really read."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from assistant.edge.errors import json_response
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
ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "retryable"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "retryable": {"type": "boolean"},
            },
        }
    },
}
BEARER: list[dict[str, list[str]]] = [{"contact": []}]
CONTACT_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def operation(
    summary: str, answers: dict[str, str], body: type[BaseModel] | None = None, *, of_contact: bool = True
) -> dict[str, Any]:
    """One operation; `answers` are statuses with what they mean."""
    failed = {
        "description": "an error",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    described: dict[str, Any] = {
        "summary": summary,
        "responses": {status: {"description": text} for status, text in answers.items()} | {"default": failed},
    }
    if body is not None:
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if of_contact:
        described |= {"security": BEARER, "parameters": [CONTACT_ID]}
    return described


def description() -> dict[str, Any]:
    schemas: dict[str, Any] = {"Place": PLACE, "Error": ERROR}
    for body in (JoinBody, MessageBody, CallbackBody, ClaimBody, FeedbackBody, PreferenceBody):
        schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[body.__name__] = schema
    of = "/api/v1/contacts/{id}"
    joined = {"201": "the place is secured, durably", "200": "the same request had secured it before"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Holdfast", "version": version("holdfast")},
        "paths": {
            "/api/v1/contacts": {"post": operation("Join a queue", joined, JoinBody, of_contact=False)},
            of: {
                "get": operation("The contact and its place now", {"200": "the contact"}),
                "delete": operation("Leave the queue", {"204": "left"}),
            },
            f"{of}/events": {"get": operation("What happened after `after`", {"200": "numbered frames"})},
            f"{of}/messages": {"post": operation("Say something", {"202": "kept and answered"}, MessageBody)},
            f"{of}/callback": {
                "post": operation("Keep my place and call me", {"200": "the contact, to be called back"}, CallbackBody),
                "delete": operation("I wait here again", {"204": "taken back"}),
            },
            f"{of}/feedback": {"post": operation("Say how it was", {"204": "kept"}, FeedbackBody)},
            f"{of}/preferences": {
                "post": operation("How I would rather be reached", {"204": "as you say"}, PreferenceBody),
                "delete": operation("Forget how I would rather be reached", {"204": "forgotten"}),
            },
            "/api/v1/places/claim": {
                "post": operation("The same place on this device", {"200": "yours"}, ClaimBody, of_contact=False)
            },
        },
        "components": {"schemas": schemas, "securitySchemes": {"contact": {"type": "http", "scheme": "bearer"}}},
    }


def openapi_routes() -> list[web.RouteDef]:
    described = description()

    async def show(_: web.Request) -> web.Response:
        return json_response(described)

    return [web.get("/api/v1/openapi.json", show)]
