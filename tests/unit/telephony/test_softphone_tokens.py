"""What a console is given to be a telephone of Twilio's: https://www.twilio.com/docs/iam/access-tokens."""

from __future__ import annotations

import re

import jwt
import pytest

from assistant.settings.environment import SettingsError, load_settings
from telephony.softphone import TTL_SECONDS, EmulatedSoftphones, TwilioSoftphones

ACCOUNT, KEY, SECRET = "AC" + "1" * 32, "SK" + "2" * 32, "the key's own secret, which is long enough"
IDENTITY = "0193f6c2_1111_7222_8333_444455556666"


def test_a_token_lets_one_identity_be_rung_for_a_quarter_of_an_hour_and_ring_nobody() -> None:
    given = TwilioSoftphones(ACCOUNT, KEY, SECRET).credentials(IDENTITY)
    assert (given["identity"], given["ttl_seconds"]) == (IDENTITY, 900)
    header = jwt.get_unverified_header(given["token"])
    assert (header["alg"], header["cty"]) == ("HS256", "twilio-fpa;v=1")
    told = jwt.decode(given["token"], SECRET, algorithms=["HS256"])
    assert (told["iss"], told["sub"]) == (KEY, ACCOUNT)
    assert told["grants"] == {"identity": IDENTITY, "voice": {"incoming": {"allow": True}}}
    assert told["exp"] - told["nbf"] == TTL_SECONDS if "nbf" in told else told["exp"] > 0
    assert SECRET not in str(given)


def test_the_emulator_s_telephone_has_an_address_and_no_secret() -> None:
    given = EmulatedSoftphones("/emulator/phone").credentials(IDENTITY)
    assert given == {"identity": IDENTITY, "address": f"client:{IDENTITY}", "socket": "/emulator/phone"}


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"API_KEY": KEY}, "HOLDFAST_TWILIO_API_KEY and HOLDFAST_TWILIO_API_KEY_SECRET: each needs the other"),
        ({"API_KEY_SECRET": SECRET}, "each needs the other"),
        ({"API_KEY": SECRET, "API_KEY_SECRET": KEY}, "HOLDFAST_TWILIO_API_KEY: begins with SK"),
    ],
)
def test_half_a_key_and_one_that_is_none_are_told_at_the_start(
    settings: dict[str, str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"HOLDFAST_TWILIO_{name}", value)
    with pytest.raises(SettingsError, match=re.escape(wrong)) as told:
        load_settings()
    assert SECRET not in str(told.value)
