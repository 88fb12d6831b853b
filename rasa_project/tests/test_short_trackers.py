"""A shortened tracker stands exactly where the long one stood."""

from __future__ import annotations

import time
from typing import List

import pytest
from components.short_trackers import ShortTrackerStore, shortened
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [inform]
entities: [colour]
slots:
  colour: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  size: {type: text, influence_conversation: false, mappings: [{type: custom}]}
forms:
  hat_form: {required_slots: [colour, size]}
"""
)


def turn(number: int, *events: Event) -> List[Event]:
    return [
        ActionExecuted("action_listen"),
        SlotSet("size", str(number)),
        UserUttered(f"words {number}", {"name": "inform", "confidence": 1.0}),
        *events,
    ]


def tracker(events: List[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("someone", events, slots=DOMAIN.slots)


def long_talk() -> List[Event]:
    events = turn(0, ActionExecuted("hat_form"), ActiveLoop("hat_form"), SlotSet("requested_slot", "colour"))
    for number in range(1, 30):
        events += turn(number, SlotSet("colour", f"colour {number}"), ActionExecuted("hat_form"))
    return events


def test_slots_form_and_question_are_as_they_were() -> None:
    long, short = tracker(long_talk()), tracker(shortened(long_talk(), 2))
    assert short.current_slot_values() == long.current_slot_values()
    assert short.active_loop_name == long.active_loop_name == "hat_form"
    assert short.get_slot("requested_slot") == "colour"
    assert short.latest_action_name == long.latest_action_name
    assert short.latest_message.text == "words 29"


def test_only_the_last_turns_are_left() -> None:
    short = shortened(long_talk(), 2)
    assert [event.text for event in short if isinstance(event, UserUttered)] == ["words 28", "words 29"]
    assert len(short) < 20


def test_a_form_that_has_ended_stays_ended() -> None:
    events = [*long_talk(), *turn(30, ActionExecuted("hat_form"), ActiveLoop(None), SlotSet("requested_slot", None))]
    for number in range(31, 40):
        events += turn(number)
    short = tracker(shortened(events, 2))
    assert short.active_loop_name is None
    assert short.get_slot("requested_slot") is None


def test_a_short_talk_is_left_alone() -> None:
    events = turn(0) + turn(1)
    assert shortened(events, 2) == events


async def test_shortened_at_every_length_the_state_is_the_same() -> None:
    store = ShortTrackerStore(DOMAIN, keep_turns=2)
    events: List[Event] = []
    for number in range(40):
        event_list = turn(number, SlotSet("colour", str(number % 3)), ActionExecuted("hat_form"))
        events += event_list
        kept = await store.retrieve("someone") or store.init_tracker("someone")
        for event in event_list:
            kept.update(event)
        await store.save(kept)
        short = await store.retrieve("someone")
        assert short is not None
        assert short.current_slot_values() == tracker(events).current_slot_values()
        assert sum(isinstance(event, UserUttered) for event in short.events) <= 4


async def test_an_empty_tracker_forgets_the_conversation() -> None:
    store = ShortTrackerStore(DOMAIN)
    await store.save(tracker(turn(0)))
    await store.save(DialogueStateTracker("someone", DOMAIN.slots))
    assert await store.retrieve("someone") is None


async def test_the_longest_silent_conversation_goes_first() -> None:
    store = ShortTrackerStore(DOMAIN, most_conversations=2)
    for name in ("one", "two", "one", "three"):
        await store.save(DialogueStateTracker.from_events(name, turn(0), slots=DOMAIN.slots))
    assert list(await store.keys()) == ["one", "three"]


async def test_silence_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ShortTrackerStore(DOMAIN, idle_seconds=60)
    await store.save(DialogueStateTracker.from_events("old", turn(0), slots=DOMAIN.slots))
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    await store.save(DialogueStateTracker.from_events("new", turn(0), slots=DOMAIN.slots))
    assert list(await store.keys()) == ["new"]
