"""From a figure to the contacts behind it, and from each to its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from agents_house import House
from agents_house import house as house

from assistant.flow.feedback import Feedback
from assistant.flow.recounting import Recounting
from assistant.model.contact import Channel, ContactId, Verification
from assistant.model.figures import FIGURES
from assistant.model.place import rfc3339

CONTACTS = "/api/v1/supervisor/contacts"
REPORTS = "/api/v1/supervisor/reports"


@dataclass
class Supervisor:
    """Sofia, signed in, looking at the last day."""

    house: House
    token: str

    async def asks(self, path: str, **query: Any) -> Any:
        now = self.house.clock.now()
        query = {"from": rfc3339(now - timedelta(days=1)), "to": rfc3339(now + timedelta(seconds=1))} | query
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        status, body = await self.house.gets(f"{path}?{asked}", self.token)
        assert status == 200, body
        return body

    async def lists(self, figure: str, **query: Any) -> list[dict[str, Any]]:
        await Recounting(self.house.store).catch_up()
        found: list[dict[str, Any]] = (await self.asks(CONTACTS, figure=figure, **query))["contacts"]
        return found


@pytest.fixture
async def sofia(house: House) -> Supervisor:
    return Supervisor(house, await house.signs_in("sofia"))


async def worked(house: House) -> tuple[ContactId, ContactId]:
    """One contact is handled in forty seconds after ten of waiting, and judged; another leaves after thirty."""
    served = await house.arrives(topic="lost_card")
    house.clock.advance(10)
    amira = await house.opens_console("amira")
    await amira.takes(served)
    await amira.does("not_ready", reason="break")
    gone = await house.arrives("fraud", Channel.VOICE)
    house.clock.advance(29)
    await amira.does("end", contact_id=served.id)
    house.clock.advance(10)
    await amira.does("wrap_up", contact_id=served.id, disposition="resolved", notes="A new card is on its way.")
    await house.conversation.leave(gone.id)
    await Feedback(house.store).give(served.id, {"csat": 4, "nps": 3}, None)
    return served.id, gone.id


async def test_only_supervisors_see_whose_contacts_they_were(house: House) -> None:
    served, _ = await worked(house)
    for path in (CONTACTS, f"{CONTACTS}/{served}"):
        assert (await house.gets(path))[0] == 401
        assert (await house.gets(path, await house.signs_in("amira")))[0] == 403


async def test_a_figure_leads_to_its_contacts_and_what_each_brings_to_it(house: House, sofia: Supervisor) -> None:
    served, gone = await worked(house)
    assert [each["contact_id"] for each in await sofia.lists("entered")] == [gone, served]
    (answered,) = await sofia.lists("asa_seconds")
    assert answered["agent"] == {"username": "amira", "name": "Amira Haddad"}
    told = {name: answered[name] for name in ("contact_id", "queue", "channel", "topic", "waited_seconds", "outcome")}
    assert told == {
        "contact_id": served,
        "queue": "cards",
        "channel": "chat",
        "topic": "lost_card",
        "waited_seconds": 10.0,
        "outcome": "handled",
    }
    assert (answered["part"], answered["times"], answered["disposition"]) == (10.0, 1, "resolved")
    assert {each["contact_id"]: each["part"] for each in await sofia.lists("service_level")} == {served: 1, gone: 0}
    assert [each["part"] for each in await sofia.lists("aht_seconds")] == [40.0]
    assert [each["part"] for each in await sofia.lists("nps")] == [-1]


async def test_what_is_listed_adds_up_to_the_figure(house: House, sofia: Supervisor) -> None:
    await worked(house)
    report = (await sofia.asks(REPORTS))["total"]
    for name, figure in FIGURES.items():
        rows = await sofia.lists(name)
        value = report["told_waits"].get(name) if name in report["told_waits"] else report[name]
        if value is None or name.startswith(("median", "p90")):
            continue
        whole = sum(row["part"] for row in rows)
        times = sum(row["times"] for row in rows)
        expected = whole if figure.of == figure.part else whole / times * (100 if name == "nps" else 1)
        assert value == pytest.approx(expected), name


async def test_contacts_are_told_apart_as_rows_are(house: House, sofia: Supervisor) -> None:
    served, gone = await worked(house)
    for query, expected in (
        ({"queue": "fraud"}, gone),
        ({"channel": "chat"}, served),
        ({"topic": "lost_card"}, served),
        ({"topic": ""}, gone),
    ):
        assert [each["contact_id"] for each in await sofia.lists("entered", **query)] == [expected]
    assert [each["contact_id"] for each in await sofia.lists("services", agent="amira")] == [served]
    assert await sofia.lists("services", agent="ben") == []


async def test_what_alone_counts_is_told_with_the_label_that_a_person_reads(house: House, sofia: Supervisor) -> None:
    await worked(house)
    narrowed = {"queue": "cards", "channel": "chat", "topic": "report_lost_card", "agent": "amira"}
    for path in (CONTACTS, REPORTS):
        assert (await sofia.asks(path, **narrowed))["only"] == {
            "queue": {"value": "cards", "label": house.tenant.queues["cards"].name},
            "channel": {"value": "chat", "label": None},
            "topic": {"value": "report_lost_card", "label": "Lost or stolen card"},
            "agent": {"value": "amira", "label": "Amira Haddad"},
        }
        assert (await sofia.asks(path, topic=""))["only"] == {"topic": {"value": "", "label": None}}
        assert (await sofia.asks(path))["only"] == {}


async def test_a_long_list_comes_in_pages_without_a_gap(house: House, sofia: Supervisor) -> None:
    arrived = [(await house.arrives()).id for _ in range(5)]
    await Recounting(house.store).catch_up()
    seen, before = [], {}
    while True:
        page = await sofia.asks(CONTACTS, limit=2, **before)
        seen += [each["contact_id"] for each in page["contacts"]]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert seen == arrived[::-1]


async def test_a_story_tells_what_happened_and_what_was_said(house: House) -> None:
    served, _ = await worked(house)
    status, told = await house.gets(f"{CONTACTS}/{served}", await house.signs_in("sofia"))
    assert status == 200
    assert told["contact"]["headline"]
    assert [note["text"] for note in told["contact"]["notes"]] == ["A new card is on its way."]
    steps = [(step["type"], step["data"]) for step in told["story"]]
    assert ("contact.connected", {"agent_name": "Amira Haddad"}) in steps
    assert ("contact.wrapped", {"disposition": "resolved"}) in steps
    assert ("feedback.given", {"csat": 4, "nps": 3}) in steps
    types = [type for type, _ in steps]
    assert types.index("contact.placed") < types.index("offer.made") < types.index("contact.closed")


async def test_without_consent_neither_list_nor_story_tells_what_it_was_about(house: House, sofia: Supervisor) -> None:
    contact = await house.arrives(topic="lost_card")
    await house.caller_says(contact.id, "My husband took it.")
    known = Verification(2, "pin", house.clock.now())
    await house.becomes(contact.id, consent=False, customer_number="10000001", verification=known)
    (row,) = await sofia.lists("entered")
    assert (row["topic"], row["topic_label"]) == (None, None)
    _, told = await house.gets(f"{CONTACTS}/{contact.id}", await house.signs_in("sofia"))
    assert "husband" not in str(told)
    assert "lost_card" not in str(told["story"])
    assert told["contact"]["topic"] is None


@pytest.mark.parametrize("query", ["figure=luck", "limit=0", "before=yesterday", "agent=nobody"])
async def test_what_cannot_be_listed_is_refused(house: House, query: str) -> None:
    status, body = await house.gets(f"{CONTACTS}?{query}", await house.signs_in("sofia"))
    assert (status, body["error"]["code"]) == (400, "invalid_request")


async def test_a_contact_that_is_none_is_not_found(house: House) -> None:
    status, body = await house.gets(f"{CONTACTS}/nobody", await house.signs_in("sofia"))
    assert (status, body["error"]["code"]) == (404, "no_such_contact")
