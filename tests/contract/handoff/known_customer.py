"""A customer of whom all is kept that is ever kept of one: what erasing is tried on."""

from __future__ import annotations

from typing import Any

from agents_house import House
from agents_house import house as house
from sqlalchemy import select

from assistant.adapters.sql_schema import metadata
from assistant.flow.feedback import Feedback
from assistant.flow.settling import SETTLE
from assistant.model.briefing import Fact
from assistant.model.call_recordings import Tape, TapeState
from assistant.model.contact import Channel, ContactId, Verification
from assistant.model.preferences import Preference
from assistant.model.spoken import SpokenMessage, SpokenState
from assistant.model.storage import UnitOfWork

NUMBER, CUSTOMER, NAME = "+447700900123", "10000777", "Maya Quillfeather"
SAID = "the zebra ate my statement"
NOTED = "a note about a zebra"
COMMENT = "a zebra of an agent"
BALANCE = "your balance is zebra pounds"
PERSONAL = (NUMBER, CUSTOMER, NAME, "zebra", "RE77")


async def everything(house: House) -> str:
    """Every row of every table, as text."""

    def dump(work: Any) -> str:
        return "\n".join(
            f"{table.name}: {tuple(row)}"
            for table in metadata.sorted_tables
            for row in work.trail._connection.execute(select(table))
        )

    return await house.store.read(dump)


async def served(house: House, channel: Channel = Channel.CHAT) -> ContactId:
    """A verified customer's contact, handled, noted, judged and recorded: all that is ever kept of one."""
    contact = await house.arrives(topic="lost_card")
    await house.becomes(
        contact.id,
        ani=NUMBER,
        customer_number=CUSTOMER,
        customer_name=NAME,
        verification=Verification(2, "pin", house.clock.now()),
        consent=True,
    )
    await house.caller_says(contact.id, SAID)

    def knows(work: UnitOfWork) -> None:
        work.trail.put_fact(contact.id, Fact("merchant", "Merchant", "Zebra zebra Ltd"))
        work.effects.begin(contact.id, SETTLE, "a")
        work.effects.finish(contact.id, SETTLE, "a", {"outcome": "done", "text": BALANCE})
        work.tapes.add(Tape("t1", contact.id, 1, "CA1", TapeState.KEPT, work.now, recording_sid="RE77", seconds=42))
        work.preferences.save(Preference(CUSTOMER, work.now, Channel.SMS, "en"))
        begun = SpokenMessage("s1", "CA1", contact.queue, "en", NUMBER, None, SpokenState.WRITTEN, work.now, contact.id)
        work.spoken.add(begun)

    await house.store.transact(knows)
    house.telephones.sounds["RE77"] = b"RIFF zebra"
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    await amira.does("say", contact_id=contact.id, text=f"{NAME}, about the zebra.")
    await amira.does("end", contact_id=contact.id)
    await amira.does("wrap_up", contact_id=contact.id, disposition="resolved", notes=NOTED)
    await amira.does("not_ready", reason="break")
    await Feedback(house.store).give(contact.id, {"csat": 4}, COMMENT)
    return contact.id
