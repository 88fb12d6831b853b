"""Positions and waits as a person says them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.model.contact import QueueId, State
from assistant.model.place import PlaceView, Staffing
from assistant.model.waiting import UNKNOWN, WaitRange
from assistant.model.wording import (
    ahead_phrase,
    callback_sentence,
    choices_sentence,
    closed_sentence,
    connecting_sentence,
    day_phrase,
    filled,
    finish_or_talk,
    inner,
    number,
    opening_phrase,
    ordinal,
    parked_sentence,
    put_off_in_chat,
    put_off_on_the_phone,
    put_off_to_call,
    secured_sentence,
    unstaffed_sentence,
    wait_phrase,
)
from telephony.emulator.pacing import spoken_seconds

ENTERED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FOURTH = PlaceView("48217730", QueueId("cards"), State.WAITING, 4, ENTERED_AT, WaitRange(240, 420))
NEXT = replace(FOURTH, position=1, wait=WaitRange(5, 55))
OUT_OF_LINE = replace(FOURTH, position=None, state=State.CONNECTED, wait=UNKNOWN)


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "first"), (3, "third"), (10, "tenth"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (22, "22nd"),
     (23, "23rd"), (101, "101st"), (111, "111th"), (112, "112th")],
)  # fmt: skip
def test_a_position_is_said_in_words_up_to_ten_and_in_figures_beyond(n: int, said: str) -> None:
    assert ordinal(n) == said


@pytest.mark.parametrize(("n", "said"), [(0, "no"), (1, "one"), (10, "ten"), (11, "11")])
def test_a_number_is_said_in_words_up_to_ten(n: int, said: str) -> None:
    assert number(n) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(0, "you're next"), (1, "one person is ahead of you"), (3, "three people are ahead of you"),
     (12, "12 people are ahead of you")],
)  # fmt: skip
def test_people_ahead_are_said_as_a_person_says_it(ahead: int, said: str) -> None:
    assert ahead_phrase(ahead) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (240, 420, "about four to seven minutes"),
        (102, 277, "about one to five minutes"),
        (0, 40, "less than a minute"),
        (10, 60, "less than a minute"),
        (10, 61, "up to two minutes"),
        (59, 180, "up to three minutes"),
        (119, 120, "about one to two minutes"),
        (0, 601, "up to 15 minutes"),
        (600, 1260, "about 10 to 25 minutes"),
    ],
)
def test_a_wait_is_said_as_a_range_that_is_never_narrower_than_the_measured_one(low: int, high: int, said: str) -> None:
    assert wait_phrase(WaitRange(low, high)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (240, 240, "about three to four minutes"),
        (3_500, 3_660, "about 55 to 65 minutes"),
        (3_900, 5_100, "about 65 to 85 minutes"),
        (7_500, 9_000, "about 125 to 150 minutes"),
    ],
)
def test_twilio_labs_and_livehelperchat_a_wait_of_an_hour_keeps_the_hour(low: int, high: int, said: str) -> None:
    """There the minutes of a time are said without its hours, so 65 minutes are five, and four are more than four."""
    assert wait_phrase(WaitRange(low, high)) == said


def test_a_wait_that_is_not_known_is_not_guessed() -> None:
    assert wait_phrase(UNKNOWN) == "I can't say yet how long it will take"
    assert "0" not in wait_phrase(UNKNOWN)


@pytest.mark.parametrize("low", range(0, 3600, 97))
@pytest.mark.parametrize("width", [0, 30, 200, 900])
def test_a_spoken_range_always_has_its_smaller_end_first(low: int, width: int) -> None:
    said = wait_phrase(WaitRange(low, low + width)).replace("-", " ").split()
    words = {number(n): n for n in range(100)}
    figures = [words[word] for word in said if word in words and word != "no"]
    assert figures == sorted(figures)
    if figures:
        assert figures[-1] * 60 >= low + width


def test_the_first_breath_says_who_that_the_place_stands_where_and_how_long() -> None:
    assert secured_sentence(FOURTH, "Fernhill Bank") == (
        "Fernhill Bank, virtual assistant. Your place in the queue is secured: three people are ahead of you, "
        "about four to seven minutes. Can I help while you wait?"
    )


def test_the_first_breath_of_the_next_in_line_says_so() -> None:
    assert "is secured: you're next, less than a minute." in secured_sentence(NEXT, "Fernhill Bank")


def test_the_first_breath_leaves_an_unknown_wait_out() -> None:
    said = secured_sentence(replace(FOURTH, wait=UNKNOWN), "Fernhill Bank")
    assert "three people are ahead of you. Can I help" in said


def test_who_arrives_when_someone_is_free_is_asked_nothing() -> None:
    assert "?" not in connecting_sentence("Fernhill Bank")


def test_live_placeholders_are_true_at_this_moment() -> None:
    text = "Of course, <name>. You're <position> in line: <ahead>. It takes <wait>. <agent> will take it."
    assert filled(text, FOURTH, agent="Amira", name="Maya") == (
        "Of course, Maya. You're fourth in line: three people are ahead of you. It takes about four to seven minutes. "
        "Amira will take it."
    )


def test_who_is_in_danger_is_told_the_number_of_where_they_are() -> None:
    said = "Please ring <emergency> now."
    assert filled(said, FOURTH, emergency="999") == "Please ring 999 now."
    assert filled(said, None) == "Please ring the emergency services now."


def test_a_sentence_that_begins_with_a_placeholder_begins_with_a_capital_letter() -> None:
    assert filled("<ahead>. <ahead>! <wait>.", NEXT) == "You're next. You're next! Less than a minute."


def test_a_name_that_is_not_known_leaves_no_gap_before_the_full_stop() -> None:
    assert filled("Thank you <name>. What is it about?", FOURTH) == "Thank you. What is it about?"


def test_a_contact_out_of_line_is_told_no_position() -> None:
    said = filled("You're <position> in line, <ahead>, <wait>.", OUT_OF_LINE)
    assert said == "You're still in line, your place is kept, I can't say yet how long it will take."
    assert filled("<ahead>", None) == "Your place is kept"


def test_what_is_no_placeholder_stays_as_it_is() -> None:
    assert filled("a < b, <pin>, <script>", FOURTH) == "A < b, <pin>, <script>"


LONDON = ZoneInfo("Europe/London")
FAR_OFF = "on Wednesday, 14 December at 10:30"


@pytest.mark.parametrize(
    ("opens_at", "said"),
    [
        (datetime(2026, 3, 2, 13, tzinfo=UTC), "at 13:00"),
        (datetime(2026, 3, 3, 9, 5, tzinfo=UTC), "tomorrow at 9:05"),
        (datetime(2026, 3, 6, 9, tzinfo=UTC), "on Friday at 9:00"),
        (datetime(2026, 3, 9, 9, tzinfo=UTC), "on Monday, 9 March at 9:00"),
        (datetime(2026, 4, 1, 8, tzinfo=UTC), "on Wednesday, 1 April at 9:00"),
    ],
)
def test_an_opening_is_said_as_a_person_there_says_it(opens_at: datetime, said: str) -> None:
    assert opening_phrase(opens_at, ENTERED_AT, LONDON) == said


def test_tomorrow_is_tomorrow_where_the_queue_is() -> None:
    late_in_london, early_in_tokyo = datetime(2026, 3, 2, 22, tzinfo=UTC), datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert opening_phrase(early_in_tokyo, late_in_london, ZoneInfo("Asia/Tokyo")) == "at 9:00"
    assert opening_phrase(early_in_tokyo, late_in_london, LONDON) == "tomorrow at 0:00"


def test_a_closed_queue_says_when_it_opens_if_that_is_known() -> None:
    assert closed_sentence("Cards", "at 9:00") == "Cards is closed at the moment. It opens again at 9:00."
    assert closed_sentence("Cards", None) == "Cards is closed at the moment."


def test_where_nobody_is_on_duty_no_wait_is_pretended() -> None:
    said = unstaffed_sentence(FOURTH, "Fernhill Bank", Staffing.NOBODY)
    assert "Nobody is on duty" in said
    assert "Your place in the queue is secured: three people are ahead of you." in said
    assert "minutes" not in said
    assert "speaks your language" in unstaffed_sentence(FOURTH, "Fernhill Bank", Staffing.OTHER_LANGUAGES)
    assert "secured: you're next." in unstaffed_sentence(NEXT, "Fernhill Bank", Staffing.NOBODY)


def test_who_is_called_back_hears_when() -> None:
    assert callback_sentence(FOURTH, "Fernhill Bank", None).endswith("We'll call you when it's your turn.")
    assert callback_sentence(FOURTH, "Fernhill Bank", "at 9:00").endswith("We'll call you when we open at 9:00.")


@pytest.mark.parametrize(
    "sentence",
    [
        *(unstaffed_sentence(FOURTH, "Fernhill Bank", why) for why in (Staffing.NOBODY, Staffing.OTHER_LANGUAGES)),
        callback_sentence(FOURTH, "Fernhill Bank", None),
        callback_sentence(FOURTH, "Fernhill Bank", FAR_OFF),
        closed_sentence("Accounts and payments", FAR_OFF),
        put_off_to_call(FAR_OFF),
        put_off_in_chat(FAR_OFF),
        put_off_on_the_phone(FAR_OFF, "48217730"),
        parked_sentence(21, 600),
    ],
)
def test_a_sentence_takes_no_more_than_ten_seconds(sentence: str) -> None:
    assert spoken_seconds(sentence) <= 10


def test_a_parked_visitor_is_told_place_and_time() -> None:
    assert "first in line. Write within ten minutes" in parked_sentence(1, 600)
    assert "Write within a minute" in parked_sentence(1, 20)


@pytest.mark.parametrize(
    ("days_ago", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "on Saturday"),
        (6, "on Tuesday"),
        (7, "on 23 February"),
        (40, "on 21 January"),
    ],
)
def test_a_day_in_the_past_as_a_person_says_it(days_ago: int, said: str) -> None:
    assert day_phrase(ENTERED_AT - timedelta(days=days_ago), ENTERED_AT, UTC) == said


def test_a_day_ends_at_midnight_where_the_caller_is() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert day_phrase(late, ENTERED_AT, UTC) == "yesterday"
    assert day_phrase(late, ENTERED_AT, ZoneInfo("Asia/Bangkok")) == "today"


@pytest.mark.parametrize(("name", "within"), [("Fraud", "fraud"), ("VIP desk", "VIP desk"), ("", "")])
def test_a_name_within_a_sentence(name: str, within: str) -> None:
    assert inner(name) == within


def test_choices_are_said_as_they_can_be_had() -> None:
    assert "press 9" in choices_sentence(is_voice=True, may_be_called=True)
    assert "9" not in choices_sentence(is_voice=True, may_be_called=False)
    assert "call you back" in choices_sentence(is_voice=False, may_be_called=True)
    assert "press" not in choices_sentence(is_voice=False, may_be_called=False)


def test_where_the_place_would_stand_elsewhere_is_filled_in() -> None:
    text = filled("You'd be <position_in:fraud>.", FOURTH, position_in={"fraud": 2}.get)
    assert text == "You'd be second."
    assert filled("Or so. <choices>", FOURTH, choices="You can just hold.") == "Or so. You can just hold."


def test_a_caller_in_mid_step_is_asked_by_first_name_and_by_keys_where_digits_are_pressed() -> None:
    assert finish_or_talk("Amira Haddad", by_keys=False).startswith("Amira is free for you. Shall we finish this first")
    assert "press star" in finish_or_talk("", by_keys=True)
