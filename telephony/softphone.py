"""What a console needs to be a telephone: an access token of Twilio's, or the emulator's address.

Twilio's tokens are short-lived and name one identity, which may be rung and may ring nobody. They are made here, of the
account's API key, which never leaves the service. https://www.twilio.com/docs/iam/access-tokens
"""

from __future__ import annotations

from typing import Any

from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped]
from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped]

TTL_SECONDS = 900


class TwilioSoftphones:
    """Softphones of the Voice SDK."""

    kind = "twilio"

    def __init__(self, account_sid: str, api_key: str, api_key_secret: str) -> None:
        self._account_sid = account_sid
        self._api_key = api_key
        self._secret = api_key_secret

    def credentials(self, identity: str) -> dict[str, Any]:
        """`{identity, token, ttl_seconds}`; the token is to be renewed before it ends."""
        grant = VoiceGrant(incoming_allow=True)
        token = AccessToken(
            self._account_sid, self._api_key, self._secret, grants=[grant], identity=identity, ttl=TTL_SECONDS
        )
        return {"identity": identity, "token": token.to_jwt(), "ttl_seconds": TTL_SECONDS}


class EmulatedSoftphones:
    """Softphones on the emulator's own socket, which asks nobody who they are."""

    kind = "emulator"

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def credentials(self, identity: str) -> dict[str, Any]:
        """`{identity, address, socket}`: where to connect, and as whom to register."""
        return {"identity": identity, "address": f"client:{identity}", "socket": self._socket}
