"""Numbers that may be called: as people write them they come in, as E.164 they go out."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, shortnumberinfo

from assistant.model.contact import Channel, Contact
from assistant.model.errors import Refused
from assistant.settings.tenant import Tenant

ORDINARY = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.UAN,
}


def callable_number(text: str, tenant: Tenant) -> str:
    """The number in E.164. Without a country code it is one of the tenant's own region.

    Raises `Refused`: `invalid_number` for what is none, `number_not_allowed` for short, premium and shared-cost ones,
    those of other countries, and the tenant's own lines; and for all where the tenant has no line to call from.
    """
    rules = tenant.callbacks
    ours = {line for queue in tenant.queues.values() for line in queue.dnis}
    try:
        number = phonenumbers.parse(text, rules.region)
    except NumberParseException:
        raise _invalid() from None
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise _not_allowed() if shortnumberinfo.is_possible_short_number(number) else _invalid()
    if phonenumbers.number_type(number) not in ORDINARY:
        raise _not_allowed()
    if phonenumbers.region_code_for_number(number) not in rules.countries:
        raise _not_allowed()
    normal = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if normal in ours or not ours:
        raise _not_allowed()
    return normal


def normal(text: str, region: str) -> str:
    """The number in E.164, wherever it may be. Raises `Refused` `invalid_number` for what is none."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        raise _invalid() from None
    if not phonenumbers.is_possible_number(number):
        raise _invalid()
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def may_be_called(contact: Contact, tenant: Tenant) -> bool:
    """Whether a callback can be offered: on the phone to the number that it comes from, else to one to be told."""
    if contact.channel is not Channel.VOICE:
        return bool(tenant.callbacks.countries) and any(queue.dnis for queue in tenant.queues.values())
    try:
        callable_number(contact.ani or "", tenant)
    except Refused:
        return False
    return True


def number_in(words: str, region: str) -> str | None:
    """The first telephone number in what somebody said, as it was said."""
    found = next(iter(phonenumbers.PhoneNumberMatcher(words, region)), None)
    return str(found.raw_string) if found is not None else None


def is_number(text: str, region: str) -> bool:
    """Whether this is somebody's telephone number, wherever that may be."""
    try:
        number: PhoneNumber = phonenumbers.parse(text, region)
    except NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


def _invalid() -> Refused:
    return Refused("invalid_number", "number: this is not a telephone number that can be called.")


def _not_allowed() -> Refused:
    return Refused("number_not_allowed", "number: this number can't be called back.")
