"""Twilio's refusals, as its REST interface words them.

Codes: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

import json
from typing import NoReturn

from aiohttp import web

# code: (HTTP status, message)
REFUSALS: dict[int, tuple[int, str]] = {
    20001: (400, "Unknown parameters"),
    20003: (401, "Authentication Error - invalid username"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    20503: (503, "Service Unavailable"),
    16003: (404, "Unknown conference"),
    16022: (400, "The conference has been completed"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL"),
    21206: (400, "Method is not valid"),
    21210: (400, "The source phone number provided is not yet verified for your account"),
    21211: (400, "Invalid 'To' phone number"),
    21213: (400, "No 'From' number is specified"),
    21218: (400, "Invalid status"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21224: (400, "Timeout must be a whole number from 1 to 600"),
    21602: (400, "Message body is required"),
    21606: (400, "The From phone number is not a valid, SMS-capable phone number of your account"),
    21609: (400, "The 'StatusCallback' URL is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The 'To' phone number is not currently reachable via SMS"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    32651: (400, "A transcription of this name runs already"),
    21910: (400, "'From' and 'To' should be of the same channel"),
    21626: (400, "Invalid statusCallbackEvents"),
    21629: (400, "The inline TwiML is longer than 4000 characters"),
    63016: (400, "Failed to send freeform message because you are outside the allowed window"),
}


def refuse(code: int, detail: str = "") -> NoReturn:
    """Answers with Twilio's JSON for this code."""
    status, message = REFUSALS[code]
    body = {
        "code": code,
        "message": f"{message}: {detail}" if detail else message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    raise Refusal(status, json.dumps(body))


class Refusal(Exception):
    """A refusal on its way to the one who asked."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body

    def response(self) -> web.Response:
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else None
        return web.Response(status=self.status, text=self.body, content_type="application/json", headers=headers)
