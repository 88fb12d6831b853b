"""Telling what was asked for: the one answer in one breath, or what a page of the tenant's says, with its source."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from components.conversation import closing, wording
from components.conversation.choosing import Item, counted, joined
from components.conversation.state import Matters, Reading, Service, Stage, Turn, say

SURE_ENOUGH_TO_TELL = 0.4
MOST_LISTED = 3
SETTLING_STAGES = frozenset(
    {
        Stage.VERIFY,
        Stage.VERIFY_AGAIN,
        Stage.VERIFY_LATER,
        Stage.LOOK_UP,
        Stage.CHOOSE,
        Stage.HOW_MUCH,
        Stage.READ_BACK,
        Stage.SETTLING,
    }
)
"""The stages in which a service waits for an answer or an outcome."""

FORGOTTEN: Mapping[str, Any] = {"items": None, "stage": None}


def is_page(reading: Reading, service: Optional[str]) -> bool:
    """Whether anybody may know it: it needs no verification, and may be answered in the middle of anything."""
    return reading.offers(service) and reading.needs(service) == 0


def beside(reading: Reading, matters: Matters) -> Optional[Turn]:
    """A page that is asked for in the middle of something, or that is no matter of its own; else None."""
    asked = reading.intent
    is_under_way = bool(reading.form) or reading.stage in SETTLING_STAGES
    is_aside = is_under_way or asked not in matters.topics
    if not is_aside or not is_page(reading, asked) or reading.confidence < SURE_ENOUGH_TO_TELL:
        return None
    return say("utter_order_look_up_beside", beside=asked)


def tell_beside(reading: Reading, again: Turn, matters: Matters) -> Turn:
    """The page, and the question that was open; where none was, whether there is anything else."""
    page = _page(reading.data["items"][0])
    told = page.then(Turn((), {"beside": None, "done": _done(reading, reading.data["service"])}))
    return told.then(again if again.say else closing.anything_else(reading.after(told), matters.topics))


def tell(reading: Reading, matters: Matters, service: Service, items: Sequence[Item]) -> Turn:
    """The answer, recorded for the agent, and whether there is anything else."""
    noted = Turn((), {**FORGOTTEN, "done": _done(reading, service.name)})
    if items and "page" in items[0]:
        told = _page(items[0])
    elif not items:
        told = say(f"utter_none_{service.name}")
    elif service.lists:
        told = _list(service, items)
    else:
        told = _one(service, items[0])
    told = told.then(noted)
    return told.then(closing.anything_else(reading.after(told), matters.topics))


def groups(items: Sequence[Item], reading: Reading) -> List[Item]:
    """One item of each label; only those of the merchant where one was named that is among them."""
    merchant = str(reading.slots.get("merchant") or "").lower()
    kept = [item for item in items if merchant and merchant in item.get("payee", "").lower()]
    first: Dict[str, Item] = {}
    for item in kept or items:
        first.setdefault(item["label"], item)
    return list(first.values())


def of_label(items: Sequence[Item], label: str, reading: Reading) -> List[Item]:
    """Those of one account, the newest first, and of the merchant that was named where there are any."""
    merchant = str(reading.slots.get("merchant") or "").lower()
    own = [item for item in items if item["label"] == label]
    return [item for item in own if merchant and merchant in item.get("payee", "").lower()] or own


def _one(service: Service, item: Item) -> Turn:
    status = item.get("status")
    name = f"utter_told_{service.name}" + (f"_{status}" if status in service.varies else "")
    return say(name, **wording.spoken(item))


def _list(service: Service, items: Sequence[Item]) -> Turn:
    said = [wording.spoken(item) for item in items[:MOST_LISTED]]
    each = joined([f"{one['item_amount']} {one['item_kind']} {one['item_payee']} {one['item_on']}" for one in said])
    name = f"utter_told_{service.name}" + ("_one" if len(said) == 1 else "")
    return say(name, **said[0], item_list=each, item_count=counted(len(said)))


def _page(item: Item) -> Turn:
    note: Dict[str, Any] = {"page": item["page"], "page_says": item["says"]}
    return say("utter_told_page", **note)


def _done(reading: Reading, service: str) -> List[str]:
    return [*(name for name in reading.done if name != service), service]
