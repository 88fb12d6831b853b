"""`holdfast audit`: what an auditor runs, on a trail as it was written and on one that somebody has touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from arrivals import CARDS, hired
from busy_day import within
from doubles import MovedClock
from sqlalchemy import Connection, delete, select, update

from assistant.adapters.sql_schema import contact_events
from assistant.bootstrap.audit import audit
from assistant.flow.intake import Intake, JoinRequest
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.routing import Router
from assistant.flow.waiting import Waiting
from assistant.model.contact import Channel, Contact, ContactId, OfferId
from assistant.model.events import EventType
from assistant.model.place import rfc3339
from assistant.model.ports import Bus
from assistant.model.storage import Store
from assistant.settings.environment import Settings
from assistant.settings.tenant import Tenant

FIVE_MINUTES = timedelta(minutes=5)


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Any) -> None: ...

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Trail:
    """Three arrivals a second apart: the first speaks Spanish, and an agent who does not was offered the second."""

    url: str
    clock: MovedClock
    spanish: ContactId
    offered: ContactId
    waiting: ContactId

    async def audited(self) -> tuple[bool, dict[str, Any]]:
        """Whether it is proved, and the document."""
        printed: list[str] = []
        settings = Settings(database_url=self.url)
        begin, end = self.clock.now() - FIVE_MINUTES, self.clock.now() + FIVE_MINUTES
        is_proved = await audit(settings, begin, end, as_json=True, write=printed.append)
        return is_proved, json.loads("".join(printed))

    async def touch(self, contact_id: ContactId, type: EventType, change: Callable[[dict[str, Any]], None]) -> None:
        """Somebody changes what an event tells."""
        event = (contact_events.c.contact_id == contact_id) & (contact_events.c.type == type.value)

        def touch(connection: Connection) -> None:
            data = connection.execute(select(contact_events.c.data).where(event)).scalar_one()
            change(data)
            connection.execute(update(contact_events).where(event).values(data=data))

        await within(self.url, touch)


@pytest.fixture
async def trail(store: Store, database_url: str, bus: Bus, clock: MovedClock, fernhill: Tenant) -> Trail:
    tenant = fernhill.model_copy(update={"languages": ["en", "es"]})
    lines = Lines(store, bus, Waiting(store, clock, tenant))
    await lines.follow(tenant.queues)
    intake = Intake(store, tenant, lines, b"a key", "a process")
    placed = []
    for language in ("es", "en", "en"):
        placed.append((await intake.join(JoinRequest(Channel.CHAT, CARDS, language))).contact.id)
        clock.advance(20)
    await hired(store, chats=1)
    router = Router(store, bus, tenant, Offers(store, tenant, NoTelephone()))
    assert await router.assign() is not None
    assert await router.assign() is None
    clock.advance(20)
    return Trail(database_url, clock, *placed)


async def test_a_trail_as_it_was_written_proves_the_order(trail: Trail) -> None:
    is_proved, told = await trail.audited()
    assert is_proved
    assert told["is_proved"]
    assert (told["offers"], told["first_offers"], told["without_a_cause"], told["faults"]) == (1, 1, 0, 0)
    (overtake,) = told["findings"]
    assert (overtake["passed_id"], overtake["contact_id"], overtake["cause"]) == (
        trail.spanish,
        trail.offered,
        "language",
    )
    assert told["overtakes"] == {"language": 1}


async def test_chatwoot_10376_the_oldest_who_was_skipped_without_a_reason_is_found(trail: Trail) -> None:
    """An agent is freed, the newest gets the agent, and nothing tells that the oldest was skipped."""
    await trail.touch(trail.offered, EventType.OFFER_MADE, lambda data: data["passed_over"].clear())
    is_proved, told = await trail.audited()
    assert not is_proved
    assert [(found["passed_id"], found["cause"]) for found in told["findings"]] == [(trail.spanish, None)]


async def test_a_reason_that_was_not_so_is_found(trail: Trail) -> None:
    def excuse(data: dict[str, Any]) -> None:
        data["passed_over"][0]["why"] = "away"

    await trail.touch(trail.offered, EventType.OFFER_MADE, excuse)
    is_proved, told = await trail.audited()
    assert not is_proved
    assert told["without_a_cause"] == 1


async def test_a_place_that_was_made_older_afterwards_is_found(trail: Trail) -> None:
    def favour(data: dict[str, Any]) -> None:
        data["place"]["order_at"] -= 60_000_000

    await trail.touch(trail.waiting, EventType.CONTACT_PLACED, favour)
    is_proved, told = await trail.audited()
    assert not is_proved
    assert [found["passed_id"] for found in told["findings"] if found["cause"] is None] == [trail.waiting]


async def test_an_offer_that_tells_another_place_than_the_contact_had_is_found(trail: Trail) -> None:
    await trail.touch(trail.offered, EventType.OFFER_MADE, lambda data: data.update(order_at=1))
    is_proved, told = await trail.audited()
    assert not is_proved
    assert any("another place" in found.get("what", "") for found in told["findings"])


async def test_an_event_that_does_not_tell_what_it_should_is_found(trail: Trail) -> None:
    await trail.touch(trail.offered, EventType.OFFER_MADE, lambda data: data.pop("place"))
    is_proved, told = await trail.audited()
    assert not is_proved
    assert told["faults"] == 1


async def test_an_event_that_was_taken_out_is_found(trail: Trail) -> None:
    first = (contact_events.c.contact_id == trail.waiting) & (contact_events.c.seq == 1)
    await within(trail.url, lambda connection: connection.execute(delete(contact_events).where(first)))
    is_proved, told = await trail.audited()
    assert not is_proved
    assert [found["contact_id"] for found in told["findings"] if found["kind"] == "fault"] == [trail.waiting]


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return subprocess.run(
        [sys.executable, "-m", "assistant", "audit", *arguments],
        env=inherited | {"HOLDFAST_DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_command_says_whether_it_is_proved_and_by_its_exit_code(trail: Trail) -> None:
    between = ("--from", rfc3339(trail.clock.now() - FIVE_MINUTES), "--to", rfc3339(trail.clock.now() + FIVE_MINUTES))
    done = run(trail.url, *between)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The order is proved." in done.stdout
    assert f"{trail.spanish}  language" in done.stdout
    await trail.touch(trail.offered, EventType.OFFER_MADE, lambda data: data["passed_over"].clear())
    done = run(trail.url, *between)
    assert done.returncode == 1
    assert f"{trail.spanish}  NONE" in done.stdout
    assert "NOT proved" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--from", "2026-03-02T09:00:00Z"], "--to"),
        (["--from", "yesterday", "--to", "2026-03-02T09:00:00Z"], "--from"),
        (["--from", "2026-03-02T09:00:00Z", "--to", "2026-03-02T08:00:00Z"], "--to"),
        (["--from", "2026-03-02T09:00:00", "--to", "2026-03-03"], "time zone"),
        (["--from", "2026-03-02", "--to", "2026-03-03"], "HOLDFAST_DATABASE_URL"),
    ],
)
def test_wrong_arguments_are_named_in_a_sentence(tmp_path: Any, arguments: list[str], named: str) -> None:
    done = run(f"sqlite:///{tmp_path}/nothing.db", *arguments)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "nothing.db").exists()
