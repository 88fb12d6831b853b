"""Whom we call back: a number that is one, in the tenant's countries; never a stranger's earnings."""

from __future__ import annotations

import pytest

from assistant.flow.numbers import callable_number, is_number
from assistant.model.errors import Refused
from assistant.settings.tenant import CallbacksPart

AT_HOME = CallbacksPart()
ABROAD_TOO = CallbacksPart(countries=["GB", "US"])


@pytest.mark.parametrize(
    "written",
    ["+442071838750", "+44 20 7183 8750", "0044 (0)20 7183-8750", "020 7183 8750", "tel:+44-20-7183-8750",
     "\u0660\u0662\u0660\u0667\u0661\u0668\u0663\u0668\u0667\u0665\u0660"],
)  # fmt: skip
def test_a_number_is_understood_however_it_is_written(written: str) -> None:
    assert callable_number(written, AT_HOME) == "+442071838750"


@pytest.mark.parametrize(
    "written", ["", "call me", "12", "999", "118 118", "+44", "+442071838750 ext 5", "0" * 400, "+44207183875012345"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        callable_number(written, AT_HOME)
    assert refused.value.code == "invalid_number"


@pytest.mark.parametrize("written", ["+14155550100", "+41446681800", "+441534700000"])
def test_a_number_of_another_country_is_not_called(written: str) -> None:
    with pytest.raises(Refused) as refused:
        callable_number(written, AT_HOME)
    assert refused.value.code == "number_not_allowed"
    assert written not in refused.value.message


def test_a_tenant_may_call_abroad() -> None:
    assert callable_number("+1 415 555 0100", ABROAD_TOO) == "+14155550100"


@pytest.mark.parametrize("written", ["0906 123 4567", "070 1234 5678", "0871 200 0000"])
def test_a_number_that_earns_money_is_never_called(written: str) -> None:
    with pytest.raises(Refused) as refused:
        callable_number(written, AT_HOME)
    assert refused.value.code == "number_not_allowed"


def test_a_number_anywhere_is_a_number() -> None:
    assert is_number("+1 415 555 0100", "GB")
    assert is_number("020 7183 8750", "GB")
    assert not is_number("maya at example", "GB")
