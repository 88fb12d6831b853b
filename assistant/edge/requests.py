"""Reading requests: bodies of at most 64 KiB, JSON that names its wrong field, bearer tokens, security headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from assistant.edge.errors import Handler
from assistant.model.errors import Refused

MAX_BYTES = 64 * 1024


def content_policy(connect: Sequence[str] = (), media: Sequence[str] = ()) -> str:
    """What a page of ours may load: from this service alone, and what its part at the telephone company needs."""
    connections, sounds = " ".join(["", *connect]), " ".join(["", *media])
    return (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        f"connect-src 'self' ws: wss:{connections}; media-src 'self' blob:{sounds}; "
        "frame-ancestors 'self'; base-uri 'none'"
    )


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": content_policy(),
}


def explain(error: ValidationError) -> str:
    """The first wrong field and why, as a sentence."""
    item = error.errors()[0]
    where = ".".join(str(part) for part in item["loc"])
    return f"{where}: {item['msg']}" if where else str(item["msg"])


def parse[T: BaseModel](model: type[T], raw: bytes | str) -> T:
    """The record in this JSON. Raises `Refused` `malformed_json` or `invalid_request`, naming the field."""
    try:
        data: Any = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused("malformed_json", "The body is not JSON.") from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Refused("invalid_request", explain(error)) from None


async def body[T: BaseModel](request: web.Request, model: type[T]) -> T:
    return parse(model, await request.read())


def bearer_token(request: web.Request) -> str:
    """The token of the request. Raises `Refused` `unauthorized` where there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("unauthorized", "A bearer token is needed.")
    return token.strip()


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response
