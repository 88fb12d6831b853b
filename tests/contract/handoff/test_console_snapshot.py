"""A console that follows its frames shows what a fresh one shows."""

from __future__ import annotations

from typing import Any

import pytest
from agents_house import House
from agents_house import house as house


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


VOLATILE = {"waited_seconds", "last_seq"}


class Screen:
    """A console's state, kept as CONTRACT says: from one snapshot, by frames that are newer."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.revision: int = snapshot["revision"]
        self.agent = snapshot["agent"]
        self.offers = {offer["offer_id"]: offer for offer in snapshot["offers"]}
        self.contacts = {contact["contact_id"]: dict(contact) for contact in snapshot["contacts"]}

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


async def test_a_snapshot_with_its_frames_equals_a_fresh_snapshot(house: House) -> None:
    token = await house.signs_in("amira")
    amira = await house.opens(token)
    contacts = [await house.arrives() for _ in range(5)]
    await amira.does("ready")
    for contact in contacts[:3]:
        await amira.takes(contact)
    house.clock.advance(3)
    await amira.does("say", contact_id=contacts[0].id, text="good morning", client_id="m1")
    await amira.does("note", contact_id=contacts[0].id, text="calm")
    await house.becomes(contacts[0].id, topic="report_lost_card")
    await house.legs.lost(f"socket of {contacts[1].id}")
    await amira.does("end", contact_id=contacts[1].id)
    await house.conversation.leave(contacts[2].id)
    await amira.does("wrap_up", contact_id=contacts[2].id, disposition="resolved", notes="")
    offer = (await amira.heard("offer.made", contact_id=contacts[3].id))["data"]
    await amira.does("decline", offer_id=offer["offer_id"])
    await amira.heard("offer.made", contact_id=contacts[4].id)
    await house.caller_says(contacts[0].id, "and what now?")
    await amira.heard("message.added", text="and what now?")
    fresh = Screen((await house.opens(token)).snapshot)
    followed = Screen(amira.snapshot)
    for frame in amira.frames[1:]:
        followed.apply(frame)
    assert followed.shown(fresh) == fresh.shown(fresh)
    assert len(fresh.contacts) == 2
    assert fresh.revision > amira.snapshot["revision"]
