"""The carriers' words, as people write them."""

from __future__ import annotations

import pytest

from assistant.flow.heard_texts import HeardText
from assistant.model.contact import Channel
from assistant.model.text_wording import HELP_WORDS, START_WORDS, STOP_WORDS


def word(body: str) -> str:
    ours = "+442079460000"
    return HeardText("SM1", Channel.WHATSAPP, "+447700900101", ours, ours, body).word


@pytest.mark.parametrize(
    "body", ["STOP", "stop", "Stop.", " stop \n", "STOP!!", "stop,", "“Stop”", "*STOP*", "(stop)", "Stop  all",
             "Opt out", "opt-out.", "OPTOUT", "Revoke", "Cancel;", "END?", "stop 🙏"]
)  # fmt: skip
def test_a_stop_is_one_however_it_is_written(body: str) -> None:
    assert word(body) in STOP_WORDS


@pytest.mark.parametrize("body", ["Help?", "HELP!", "info.", " help"])
def test_a_call_for_help_is_one_however_it_is_written(body: str) -> None:
    assert word(body) in HELP_WORDS


@pytest.mark.parametrize("body", ["Start.", "UNSTOP", "yes!"])
def test_a_start_is_one_however_it_is_written(body: str) -> None:
    assert word(body) in START_WORDS


@pytest.mark.parametrize(
    "body",
    ["please stop my card", "how do I cancel a payment", "stop the cheque", "", "!!!", "stop" + " " * 60_000 + "it"],
)
def test_a_sentence_is_none(body: str) -> None:
    assert word(body) not in STOP_WORDS | HELP_WORDS | START_WORDS
