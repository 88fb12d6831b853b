"""Proof that a webhook comes from Twilio: `X-Twilio-Signature`.

The sum itself is made by Twilio's own `RequestValidator`; what surrounds it is stricter than that package: a missing
signature, a blank token, an address with user, port or IPv6 host, a fragment, and a JSON body are each judged here.
Rules: https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, parse_qsl, urlsplit

from multidict import MultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

FORM = "application/x-www-form-urlencoded"
SIGNATURE_HEADER = "X-Twilio-Signature"
_DEFAULT_PORTS = {"https": 443, "http": 80}
_FIELDS_LIMIT = 1000


class WrongAddress(ValueError):
    """The public address can't be signed for: the message names what is wrong with it."""


def auth_tokens(setting: str) -> tuple[str, ...]:
    """The tokens of a comma-separated setting, in order, without blanks: what is signed with nothing is not signed."""
    return tuple(token.strip() for token in setting.split(",") if token.strip())


class SignatureCheck:
    """Judges webhooks that were sent to `public_url` and signed with any of `tokens`.

    The signed address is made of `public_url` and the raw request target alone: `Host` and `X-Forwarded-*` are the
    sender's to choose.
    Raises `WrongAddress` for an address nobody could call, `ValueError` when no token is left.
    """

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        usable = [token for token in tokens if token.strip()]
        if not usable:
            raise ValueError("at least one auth token is needed to check signatures")
        self._validators = [RequestValidator(token) for token in usable]
        self._origins = tuple(_origins(public_url))

    def is_genuine(self, target: str, *, content_type: str, body: bytes, signatures: Sequence[str]) -> bool:
        """Whether the request was signed by Twilio.

        `target` is the path with query exactly as it stood in the request line, `signatures` every value of the header:
        one is expected, and anything else is refused.
        """
        if len(signatures) != 1 or not signatures[0] or not target.startswith("/") or not target.isascii():
            return False
        target = target.partition("#")[0]
        params = _signed_params(content_type, body)
        if params is None or not _body_matches(target, content_type, body):
            return False
        return self._is_signed([origin + target for origin in self._origins], params, signatures[0])

    def is_genuine_socket(self, target: str, *, signatures: Sequence[str]) -> bool:
        """Whether a socket's handshake was signed by Twilio: its address as it stands in the document (`wss:`), or in
        the form of a webhook's (`https:`); which of both is signed is nowhere written."""
        if len(signatures) != 1 or not signatures[0] or not target.startswith("/") or not target.isascii():
            return False
        sockets = ["ws" + origin.removeprefix("http") for origin in self._origins]
        addresses = [origin + target.partition("#")[0] for origin in (*sockets, *self._origins)]
        return self._is_signed(addresses, MultiDict(), signatures[0])

    def _is_signed(self, addresses: Sequence[str], params: MultiDict[str], signature: str) -> bool:
        given = signature.encode("utf-8", "surrogateescape")
        genuine = False
        for validator in self._validators:
            for address in addresses:
                expected: str = validator.compute_signature(address, params)
                # No early exit: how far the search came is nobody's business.
                genuine |= hmac.compare_digest(expected.encode(), given)
        return genuine


def _origins(public_url: str) -> Iterator[str]:
    """The public address with and without its port: Twilio signs either form."""
    parts = urlsplit(public_url.strip())
    try:
        port = parts.port
    except ValueError as error:
        raise WrongAddress(f"the public address has a port that is no port: {error}") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise WrongAddress("the public address must start with http:// or https:// and name a host")
    if parts.query:
        raise WrongAddress("the public address must not have a query")
    if port == 0:
        raise WrongAddress("the public address has a port that is no port: 0")
    path = parts.path.rstrip("/")
    netloc = _netloc_without_port(parts)
    yield f"{parts.scheme}://{netloc}{path}"
    yield f"{parts.scheme}://{netloc}:{port or _DEFAULT_PORTS[parts.scheme]}{path}"


def _netloc_without_port(parts: SplitResult) -> str:
    userinfo, at, host = parts.netloc.rpartition("@")
    if host.startswith("["):
        return userinfo + at + host.partition("]")[0] + "]"
    return userinfo + at + host.partition(":")[0]


def _signed_params(content_type: str, body: bytes) -> MultiDict[str] | None:
    """The form fields that belong to the sum; None when the body can't be what Twilio signed."""
    if not is_form(content_type):
        return MultiDict()
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_LIMIT)
    except ValueError:  # not UTF-8, or more fields than anyone sends
        return None
    return MultiDict(pairs)


def _body_matches(target: str, content_type: str, body: bytes) -> bool:
    """A body that is not a form is signed through its hash in the query; without the hash nothing vouches for it."""
    query = target.partition("?")[2]
    try:
        hashes = [value for name, value in parse_qsl(query, keep_blank_values=True) if name == "bodySHA256"]
    except ValueError:
        return False
    if not hashes:
        return is_form(content_type) or not body
    expected = hashlib.sha256(body).hexdigest()
    return len(hashes) == 1 and hmac.compare_digest(expected.encode(), hashes[0].lower().encode())


def is_form(content_type: str) -> bool:
    """Whether the content type is that of a form, whatever its parameters."""
    return content_type.partition(";")[0].strip().lower() == FORM
