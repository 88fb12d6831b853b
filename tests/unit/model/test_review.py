"""Sentences that are alike come together, and what has been learnt since is left out."""

from __future__ import annotations

from assistant.model.review import Misheard, lines
from assistant.model.similarity import ALIKE, Likeness, grouped, plain

EXAMPLES = {
    "i lost my card": "report_lost_card",
    "my card was stolen on the train": "report_lost_card",
    "what is my balance": "balance",
    "how much is in my savings account": "balance",
}


def heard(*texts: str, why: str = "not_understood") -> list[Misheard]:
    return [Misheard(text, why) for text in texts]


def test_the_same_words_are_one_line_however_they_are_written() -> None:
    [line] = lines(heard("The app won't open!", "the app wont open", "THE APP WON'T OPEN"), EXAMPLES)
    assert (line.text, line.count) == ("The app won't open!", 3)


def test_alike_sentences_stand_together_and_the_commonest_group_first() -> None:
    said = ["do you sell travel money", "the app won't open", "the app won't open today", "my app won't open"]
    found = lines(heard(*said), EXAMPLES)
    assert [line.group for line in found] == [1, 1, 1, 2]
    assert found[-1].text == "do you sell travel money"


def test_a_group_is_led_by_what_was_said_most() -> None:
    said = ["can i get travel money please", "can i get travel money", "can i get travel money"]
    assert [line.count for line in lines(heard(*said), EXAMPLES)] == [2, 1]


def test_what_a_training_sentence_is_like_is_suggested() -> None:
    found = {line.text: line.suggested for line in lines(heard("lost my card again", "purple giraffes"), EXAMPLES)}
    assert found == {"lost my card again": "report_lost_card", "purple giraffes": ""}


def test_what_has_been_learnt_since_is_left_out() -> None:
    assert lines(heard("I lost my card!"), EXAMPLES) == []


def test_nothing_heard_or_nothing_learnt_is_no_trouble() -> None:
    assert lines([], EXAMPLES) == []
    assert lines(heard("???", "  "), EXAMPLES) == []
    assert [line.suggested for line in lines(heard("hello there"), {})] == [""]


def test_each_sentence_is_wholly_like_itself_and_a_stranger_is_not_alike() -> None:
    likeness = Likeness(list(EXAMPLES))
    for at, sentence in enumerate(EXAMPLES):
        assert abs(likeness.to(sentence)[at] - 1) < 1e-9
    assert likeness.nearest("quite another matter", ALIKE) is None


def test_a_group_never_drifts_from_its_leader_by_steps() -> None:
    chain = ["a b c d", "b c d e", "c d e f", "d e f g", "e f g h"]
    groups = grouped(chain, [5, 1, 1, 1, 1])
    assert sorted(at for group in groups for at in group) == [0, 1, 2, 3, 4]
    alike = Likeness(chain).to(chain[0])
    assert all(alike[at] >= ALIKE for at in groups[0])
    assert 4 not in groups[0]


def test_plain_words_have_no_marks() -> None:
    assert plain("It's GONE — again?!") == "its gone again"
