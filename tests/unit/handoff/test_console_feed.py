"""What one connection tells: each change once, under numbers that rise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.flow.changing import HOLDS
from assistant.model.contact import AgentId, ContactId, OfferId
from handoff.console_feed import ConsoleFeed
from handoff.console_view import Look

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGENT = {"presence": "ready", "slots": []}


def look(at: datetime = NOON, **changes: Any) -> Look:
    seen: dict[str, Any] = {
        "agent": AGENT,
        "offers": {},
        "ended_offers": (),
        "contact_frames": (),
        "seqs": {},
        "beside": {},
        "waiting_for": frozenset(),
        "workplace": {"canned_texts": []},
    }
    return Look(at=at, **(seen | changes))


def offer(waited: int, headline: str = "Maya") -> dict[OfferId, dict[str, Any]]:
    return {OfferId("o1"): {"offer_id": "o1", "headline": headline, "waited_seconds": waited}}


def begun() -> tuple[ConsoleFeed, int]:
    feed = ConsoleFeed(AgentId("a1"))
    snapshot = feed.begin(look(), {"agent": AGENT})
    assert snapshot["revision"] == snapshot["data"]["revision"]
    return feed, snapshot["revision"]


def told(feed: ConsoleFeed, seen: Look) -> list[str]:
    return [frame["type"] for frame in feed.advance(seen)]


def test_a_look_that_shows_nothing_new_tells_nothing() -> None:
    feed, _ = begun()
    assert told(feed, look()) == []


def test_an_offer_is_made_once_and_waiting_longer_is_no_change() -> None:
    feed, _ = begun()
    assert told(feed, look(offers=offer(1))) == ["offer.made"]
    assert told(feed, look(offers=offer(2))) == []
    assert told(feed, look(offers=offer(3, "Maya: lost card"))) == ["offer.updated"]


def test_an_offers_end_comes_before_what_followed_from_it() -> None:
    feed, _ = begun()
    told(feed, look(offers=offer(1)))
    after = look(
        ended_offers=({"offer_id": "o1", "outcome": "accepted"},),
        contact_frames=({"type": "contact.briefing", "seq": 4},),
        agent=AGENT | {"presence": "not_ready"},
    )
    assert told(feed, after) == ["offer.ended", "contact.briefing", "agent.updated"]


def test_what_every_console_is_given_is_told_when_it_changes() -> None:
    feed, _ = begun()
    workplace = {"canned_texts": [{"name": "hello", "text": "Hi."}]}
    (frame,) = feed.advance(look(workplace=workplace))
    assert (frame["type"], frame["data"]) == ("workplace.updated", workplace)
    assert told(feed, look(workplace=workplace)) == []


def test_revisions_rise_even_where_the_clock_goes_back() -> None:
    feed, first = begun()
    revisions = [first]
    for n in range(3):
        at = NOON - timedelta(seconds=n)
        revisions += [frame["revision"] for frame in feed.advance(look(at, agent=AGENT | {"reason": n}))]
    assert len(revisions) == 4
    assert revisions == sorted(set(revisions))


def test_a_later_connection_begins_above_an_earlier_ones_frames() -> None:
    feed, _ = begun()
    last = [frame["revision"] for frame in feed.advance(look(agent=AGENT | {"reason": "lunch"}))][-1]
    again = ConsoleFeed(AgentId("a1")).begin(look(NOON + timedelta(milliseconds=1)), {})
    assert again["revision"] > last


def test_it_follows_the_agent_its_contacts_and_those_behind_its_offers() -> None:
    feed, _ = begun()
    assert feed.topics == {"agent.a1", HOLDS}
    seen = look(seqs={ContactId("c1"): 4}, waiting_for=frozenset({ContactId("c2")}))
    told(feed, seen)
    assert feed.topics == {"agent.a1", HOLDS, "contact.c1", "captions.c1", "typing.c1", "contact.c2"}
    told(feed, look())
    assert feed.topics == {"agent.a1", HOLDS}
