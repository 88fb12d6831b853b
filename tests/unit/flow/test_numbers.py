"""Which numbers may be called back, however they are written."""

from __future__ import annotations

import pytest

from assistant.flow.numbers import callable_number, is_number
from assistant.model.errors import Refused
from assistant.settings.reaching import CallbacksPart
from assistant.settings.tenant import Tenant


def calling(tenant: Tenant, **rules: object) -> Tenant:
    return tenant.model_copy(update={"callbacks": CallbacksPart.model_validate(rules)})


@pytest.mark.parametrize(
    "written",
    [
        "+442071838750",
        "020 7183 8750",
        "0044 20 7183-8750",
        "+44 (0)20 7183 8750",
        "tel:+44-20-7183-8750",
        "020.7183.8750",
    ],
)
def test_a_number_is_one_however_it_is_written(fernhill: Tenant, written: str) -> None:
    assert callable_number(written, fernhill) == "+442071838750"


def test_the_region_says_where_a_number_without_a_country_code_is_from(fernhill: Tenant) -> None:
    assert callable_number("030 227 32152", calling(fernhill, region="DE", countries=["DE"])) == "+493022732152"


def test_the_countries_say_whose_numbers_may_be_called(fernhill: Tenant) -> None:
    for countries, code in ((["GB"], "number_not_allowed"), ([], "number_not_allowed")):
        with pytest.raises(Refused) as refused:
            callable_number("+33 1 42 68 53 00", calling(fernhill, countries=countries))
        assert refused.value.code == code
    assert callable_number("+33 1 42 68 53 00", calling(fernhill, countries=["GB", "FR"])) == "+33142685300"


@pytest.mark.parametrize(
    "written",
    ["999", "112", "101", "118500", "0909 879 0000", "0871 234 5678", "0800 123 4567", "070 1234 5678", "+80012345678"],
)
def test_emergency_short_premium_and_free_numbers_are_not_called(fernhill: Tenant, written: str) -> None:
    with pytest.raises(Refused) as refused:
        callable_number(written, calling(fernhill, countries=["GB", "FR", "US"]))
    assert refused.value.code == "number_not_allowed"


def test_our_own_lines_are_not_called(fernhill: Tenant) -> None:
    with pytest.raises(Refused) as refused:
        callable_number("020 7946 0000", fernhill)
    assert refused.value.code == "number_not_allowed"


@pytest.mark.parametrize(
    "written", ["", " ", "hello", "+", "+44", "020 7183", "1" * 300, "+442071838750 ext 5", "\x00"]
)
def test_what_is_no_number_is_told_so(fernhill: Tenant, written: str) -> None:
    with pytest.raises(Refused) as refused:
        callable_number(written, fernhill)
    assert refused.value.code == "invalid_number"
    assert "2071838750" not in refused.value.message


def test_who_has_no_line_calls_nobody_back(fernhill: Tenant) -> None:
    silent = {id: queue.model_copy(update={"dnis": []}) for id, queue in fernhill.queues.items()}
    with pytest.raises(Refused) as refused:
        callable_number("020 7183 8750", fernhill.model_copy(update={"queues": silent}))
    assert refused.value.code == "number_not_allowed"


def test_a_number_anywhere_is_a_number() -> None:
    assert is_number("+1 415 555 0100", "GB")
    assert is_number("020 7183 8750", "GB")
    assert not is_number("maya at example", "GB")
