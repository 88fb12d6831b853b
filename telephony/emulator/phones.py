"""The directory of telephones: which ones ring for an address."""

from __future__ import annotations

import re
from collections import defaultdict

from telephony import payloads
from telephony.emulator.calls import Phone

_CLIENT = re.compile(r"client:[A-Za-z0-9_.@+-]{1,120}", re.ASCII)
_SIP = re.compile(r"sips?:[^\s<>\"]{3,250}", re.ASCII)
ANONYMOUS = "anonymous"


def normal_address(text: str) -> str | None:
    """An address as the directory keeps it: a number without spaces, `client:…`, `sip:…` or `anonymous`; else None."""
    given = text.strip()
    if given == ANONYMOUS or _CLIENT.fullmatch(given) or _SIP.fullmatch(given):
        return given
    return payloads.number(given)


class Directory:
    """Several telephones may have one address: all ring, the first that answers has the call."""

    def __init__(self) -> None:
        self._phones: dict[str, list[Phone]] = defaultdict(list)

    def register(self, address: str, phone: Phone) -> None:
        if phone not in self._phones[address]:
            self._phones[address].append(phone)

    def forget(self, phone: Phone) -> None:
        for address in list(self._phones):
            self._phones[address] = [other for other in self._phones[address] if other is not phone]
            if not self._phones[address]:
                del self._phones[address]

    def at(self, address: str) -> list[Phone]:
        return list(self._phones.get(address, ()))
