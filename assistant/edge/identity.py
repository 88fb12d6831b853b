"""Signed identity tokens of the host page: who is signed in there need not be asked who they are.

A JWT (RFC 7519) made by the tenant's own site and checked against the tenant's rules: the algorithm that was agreed
and no other, issuer, audience, and an expiry that has not passed. What the token says beyond that is not read.
"""

from __future__ import annotations

import jwt

from assistant.model.errors import Refused
from assistant.model.ports import Customer
from assistant.settings.tenant import IdentityPart


class IdentityTokens:
    """`key` is the signer's public key in PEM, or the shared secret where the tenant's algorithm is HS256."""

    def __init__(self, rules: IdentityPart | None, key: str | None) -> None:
        self._rules = rules
        self._key = key.replace("\\n", "\n") if key else None

    def read(self, token: str) -> Customer:
        """The customer whom the token names. Raises `Refused` `identity_not_accepted`, without saying why."""
        rules = self._rules
        if rules is None or self._key is None:
            raise _not_accepted()
        required = ["exp", "iss", "aud", rules.customer_claim]
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[rules.algorithm],
                issuer=rules.issuer,
                audience=rules.audience,
                leeway=rules.leeway_seconds,
                options={"require": required},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _not_accepted() from None
        number = claims[rules.customer_claim]
        name = claims.get(rules.name_claim)
        if not isinstance(number, str) or not 0 < len(number) <= 40:
            raise _not_accepted()
        return Customer(number, name[:200] if isinstance(name, str) and name.strip() else number)


def _not_accepted() -> Refused:
    return Refused("identity_not_accepted", "identity_token: it is not accepted here.")
