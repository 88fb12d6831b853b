"""Settling a matter on the spot: who is it, which one, tell it; or read it back, and after a yes give the order."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional, Sequence

from components.conversation import choosing, closing, effects, identity, telling
from components.conversation.choosing import Item
from components.conversation.state import Matters, Reading, Stage, Turn, say


def begin(reading: Reading, matters: Matters, service: str) -> Turn:
    """Identity first, when it is not proved as far as this needs it; then what is to be told or chosen from."""
    note: Dict[str, Any] = {"service": service, "items": None, "item_id": None, "item_label": None, "sum": None}
    begun = Turn((), note)
    reading = reading.after(begun)
    if identity.is_proved(reading):
        return begun.then(say("utter_order_look_up", stage=Stage.LOOK_UP.value))
    return begun.then(identity.prove(reading, matters.service(service).effect))


def verified(reading: Reading, again: Turn) -> Turn:
    """Thanks; then what the service that waits for it looks up, unless more has to be proved, or the open question."""
    thanks = identity.verified(reading)
    if "stage" in thanks.note:
        return thanks
    if reading.stage in (Stage.VERIFY, Stage.VERIFY_AGAIN) and reading.slots.get("service"):
        return thanks.then(say("utter_order_look_up", stage=Stage.LOOK_UP.value))
    return thanks.then(again)


def not_verified(reading: Reading, matters: Matters) -> Turn:
    """One more try when there is one; otherwise the matter is the agent's, and no less urgent for it."""
    if reading.stage in (Stage.LOOK_UP, Stage.SETTLING):
        return leave_to_agent(reading, matters, "utter_left_for_agent")
    if reading.stage not in (Stage.VERIFY, Stage.VERIFY_AGAIN):
        return Turn()
    said = identity.not_verified(reading, matters)
    if not said:
        return say("utter_ask_verify_again", stage=Stage.VERIFY_AGAIN.value)
    return leave_to_agent(reading, matters, *said)


def found(reading: Reading, matters: Matters, again: Turn) -> Turn:
    """What was looked up: tell it, read it back, or ask which one. `again` asks what was open beside it."""
    items: Sequence[Item] = list(reading.data.get("items") or [])
    name = str(reading.data.get("service"))
    if reading.slots.get("beside") == name and items:
        return telling.tell_beside(reading, again, matters)
    if reading.stage is not Stage.LOOK_UP or name != reading.slots.get("service"):
        return Turn()
    service = matters.service(name)
    if service.having:
        items = [item for item in items if item.get(service.having)]
    if not items and service.effect:
        return leave_to_agent(reading, matters, f"utter_none_{name}")
    if not items or "page" in items[0]:
        return telling.tell(reading, matters, service, items)
    choices = telling.groups(items, reading) if service.lists else items
    meant, is_meant = choosing.split(choices, reading, service.by)
    if service.lists and len(meant) > 1 and not choosing.is_narrowed(reading, service.by):
        meant = meant[:1]
    return _go_on(reading, matters, meant, is_meant, items)


def settled(reading: Reading, matters: Matters) -> Turn:
    """Says what the back office answered, and goes on to what naturally follows."""
    service, outcome = str(reading.data.get("service")), reading.data.get("outcome")
    text = reading.data.get("text")
    told = say("utter_settled" if text else f"utter_settled_{outcome}", settled_text=text)
    if outcome not in ("done", "already_done"):
        return leave_to_agent(reading, matters, *told.say).then(Turn((), told.note))
    done = [*reading.done, service] if service not in reading.done else list(reading.done)
    told = told.then(Turn((), {"done": done, "stage": None}))
    topic = matters.topics.get(reading.topic or "")
    following = topic.then if topic else None
    if following and following not in done and reading.offers(following) and reading.slots.get("item_id"):
        return told.then(say(f"utter_read_back_{following}", service=following, stage=Stage.READ_BACK.value))
    told = told.then(Turn((), {"items": None}))
    return told.then(closing.anything_else(reading.after(told), matters.topics))


def ask_again(reading: Reading) -> Optional[Turn]:
    """The open question of a service once more; None when none is open."""
    stage, service = reading.stage, reading.slots.get("service")
    if stage in identity.IDENTITY_STAGES:
        return identity.go_on(reading)
    names: Mapping[Optional[Stage], str] = {
        Stage.LOOK_UP: "utter_order_look_up",
        Stage.CHOOSE: "utter_which_one",
        Stage.HOW_MUCH: f"utter_how_much_{service}",
        Stage.READ_BACK: f"utter_read_back_{service}",
        Stage.SETTLING: "utter_one_moment",
    }
    return say(names[stage]) if stage in names else None


def hear(reading: Reading, matters: Matters) -> Optional[Turn]:
    """The caller's words in the middle of settling; None when they are about something else."""
    stage = reading.stage
    if stage in identity.IDENTITY_STAGES:
        if stage is not Stage.VERIFY and reading.intent == "affirm":
            return identity.once_more(reading)
        ended = identity.given_up(reading)
        return leave_to_agent(reading, matters, ended, identity.unproved(reading, matters)) if ended else None
    if stage is Stage.CHOOSE:
        return _hear_choice(reading, matters)
    if stage in (Stage.READ_BACK, Stage.HOW_MUCH):
        return _hear_another(reading, matters) or effects.hear(reading, matters) or _hear_no(reading, matters)
    if stage is Stage.SETTLING:
        # The service tells how an order went before it passes on words: this one's outcome was lost with a process.
        return say(f"utter_order_{reading.slots.get('service')}")
    return None


def leave_to_agent(reading: Reading, matters: Matters, *said: str) -> Turn:
    turn = say(*said, service=None, stage=None, items=None)
    return turn.then(closing.anything_else(reading.after(turn), matters.topics))


def _hear_choice(reading: Reading, matters: Matters) -> Optional[Turn]:
    items: Sequence[Item] = reading.slots.get("items") or []
    service = matters.service(reading.slots.get("service"))
    choices = telling.groups(items, reading) if service.lists else items
    named = choosing.named(choices, reading, frozenset(matters.topics))
    if named:
        return _go_on(reading, matters, named, True, items)
    if service.sums and effects.has_sum(reading):
        return effects.with_sum(reading, service)
    if reading.intent == "affirm" and len(choices) == 1:
        return _go_on(reading, matters, choices, True, items)
    told = [fact for fact in service.by if fact in reading.filled]
    if told:
        return _go_on(reading, matters, *choosing.split(choices, reading, told), items)
    if len(re.findall(r"\d", reading.text)) == 4:
        return _go_on(reading, matters, choices, False, items)
    if reading.intent in ("deny", "cancel", "dont_know"):
        return leave_to_agent(reading, matters, "utter_left_for_agent")
    return None


def _hear_another(reading: Reading, matters: Matters) -> Optional[Turn]:
    """Another one than what was read back is named, whatever else was said."""
    service = matters.service(reading.slots.get("service"))
    items: Sequence[Item] = reading.slots.get("items") or []
    told = [fact for fact in service.by if fact in reading.filled]
    meant, is_meant = choosing.named(items, reading, frozenset(matters.topics)), True
    if not meant and told:
        meant, is_meant = choosing.split(items, reading, told)
    is_the_same = len(meant) == 1 and is_meant and meant[0]["id"] == reading.slots.get("item_id")
    return None if not meant or is_the_same else _go_on(reading, matters, meant, is_meant, items)


def _hear_no(reading: Reading, matters: Matters) -> Optional[Turn]:
    """No yes: nothing is done; another one may be meant, or there is no hurry."""
    service = matters.service(reading.slots.get("service"))
    if reading.intent == "dont_know":
        return say("utter_no_hurry", f"utter_read_back_{service.name}")
    if reading.intent in ("deny", "cancel"):
        if service.name == "order_replacement_card" and "freeze_card" in reading.done:
            return leave_to_agent(reading, matters, "utter_no_replacement")
        return say("utter_nothing_paid" if service.sums else "utter_not_done", stage=Stage.CHOOSE.value)
    if reading.intent == "correct":
        return say("utter_which_one", stage=Stage.CHOOSE.value)
    return None


def _go_on(reading: Reading, matters: Matters, meant: Sequence[Item], is_meant: bool, items: Sequence[Item]) -> Turn:
    """Tells or reads back the one that is meant; otherwise the caller is asked which of those that may be."""
    service = matters.service(reading.slots.get("service"))
    note = {"items": list(items)}
    if len(meant) == 1 and is_meant:
        if service.effect:
            return effects.read_back(reading, service, meant[0]).then(Turn((), note))
        told = telling.of_label(items, meant[0]["label"], reading) if service.lists else meant
        return telling.tell(reading, matters, service, told)
    which = "Is that the one?" if len(meant) == 1 else f"Which of the {choosing.counted(len(meant))} is it?"
    note.update(item_list=choosing.listed(meant), item_which=which, stage=Stage.CHOOSE.value)
    return say("utter_which_one", **note)
