"""One-time codes to the number on file: six digits, five minutes, one use.

Only a keyed hash is stored, with the customer's attempts beside it: a new code resets no counter, and only so many are
sent in a while. The code itself is told to the messenger and to nobody else. Where nobody is known by a number, nothing
is sent, in the time and with the success that the last real message had: neither tells who is a customer.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from datetime import timedelta
from time import monotonic

from assistant.model.contact import ContactId
from assistant.model.errors import Unavailable
from assistant.model.ports import Messenger
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

SENT_AT_MOST = 3
SENT_WITHIN = timedelta(minutes=15)
SHOWN_OF_PHONE = 2


class OneTimeCodes:
    def __init__(self, tenant: Tenant, messenger: Messenger, secret_key: bytes) -> None:
        self._tenant = tenant
        self._messenger = messenger
        self._secret_key = secret_key
        self._took_seconds = 0.0
        self._failure: Unavailable | None = None

    @property
    def digits(self) -> int:
        return self._tenant.verification.code_digits

    def make(self) -> str:
        return f"{secrets.randbelow(10**self.digits):0{self.digits}d}"

    def keep(self, work: UnitOfWork, subject: str, contact_id: ContactId, code: str) -> bool:
        """The code is good from now, and the one before is not; False where too many were sent lately."""
        expires_at = work.now + timedelta(seconds=self._tenant.verification.code_seconds)
        code_hash = self._hash(contact_id, code)
        return work.codes.keep(subject, code_hash, expires_at, SENT_AT_MOST, work.now - SENT_WITHIN)

    def is_right(self, work: UnitOfWork, subject: str, contact_id: ContactId, code: str) -> bool:
        """Whether this is the code that was sent for this contact; one that was right is used up."""
        return work.codes.take(subject, self._hash(contact_id, code))

    async def send(self, phone: str | None, code: str) -> None:
        """To the number on file, or to nobody: see above. Raises `Unavailable`."""
        if phone is None:
            await asyncio.sleep(self._took_seconds)
            if self._failure is not None:
                raise Unavailable(self._failure.code, self._failure.message)
            return
        minutes = self._tenant.verification.code_seconds // 60
        text = f"{self._tenant.brand}: your code is {code}. It's good for {minutes} minutes."
        text += " Never give it to anyone who rings you."
        began = monotonic()
        try:
            await self._messenger.send(phone, text)
            self._failure = None
        except Unavailable as failure:
            self._failure = failure
            raise
        finally:
            self._took_seconds = monotonic() - began

    def _hash(self, contact_id: ContactId, code: str) -> str:
        return hmac.new(self._secret_key, f"code:{contact_id}:{code}".encode(), hashlib.sha256).hexdigest()


def told_phone(phone: str) -> str:
    """How a number on file is named to whoever has proved to be its owner, and to nobody else."""
    return f"your phone ending {phone[-SHOWN_OF_PHONE:]}"
