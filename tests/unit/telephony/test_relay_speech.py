"""What a relayed caller has heard of what was said."""

from __future__ import annotations

import pytest

from telephony.relay.speech import Cut, Saying, Speech

GREETING = Saying("Your place is secured: three people ahead. Can I help while you wait?", 4)
NEWS = Saying("You're next now.", 7)
DOOR = Saying("All right, I'll be quiet.")


def speech(*sayings: Saying) -> Speech:
    said = Speech()
    for saying in sayings:
        said.say(saying)
    return said


def test_what_was_played_to_its_end_has_been_heard() -> None:
    said = speech(GREETING, NEWS)
    said.played(GREETING.text + " ")
    assert said.first_seq == 7
    said.played("You're next")
    assert not said.is_over
    said.played("now.")
    assert said.is_over


def test_what_is_played_and_was_never_said_changes_nothing() -> None:
    said = speech(GREETING)
    said.played("Something else")
    said.played("")
    assert said.first_seq == 4


@pytest.mark.parametrize("heard", ["Your place is", "Your place is sec", " Your  place is "])
def test_who_cuts_in_has_heard_the_whole_words_until_then(heard: str) -> None:
    cut = speech(GREETING, NEWS).interrupted(heard)
    assert cut == Cut(4, len("Your place is"), (GREETING, NEWS))


def test_what_was_said_before_counts_as_heard_when_a_later_one_is_cut() -> None:
    said = speech(GREETING, NEWS)
    said.played(GREETING.text)
    said.say(DOOR)
    assert said.interrupted("You're") == Cut(7, len("You're"), (NEWS, DOOR))
    assert said.is_over


def test_the_words_may_be_told_from_the_beginning_of_an_earlier_saying() -> None:
    said = speech(GREETING, NEWS, DOOR)
    said.played(GREETING.text)
    assert said.interrupted(f"{GREETING.text} You're next") == Cut(7, len("You're next"), (NEWS, DOOR))


def test_the_words_may_be_told_of_a_later_saying_alone() -> None:
    cut = speech(GREETING, NEWS, DOOR).interrupted("You're next now. All")
    assert cut == Cut(None, len("All"), (DOOR,))


def test_the_door_s_own_lines_have_no_number_and_the_first_that_has_one_counts() -> None:
    assert speech(DOOR, NEWS).interrupted("All right,") == Cut(7, 0, (DOOR, NEWS))


def test_who_misses_but_a_word_or_two_has_understood() -> None:
    said = speech(GREETING)
    assert said.interrupted("Your place is secured: three people ahead. Can I help while") is None
    assert said.is_over
    assert speech().interrupted("anything") is None


def test_words_that_were_never_said_tell_nothing_of_what_was_heard() -> None:
    cut = speech(GREETING).interrupted("Good morning")
    assert cut is not None
    assert cut.heard == 0


def test_how_long_it_takes_is_reckoned_from_what_is_left() -> None:
    said = speech(GREETING)
    before = said.seconds_left
    said.played("Your place is secured:")
    assert 0 < said.seconds_left < before
    said.all_heard()
    assert said.seconds_left == 0
