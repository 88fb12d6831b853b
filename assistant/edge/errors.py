"""The one table from the catalogue of errors to HTTP, and the middleware that applies it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from assistant.model.errors import Refused, Unavailable

STATUS = {
    "no_such_contact": 404,
    "no_such_offer": 404,
    "no_such_place": 404,
    "no_such_agent": 404,
    "no_such_delivery": 404,
    "no_recording": 404,
    "no_such_survey": 404,
    "not_found": 404,
    "method_not_allowed": 405,
    "unknown_queue": 404,
    "queue_closed": 409,
    "queue_full": 409,
    "idempotency_conflict": 409,
    "place_taken_up": 409,
    "callback_open": 409,
    "not_over": 409,
    "not_verified": 409,
    "feedback_given": 409,
    "contact_closed": 409,
    "offer_ended": 409,
    "not_connected": 409,
    "no_such_request": 409,
    "agent_away": 409,
    "same_agent": 409,
    "same_queue": 409,
    "queue_busy": 409,
    "no_slot": 409,
    "no_telephone": 409,
    "no_softphone": 409,
    "consent_missing": 409,
    "listening_only": 409,
    "no_such_section": 404,
    "no_such_version": 404,
    "settings_changed": 409,
    "needs_restart": 409,
    "cannot_be_undone": 409,
    "username_taken": 409,
    "last_admin": 409,
    "own_access": 409,
    "in_a_call": 409,
    "unauthorized": 401,
    "wrong_credentials": 401,
    "forbidden": 403,
    "identity_not_accepted": 403,
    "forged_signature": 403,
    "number_not_allowed": 403,
    "too_many_tries": 429,
    "too_large": 413,
}

log = logging.getLogger(__name__)

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def error_body(code: str, message: str, *, retryable: bool = False, **details: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "retryable": retryable, **details}}


def json_response(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(data), status=status, content_type="application/json", headers=headers)


def error_response(error: Refused | Unavailable) -> web.Response:
    if isinstance(error, Refused):
        headers = {}
        if (seconds := error.details.get("retry_after_seconds")) is not None:
            headers["Retry-After"] = str(max(1, round(seconds)))
        status = STATUS.get(error.code, 400)
        return json_response(error_body(error.code, error.message, **error.details), status, headers)
    body = error_body(error.code, error.message, retryable=error.retryable)
    return json_response(body, 503, {"Retry-After": "1"} if error.retryable else None)


@web.middleware
async def map_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error leaves as JSON of one shape; a traceback stays in the log."""
    try:
        return await handler(request)
    except (Refused, Unavailable) as error:
        return error_response(error)
    except web.HTTPRequestEntityTooLarge:
        return error_response(Refused("too_large", "The request is too large: at most 64 KiB."))
    except web.HTTPNotFound:
        return error_response(Refused("not_found", "There is nothing at this address."))
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        return error_response(Refused("method_not_allowed", f"Only {allowed} is possible here."))
    except web.HTTPException:
        raise
    except Exception:
        log.exception("a request failed", extra={"path": request.match_info.route.resource})
        body = error_body("internal", "Something went wrong on our side. Nothing that was promised is lost.")
        return json_response(body, 500)
