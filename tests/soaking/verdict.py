"""What must be so in the database at any moment, and at the end; each breach is a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from serving.books import Books, Entry
from soaking.visitors import Memory

type Places = Mapping[str, Mapping[str, Any]]

OVERDUE_SECONDS = 60
HELD = ("offered", "connected", "wrapping")

CONTACTS = "SELECT id, queue, code, order_at, state, outcome, agent_id, offer_id FROM contacts"
SLOTS = "SELECT agent_id, contact_id FROM agent_slots WHERE contact_id IS NOT NULL"
PENDING = "SELECT id, contact_id, agent_id FROM offers WHERE state = 'pending'"
OVERDUE = """
    SELECT kind, subject FROM deadlines
    WHERE due_at < (extract(epoch FROM clock_timestamp()) - $1::float) * 1000000
"""
TWICE = "SELECT contact_id, client_id FROM messages WHERE client_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
KEPT = "SELECT contact_id, client_id FROM messages WHERE author = 'caller' AND client_id IS NOT NULL"
CHANGES = "SELECT queue, revision, op, contact_id, order_at FROM line_changes ORDER BY queue, revision"


class Verdict:
    """Remembers each contact's order from the first look on: it must never get worse."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._order_at: dict[str, int] = {}

    async def now(self, books: Books) -> list[str]:
        """Of one instant, whatever is going on."""
        acknowledged = dict(self._memory.acknowledged)
        async with books.one_instant():
            contacts = {row["id"]: row for row in await books.rows(CONTACTS)}
            slots = {row["contact_id"]: row["agent_id"] for row in await books.rows(SLOTS)}
            pending = await books.rows(PENDING)
            overdue = await books.rows(OVERDUE, float(OVERDUE_SECONDS))
        breaches = [*self._of_places(acknowledged, contacts)]
        for id, row in contacts.items():
            held_by = slots.get(id)
            if (row["state"] in HELD) is not (held_by is not None) or (held_by and held_by != row["agent_id"]):
                breaches.append(f"{id} is {row['state']} with {row['agent_id']}, its slot is held by {held_by}")
        for offer in pending:
            row = contacts[offer["contact_id"]]
            if (row["state"], row["offer_id"], row["agent_id"]) != ("offered", offer["id"], offer["agent_id"]):
                breaches.append(f"the offer {offer['id']} is pending, its contact {offer['contact_id']} {row['state']}")
        breaches += [f"the deadline {row['kind']} of {row['subject']} has not fired" for row in overdue]
        return breaches

    def _of_places(self, acknowledged: Places, contacts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        for id, joined in acknowledged.items():
            row = contacts.get(id)
            if row is None:
                yield f"{id} was acknowledged and is not there"
                continue
            if row["order_at"] > self._order_at.setdefault(id, row["order_at"]):
                yield f"the order of {id} got worse"
            if row["code"] != joined["place"]["code"]:
                yield f"{id} has another code"
            if row["outcome"] == "left" and id not in self._memory.wanted_to_leave:
                yield f"{id} has left, and never wanted to"
            if row["outcome"] not in {None, "left", "handled"}:
                yield f"{id} is {row['outcome']} although the caller always came back"

    async def at_the_end(self, books: Books) -> list[str]:
        """When everybody is served or gone."""
        contacts = await books.rows(CONTACTS)
        breaches = await self.now(books)
        breaches += [f"{row['id']} is {row['state']} still" for row in contacts if row["outcome"] is None]
        unknown = {row["id"] for row in contacts} - self._memory.acknowledged.keys()
        breaches += [f"{id} is there, and nobody was told of it" for id in unknown]
        breaches += [f"{row['client_id']} of {row['contact_id']} was kept twice" for row in await books.rows(TWICE)]
        kept = {(row["contact_id"], row["client_id"]) for row in await books.rows(KEPT)}
        for id, said in self._memory.said.items():
            breaches += [f"the words {client_id} of {id} are lost" for client_id in said if (id, client_id) not in kept]
        breaches += of_lives(await books.events(), self._memory.answers)
        breaches += of_lines(await books.rows(CHANGES))
        return breaches


def of_lives(events: list[Entry], answers: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Numbered without gaps, placed and closed once, with one agent at a time, offered in the order of the line.

    `answers`: what the agents did with each offer, to be told of one that is said to be unanswered.
    """
    lives: dict[str, list[Entry]] = {}
    for event in events:
        lives.setdefault(event.contact_id, []).append(event)
    for id, life in lives.items():
        if [event.seq for event in life] != list(range(1, len(life) + 1)):
            yield f"the events of {id} have gaps"
        counts = Counter(event.type for event in life)
        if (counts["contact.placed"], counts["contact.closed"]) != (1, 1):
            yield f"{id} was placed {counts['contact.placed']} times and closed {counts['contact.closed']} times"
        yield from _of_handovers(id, life, answers)


def _of_handovers(id: str, life: list[Entry], answers: Mapping[str, Sequence[str]]) -> Iterator[str]:
    together: str | None = None
    pending: str | None = None
    for event in life:
        if event.type == "contact.connected":
            if together is not None:
                yield f"{id} was connected to {event.data['agent_id']} while with {together}"
            together = event.data["agent_id"]
        elif event.type in {"contact.returned", "contact.closed"}:
            together = None
        elif event.type == "offer.made":
            if pending is not None:
                yield f"{id} was offered twice at once"
            pending = event.data["offer_id"]
            if any(not passed["why"] for passed in event.data["passed_over"]):
                yield f"{id} was offered before somebody older, without a reason"
        elif event.type == "offer.ended":
            pending = None
            if event.data["outcome"] == "not_answered":
                told = "; ".join(answers.get(event.data["offer_id"], ["never seen"]))
                at = datetime.fromtimestamp(event.at / 1e6, UTC)
                yield f"an agent was marked at {at:%H:%M:%S.%f} for the offer {event.data['offer_id']} of {id}: {told}"


def of_lines(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Revisions without gaps; who entered has left, once."""
    inside: dict[str, set[str]] = {}
    last: dict[str, int] = {}
    for change in changes:
        queue, revision = change["queue"], change["revision"]
        if revision != last.get(queue, 0) + 1:
            yield f"{queue}: the revision {revision} follows {last.get(queue, 0)}"
        last[queue] = revision
        line = inside.setdefault(queue, set())
        if (change["op"] == "enter") is (change["contact_id"] in line):
            yield f"{queue}: {change['contact_id']} was to {change['op']} at {revision}"
        line ^= {change["contact_id"]}
    for queue, line in inside.items():
        yield from (f"{queue}: {id} never left the line" for id in line)
