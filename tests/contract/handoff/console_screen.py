"""What a console shows that follows its frames as CONTRACT says."""

from __future__ import annotations

from typing import Any

VOLATILE = {"waited_seconds", "last_seq"}


class Screen:
    """A console's state, kept as CONTRACT says: from one snapshot, by frames that are newer."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.revision: int = snapshot["revision"]
        self.agent = snapshot["agent"]
        self.offers = {offer["offer_id"]: offer for offer in snapshot["offers"]}
        self.contacts = {contact["contact_id"]: dict(contact) for contact in snapshot["contacts"]}
        self.contacts |= {card["contact_id"]: _of_colleague(card) for card in snapshot["watched"]}

    def apply(self, frame: dict[str, Any]) -> None:
        type, data = frame["type"], frame.get("data", {})
        if "revision" in frame:
            assert frame["revision"] > self.revision
            self.revision = frame["revision"]
        if type == "agent.updated":
            self.agent = data
        elif type in {"offer.made", "offer.updated"}:
            self.offers[data["offer_id"]] = data
        elif type == "offer.ended":
            del self.offers[data["offer_id"]]
        elif type == "watch.ended":
            self.contacts.pop(data["contact_id"], None)
        elif "seq" in frame:
            self._apply_to_contact(type, frame["seq"], frame["at"], data)

    def _apply_to_contact(self, type: str, seq: int, at: str, data: dict[str, Any]) -> None:
        if type == "contact.briefing":
            self.contacts[data["contact_id"]] = data | {"last_seq": seq}
            return
        contact = self.contacts[data["contact_id"]]
        assert seq > contact["last_seq"]
        contact["last_seq"] = seq
        told = {name: value for name, value in data.items() if name != "contact_id"}
        if type == "message.added":
            contact["transcript"] = [*contact["transcript"], {"seq": seq, "at": at, **told}]
        elif type == "note.added":
            contact["notes"] = [*contact["notes"], {"seq": seq, "at": at, **told}]
        else:
            contact.update(told)
        if contact["state"] not in {"offered", "connected", "wrapping"}:
            del self.contacts[data["contact_id"]]

    def shown(self, fresh: Screen) -> dict[str, Any]:
        contacts = {
            id: {name: contact.get(name) for name in fresh.contacts.get(id, contact) if name not in VOLATILE}
            for id, contact in self.contacts.items()
        }
        offers = {id: {**offer, "waited_seconds": 0} for id, offer in self.offers.items()}
        return {"agent": self.agent, "offers": offers, "contacts": contacts}


def _of_colleague(card: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name != "mode"}
