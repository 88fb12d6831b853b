"""Messages to a tenant's own endpoints: signed, timed out, and never led anywhere else.

Redirects are not followed, cookies and the machine's proxy settings not used, answers not read; link-local addresses,
behind which clouds keep their secrets, are not connected to whatever a name resolves to. Nothing sent is ever logged.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from assistant.adapters.signing import signed
from assistant.model.deliveries import Answer
from assistant.model.ports import Clock
from assistant.settings.webhooks import WebhookPart

CONNECT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 3600.0
AGENT = "Holdfast-Webhooks/1"


class ForbiddenAddress(OSError):
    """A name that leads where nothing is ever sent."""


class HttpWebhookSender:
    """Implements the port `WebhookSender`. Call inside the running loop; `close` ends its connections.

    `keys` are by the endpoints' names.
    """

    def __init__(self, parts: Sequence[WebhookPart], keys: Mapping[str, tuple[bytes, ...]], clock: Clock) -> None:
        self._parts = {part.name: part for part in parts}
        self._keys = keys
        self._clock = clock
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_CarefulResolver()),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": AGENT, "Content-Type": "application/json"},
        )

    async def send(self, endpoint: str, id: str, body: bytes) -> Answer:
        part = self._parts[endpoint]
        timeout = aiohttp.ClientTimeout(total=part.timeout_seconds, sock_connect=CONNECT_SECONDS)
        try:
            if is_forbidden(URL(part.url).host or ""):
                raise ForbiddenAddress
            headers = signed(self._keys[endpoint], id, self._clock.now(), body)
            async with self._session.post(
                part.url, data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as answer:
                return Answer(answer.status, retry_after_seconds=_pause(answer.headers.get("Retry-After")))
        except TimeoutError:
            return Answer(None, "timed_out")
        except ForbiddenAddress:
            return Answer(None, "forbidden_address")
        except aiohttp.ClientSSLError:
            return Answer(None, "certificate_refused")
        except aiohttp.ClientConnectorError as error:
            is_forbidden_name = isinstance(error.os_error, ForbiddenAddress)
            return Answer(None, "forbidden_address" if is_forbidden_name else "not_reached")
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer(None, "connection_lost")

    async def close(self) -> None:
        await self._session.close()


def _pause(value: str | None) -> float | None:
    """The seconds of a `Retry-After`; a date there is not worth a clock's error."""
    return min(float(value), LONGEST_PAUSE_SECONDS) if value and value.isascii() and value.isdigit() else None


def is_forbidden(address: str) -> bool:
    """Link-local, multicast and unspecified addresses; a name is none of them."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified


class _CarefulResolver(AbstractResolver):
    def __init__(self) -> None:
        self._resolver = aiohttp.DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if not is_forbidden(each["host"])]
        if found and not allowed:
            raise ForbiddenAddress(f"{host} leads to an address that nothing is sent to")
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
