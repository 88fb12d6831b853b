"""Webhooks that are proven to come from the telephone company, read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from assistant.model.errors import Refused
from telephony.addresses import Addresses
from telephony.signature import SIGNATURE_HEADER, SignatureCheck, is_form

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One genuine webhook: the parts of the address, its query, and the form."""

    parts: dict[str, str]
    query: dict[str, str]
    fields: dict[str, str]
    url: str


async def genuine(request: web.Request, check: SignatureCheck, addresses: Addresses) -> Asked:
    """The webhook, if it was signed by the telephone company. Raises `Refused` `forged_signature`."""
    body = await request.read()
    is_genuine = check.is_genuine(
        request.raw_path,
        content_type=request.headers.get("Content-Type", ""),
        body=body,
        signatures=request.headers.getall(SIGNATURE_HEADER, []),
    )
    if not is_genuine:
        log.warning("a forged webhook was refused", extra={"route": route_of(request)})
        raise Refused("forged_signature", "This request was not signed by the telephone company.")
    form = parse_qsl(body.decode(), keep_blank_values=True) if is_form(request.headers.get("Content-Type", "")) else []
    # The first value wins, as it does in the signature's own order.
    fields = dict(reversed(form))
    return Asked(dict(request.match_info), dict(request.query), fields, addresses.of("") + request.raw_path)


def route_of(request: web.Request) -> str:
    resource: Any = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
