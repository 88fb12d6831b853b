"""Passwords of agents: argon2id, computed in a thread, never more than a few at once."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_PASSWORD = 8
AT_ONCE = 2  # one check takes 64 MiB and a core: a crowd that signs in together must not take all of either

_HASHER = PasswordHasher()


def password_hash(password: str) -> str:
    """How a password is stored. Takes some tens of milliseconds: call it in a thread."""
    return _HASHER.hash(password)


class PasswordMaker:
    """Hashes new passwords; as `PasswordCheck`, never more than a few at once."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(password_hash, password)


class PasswordCheck:
    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def is_right(self, stored_hash: str, password: str) -> bool:
        async with self._turns:
            return await asyncio.to_thread(_verify, stored_hash, password)


def _verify(stored_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored_hash, password)
    except (VerificationError, InvalidHashError):
        return False
