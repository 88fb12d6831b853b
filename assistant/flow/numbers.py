"""Which telephone numbers we call: real ones, in the tenant's countries, at nobody's special price."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from assistant.model.errors import Refused
from assistant.settings.tenant import CallbacksPart

# A call to one of these earns whoever asked for it money at our expense, or reaches no person.
NEVER_CALLED = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
    }
)


def callable_number(raw: str, callbacks: CallbacksPart) -> str:
    """The number as E.164, `+442071838750`; one without a country code is dialled from the tenant's region.

    Raises `Refused`: `invalid_number` for what is no number (or one with an extension, which cannot be dialled), and
    `number_not_allowed` for one that this tenant does not call.
    """
    number = _read(raw, callbacks.region)
    if number is None or number.extension:
        raise Refused("invalid_number", "number: this is not a telephone number that can be called.")
    is_abroad = phonenumbers.region_code_for_number(number) not in callbacks.countries
    if is_abroad or phonenumbers.number_type(number) in NEVER_CALLED:
        raise Refused("number_not_allowed", "number: we can't call this number.")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_number(raw: str, region: str) -> bool:
    """Whether this is somebody's telephone number, wherever that may be."""
    return _read(raw, region) is not None


def _read(raw: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(raw, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
