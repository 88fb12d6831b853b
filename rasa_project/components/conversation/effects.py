"""What changes something: read back with its sum, mended as often as the caller likes, and ordered only after a yes."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Dict, Optional
from uuid import uuid4

from components import sums
from components.conversation import wording
from components.conversation.choosing import NOTHING_SAID, Item
from components.conversation.state import Matters, Reading, Service, Stage, Turn, say

SURE_ENOUGH_TO_SETTLE = 0.8
_WHOLE = re.compile(r"\b(?:all of (?:it|them)|everything|the whole|the lot|in full|full|total|entire)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:minimum|least|smallest)\b", re.IGNORECASE)
_WEAK = frozenset({"inform", "correct", "deny", "affirm", "not_understood", "out_of_scope", "dont_know", "min_payment"})
_ABOUT_THE_LINE = frozenset({"ask_agent", "angry", "ask_position", "ask_wait", "call_me_back"})
_NOW = frozenset({"now", "today", "just now", "tonight", "not known", "no"})
_OTHER_SUM = re.compile(r"\b(?:amount|different|less|more|another sum|not all|part)\b", re.IGNORECASE)


def read_back(reading: Reading, service: Service, item: Item, said: str = "") -> Turn:
    """What would be done, in one question. The sum is the one that was `said` or told before, else all there is."""
    note: Dict[str, Any] = {**wording.spoken(item), "item_id": item["id"], "stage": Stage.READ_BACK.value}
    if service.sums:
        wanted = _sum(reading, service, item, said)
        if wanted is None:
            return say(f"utter_how_much_{service.name}", **{**note, "stage": Stage.HOW_MUCH.value, "amount": None})
        note.update(_summed(service, item, wanted))
        if said or _told(reading):
            note["amount"] = _as_fact(service, note["item_sum"])
    later = say("utter_only_today") if _is_for_later(reading, service) else Turn()
    return later.then(Turn((f"utter_read_back_{service.name}",), note))


def hear(reading: Reading, matters: Matters) -> Optional[Turn]:
    """A yes, or another sum; None for everything else. Each yes is an attempt, however often it is ordered."""
    service = matters.service(reading.slots.get("service"))
    item, is_yes = _item(reading), reading.intent == "affirm"
    if service.sums and item:
        if has_sum(reading) and not (is_yes and _is_as_read(reading, service, item, reading.text)):
            return read_back(reading, service, item, reading.text)
        is_open = reading.stage is Stage.HOW_MUCH and (is_yes or reading.intent == "dont_know")
        if is_open or (is_yes and not _is_as_read(reading, service, item)):
            return read_back(reading, service, item)
    if is_yes and reading.confidence >= SURE_ENOUGH_TO_SETTLE:
        note = {"stage": Stage.SETTLING.value, "attempt": uuid4().hex, **_facts(reading, service, item)}
        return Turn((f"utter_order_{service.name}",), note)
    if service.sums and reading.intent in ("deny", "correct") and _OTHER_SUM.search(reading.text):
        return say(f"utter_how_much_{service.name}", stage=Stage.HOW_MUCH.value)
    return None


def has_sum(reading: Reading) -> bool:
    """Whether these words name a sum for the one that was chosen."""
    if not _item(reading):
        return False
    is_short = len(reading.text.split()) <= 6 and reading.intent not in _ABOUT_THE_LINE
    is_plain = reading.intent in _WEAK or reading.intent == reading.topic or is_short
    is_said = sums.sum_in(reading.text) is not None or bool(_LEAST.search(reading.text) or _WHOLE.search(reading.text))
    return "amount" in reading.filled or (is_plain and is_said)


def with_sum(reading: Reading, service: Service) -> Turn:
    """The one that was chosen, read back anew with the sum that was just named."""
    item = _item(reading)
    return read_back(reading, service, item, reading.text) if item else Turn()


def _is_for_later(reading: Reading, service: Service) -> bool:
    """A day was named on which it can't be done from here: that is said before the question, and once."""
    told = str(reading.slots.get("date") or "now").lower()
    is_new = reading.stage is Stage.LOOK_UP or "date" in reading.filled
    return service.sums == "amount" and is_new and told not in _NOW


def _item(reading: Reading) -> Optional[Item]:
    chosen = reading.slots.get("item_id")
    return next((item for item in reading.slots.get("items") or [] if item["id"] == chosen), None)


def _told(reading: Reading) -> str:
    told = reading.slots.get("amount")
    return "" if told in NOTHING_SAID else str(told)


def _sum(reading: Reading, service: Service, item: Item, said: str) -> Optional[Decimal]:
    """The sum that is meant; all of it where none was named, and None where one was named that says nothing exact."""
    whole, least = _decimal(item.get(service.sums or "")), _decimal(item.get("minimum"))
    told = _told(reading)
    for words in filter(None, (said, told)):
        if _LEAST.search(words) and least:
            return least
        if _WHOLE.search(words):
            return whole
        named = sums.sum_in(words)
        if named:
            return named
    return None if told else whole


def _summed(service: Service, item: Item, wanted: Decimal) -> Dict[str, Any]:
    if service.sums != "points":
        return {"sum": str(wanted), "item_sum": wording.money(str(wanted), item.get("currency") or "GBP")}
    whole, worth = _decimal(item.get("points")) or wanted, _decimal(item.get("worth")) or Decimal(0)
    spoken_worth = wording.money(str(worth * wanted / whole), item.get("currency") or "GBP")
    return {"sum": str(int(wanted)), "item_sum": f"{int(wanted):,}", "item_worth": spoken_worth}


def _is_as_read(reading: Reading, service: Service, item: Item, said: str = "") -> bool:
    """Whether the sum is still the one that was read back: it may be mended in words, or on the screen."""
    read = _decimal(str(reading.slots.get("sum") or ""))
    return reading.stage is Stage.READ_BACK and read is not None and _sum(reading, service, item, said) == read


def _facts(reading: Reading, service: Service, item: Optional[Item]) -> Dict[str, Any]:
    """For the agent, what the caller has just said yes to."""
    if not service.sums or not item:
        return {}
    payee = {"payee": item["payee"]} if item.get("payee") else {}
    return {"amount": _as_fact(service, str(reading.slots.get("item_sum"))), **payee}


def _as_fact(service: Service, spoken: str) -> str:
    return f"{spoken} points" if service.sums == "points" else spoken


def _decimal(value: Optional[str]) -> Optional[Decimal]:
    try:
        return Decimal(value) if value else None
    except InvalidOperation:
        return None
