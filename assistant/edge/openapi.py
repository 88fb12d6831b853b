"""How a door describes itself in OpenAPI 3.1, from the bodies that are really read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

type Paths = Mapping[str, Mapping[str, Any]]

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
ID: dict[str, Any] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class Described:
    """One door: its paths, the bodies that they read, what else its schemas hold, and how people prove who they are."""

    paths: Paths
    bodies: tuple[type[BaseModel], ...]
    schemas: Mapping[str, Any] = field(default_factory=dict)
    security: Mapping[str, Any] = field(default_factory=dict)


def operation(
    summary: str,
    answers: Mapping[str, str],
    body: type[BaseModel] | None = None,
    *,
    security: str | None = None,
    parameters: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """One operation; `answers` are statuses with what they mean, `security` the scheme that it needs."""
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
    if security is not None:
        described["security"] = [{security: []}]
    if listed := list(parameters):
        described["parameters"] = listed
    return described


def in_path(name: str) -> dict[str, Any]:
    return ID | {"name": name}


def in_query(name: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": kind}}


def together(title: str, version: str, doors: Iterable[Described]) -> dict[str, Any]:
    """The whole document."""
    schemas: dict[str, Any] = {"Error": ERROR}
    paths: dict[str, Any] = {}
    security: dict[str, Any] = {}
    for door in doors:
        paths |= door.paths
        schemas |= door.schemas
        security |= door.security
        for body in door.bodies:
            schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {})
            schemas[body.__name__] = schema
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": security},
    }
