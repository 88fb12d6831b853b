"""Settling a matter on the spot: who is it, which card, read it back, and only after a yes give the order."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from components.conversation import closing
from components.conversation.state import Reading, Stage, Topic, Turn, say

NEEDED_LEVEL = 2
SURE_ENOUGH_TO_SETTLE = 0.8
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
_NOT_VERIFIED = {
    "locked": "utter_verify_locked",
    "failed": "utter_verify_failed",
    "unavailable": "utter_verify_unavailable",
}
Card = Mapping[str, str]


def begin(reading: Reading, service: str) -> Turn:
    """Identity first, when it is not proved yet; then the cards."""
    note: Dict[str, Any] = {"service": service, "card_id": None, "card_label": None}
    if float(reading.slots.get("verified_level") or 0) >= NEEDED_LEVEL:
        return Turn(("utter_order_look_up_cards",), {**note, "stage": Stage.LOOK_UP.value})
    return Turn(("utter_order_verify",), {**note, "stage": Stage.VERIFY.value})


def verified(reading: Reading) -> Turn:
    level = reading.data.get("level", NEEDED_LEVEL)
    name = reading.data.get("name") or reading.slots.get("customer_name")
    thanks = say("utter_verified_by_name" if name else "utter_verified", verified_level=level, customer_name=name)
    if reading.stage in (Stage.VERIFY, Stage.VERIFY_AGAIN) and reading.slots.get("service"):
        return thanks.then(say("utter_order_look_up_cards", stage=Stage.LOOK_UP.value))
    return thanks


def not_verified(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    """One more try when there is one; otherwise the matter is the agent's, and no less urgent for it."""
    if reading.stage in (Stage.LOOK_UP, Stage.SETTLING):
        return _leave_to_agent(reading, topics, "utter_left_for_agent")
    if reading.stage not in (Stage.VERIFY, Stage.VERIFY_AGAIN):
        return Turn()
    reason = reading.data.get("reason")
    if reason == "failed" and reading.data.get("tries_left"):
        return say("utter_ask_verify_again", stage=Stage.VERIFY_AGAIN.value)
    said = _NOT_VERIFIED.get(str(reason), "utter_verify_left")
    return _leave_to_agent(reading, topics, said, _unverified(reading, topics))


def cards(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    if reading.stage is not Stage.LOOK_UP:
        return Turn()
    known: List[Card] = list(reading.data.get("cards") or [])
    if not known:
        return _leave_to_agent(reading, topics, "utter_no_cards")
    return _choose(reading, known)


def settled(reading: Reading, topics: Mapping[str, Topic]) -> Turn:
    """Says what the back office answered, and goes on to what naturally follows."""
    service, outcome = reading.data.get("service"), reading.data.get("outcome")
    text = reading.data.get("text")
    told = say("utter_settled" if text else f"utter_settled_{outcome}", settled_text=text)
    if outcome not in ("done", "already_done"):
        return _leave_to_agent(reading, topics, *told.say).then(Turn((), told.note))
    done = [*reading.done, service] if service not in reading.done else list(reading.done)
    told = told.then(Turn((), {"done": done, "stage": None}))
    following = _following(reading, topics)
    if (
        following
        and following not in done
        and reading.offers(following)
        and service != following
        and reading.slots.get("card_id")
    ):
        return told.then(say(f"utter_read_back_{following}", service=following, stage=Stage.READ_BACK.value))
    return told.then(closing.anything_else(reading.after(told), topics))


def hear(reading: Reading, topics: Mapping[str, Topic]) -> Optional[Turn]:
    """The caller's words in the middle of settling; None when they are about something else."""
    stage = reading.stage
    no = reading.intent in ("deny", "cancel")
    if stage is Stage.VERIFY:
        if no or reading.intent == "dont_know":
            return _leave_to_agent(reading, topics, "utter_order_cancel_verify", _unverified(reading, topics))
    elif stage in (Stage.VERIFY_AGAIN, Stage.VERIFY_LATER):
        if reading.intent == "affirm":
            order = "utter_order_verify_again" if stage is Stage.VERIFY_AGAIN else "utter_order_verify_now"
            return say(order, stage=Stage.VERIFY.value)
        if no or reading.intent == "dont_know":
            return _leave_to_agent(reading, topics, "utter_verify_left", _unverified(reading, topics))
    elif stage is Stage.READ_BACK:
        return _hear_read_back(reading, topics)
    elif stage is Stage.CHOOSE_CARD:
        return _hear_card(reading, topics)
    elif stage is Stage.SETTLING:
        # The service tells how an order went before it passes on words: this one's outcome was lost with a process.
        return say(f"utter_order_{reading.slots.get('service')}")
    return None


def _hear_read_back(reading: Reading, topics: Mapping[str, Topic]) -> Optional[Turn]:
    service = reading.slots.get("service")
    if _names_a_card(reading):
        return _choose(reading, reading.slots.get("cards") or [])
    if reading.intent == "affirm" and reading.confidence >= SURE_ENOUGH_TO_SETTLE:
        return say(f"utter_order_{service}", stage=Stage.SETTLING.value)
    if reading.intent == "dont_know":
        return say("utter_no_hurry", f"utter_read_back_{service}")
    if reading.intent in ("deny", "cancel"):
        if service == "order_replacement_card" and "freeze_card" in reading.done:
            return _leave_to_agent(reading, topics, "utter_no_replacement")
        return say("utter_not_done", stage=Stage.CHOOSE_CARD.value)
    if reading.intent == "correct":
        return say("utter_which_card", stage=Stage.CHOOSE_CARD.value)
    return None


def _hear_card(reading: Reading, topics: Mapping[str, Topic]) -> Optional[Turn]:
    known: List[Card] = list(reading.slots.get("cards") or [])
    ordinal = next((at for word, at in _ORDINALS.items() if re.search(rf"\b{word}\b", reading.text.lower())), None)
    if _names_a_card(reading):
        return _choose(reading, known)
    if ordinal is not None and -len(known) <= ordinal < len(known):
        return _read_back(reading, known[ordinal])
    if reading.intent == "affirm" and len(known) == 1:
        return _read_back(reading, known[0])
    if reading.intent in ("deny", "cancel", "dont_know"):
        return _leave_to_agent(reading, topics, "utter_left_for_agent")
    return None


def _names_a_card(reading: Reading) -> bool:
    return bool(reading.filled & {"card_kind", "card_last4"}) or len(re.findall(r"\d", reading.text)) == 4


def _choose(reading: Reading, known: Sequence[Card]) -> Turn:
    """The one card that fits what was said; otherwise the caller is asked which of those that fit."""
    kind = str(reading.slots.get("card_kind") or "").lower()
    digits = re.sub(r"\D", "", reading.text)
    last4 = digits if len(digits) == 4 else str(reading.slots.get("card_last4") or "")
    fitting = [card for card in known if len(last4) == 4 and last4 in card["label"]]
    fitting = fitting or [card for card in known if kind and kind in card["label"].lower()]
    if len(fitting) == 1 and not (len(last4) == 4 and last4 not in fitting[0]["label"]):
        return _read_back(reading, fitting[0]).then(Turn((), {"cards": list(known)}))
    labels = [f"your {card['label']}" for card in (fitting or known)]
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
    return say("utter_which_card", stage=Stage.CHOOSE_CARD.value, cards=list(known), card_list=listed)


def _read_back(reading: Reading, card: Card) -> Turn:
    note = {"card_id": card["id"], "card_label": card["label"], "stage": Stage.READ_BACK.value}
    return Turn((f"utter_read_back_{reading.slots.get('service')}",), note)


def _leave_to_agent(reading: Reading, topics: Mapping[str, Topic], *said: str) -> Turn:
    turn = say(*said, service=None, stage=None)
    return turn.then(closing.anything_else(reading.after(turn), topics))


def _unverified(reading: Reading, topics: Mapping[str, Topic]) -> str:
    topic = topics.get(reading.topic or "")
    return "utter_unverified_urgent" if topic and topic.urgent else "utter_unverified"


def _following(reading: Reading, topics: Mapping[str, Topic]) -> Optional[str]:
    topic = topics.get(reading.topic or "")
    return topic.then if topic else None
