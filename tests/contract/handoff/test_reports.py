"""What supervisors are told of the day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from agents_house import House
from agents_house import house as house

from assistant.flow.feedback import Feedback
from assistant.model.place import rfc3339

REPORTS = "/api/v1/supervisor/reports"


async def worked(house: House) -> None:
    """One contact is handled in forty seconds after ten of waiting, and judged; another leaves after thirty."""
    served = await house.arrives()
    house.clock.advance(10)
    amira = await house.opens_console("amira")
    await amira.takes(served)
    await amira.does("not_ready", reason="break")
    gone = await house.arrives()
    house.clock.advance(29)
    await amira.does("end", contact_id=served.id)
    house.clock.advance(10)
    await amira.does("wrap_up", contact_id=served.id, disposition="resolved", notes="")
    await house.conversation.leave(gone.id)
    await Feedback(house.store).give(served.id, {"csat": 4, "nps": 10}, None)


async def told(house: House, **query: str) -> dict[str, Any]:
    """What a supervisor is told, up to a second from now."""
    query.setdefault("to", rfc3339(house.clock.now() + timedelta(seconds=1)))
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    status, body = await house.gets(f"{REPORTS}?{asked}", await house.signs_in("sofia"))
    assert status == 200, body
    report: dict[str, Any] = body
    return report


async def test_reports_are_for_supervisors(house: House) -> None:
    assert (await house.gets(REPORTS))[0] == 401
    assert (await house.gets(REPORTS, await house.signs_in("amira")))[0] == 403
    assert (await house.gets(REPORTS, await house.signs_in("sofia")))[0] == 200


async def test_a_day_is_told_by_queue_with_its_total(house: House) -> None:
    await worked(house)
    report = await told(house)
    (cards,) = report["rows"]
    assert cards["queue"] == "cards"
    assert cards["at"] == report["from"]
    counted = {name: cards[name] for name in ("entered", "served", "answered", "abandoned", "services", "offers")}
    assert counted == {"entered": 2, "served": 1, "answered": 1, "abandoned": 1, "services": 1, "offers": 1}
    assert (cards["asa_seconds"], cards["aht_seconds"], cards["service_level"]) == (10.0, 40.0, 0.5)
    assert (cards["csat"], cards["nps"], cards["ces"], cards["rona_rate"]) == (1.0, 100.0, None, 0.0)
    assert set(cards["told_waits"]) == {"scored", "coverage", "longer_rate", "mean_error_seconds"}
    assert report["total"] == {name: value for name, value in cards.items() if name not in {"at", "queue"}}


async def test_hours_are_counted_from_the_beginning_that_was_asked_for(house: House) -> None:
    began = house.clock.now()
    await house.arrives()
    house.clock.advance(3600)
    await house.arrives()
    report = await told(house, by="hour", **{"from": rfc3339(began)})
    assert [(row["at"], row["queue"], row["entered"]) for row in report["rows"]] == [
        (rfc3339(began), "cards", 1),
        (rfc3339(began + timedelta(hours=1)), "cards", 1),
    ]
    assert report["total"]["entered"] == 2


async def test_an_agent_s_row_tells_what_the_agent_did_and_not_what_callers_waited(house: House) -> None:
    await worked(house)
    (row,) = (await told(house, by="agent"))["rows"]
    assert row["agent"] == {"username": "amira", "name": "Amira Haddad"}
    assert (row["services"], row["aht_seconds"], row["csat"]) == (1, 40.0, 1.0)
    assert "asa_seconds" not in row
    assert "entered" not in row


async def test_a_day_on_which_nobody_came_has_no_rows_and_no_rates(house: House) -> None:
    report = await told(house)
    assert report["rows"] == []
    assert (report["total"]["entered"], report["total"]["asa_seconds"]) == (0, None)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("by=month", "by"),
        ("agent=nobody", "agent"),
        ("from=yesterday", "from"),
        ("to=2026-03-02T09:00:00", "to"),
        ("from=0001-01-01T00:00:00%2B14:00", "from"),
        ("from=2026-03-02T09:00:00Z&to=2026-03-02T09:00:00Z", "from"),
        ("by=hour&from=2025-03-02T09:00:00Z&to=2026-03-02T09:00:00Z", "from"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(house: House, query: str, named: str) -> None:
    status, body = await house.gets(f"{REPORTS}?{query}", await house.signs_in("sofia"))
    assert (status, body["error"]["code"]) == (400, "invalid_request")
    assert body["error"]["message"].startswith(f"{named}:")


async def test_a_plus_sign_that_was_not_escaped_is_understood(house: House) -> None:
    report = await told(house, **{"from": "2026-03-02T01:00:00+01:00"})
    assert report["from"] == "2026-03-02T00:00:00.000000Z"
