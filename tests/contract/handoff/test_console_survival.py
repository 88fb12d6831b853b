"""Nothing is lost over a console: two at once, one that is cut, one that does not read, a database that is away."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

import pytest
from agents_house import ORIGIN, PROTOCOL, House
from agents_house import house as house

from assistant.flow.moves import say
from assistant.model.agent import Presence
from assistant.model.contact import ContactId, State
from assistant.model.errors import Unavailable
from assistant.model.events import Author
from assistant.model.storage import UnitOfWork

SOCKET = "/api/v1/agent/socket"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_two_consoles_of_one_agent_show_the_same(house: House) -> None:
    contact = await house.arrives()
    token = await house.signs_in("amira")
    desk, tablet = await house.opens(token), await house.opens(token)
    await desk.does("ready")
    await tablet.heard("offer.made", contact_id=contact.id)
    await desk.takes(contact)
    await tablet.heard("contact.connected", contact_id=contact.id)
    await tablet.does("say", contact_id=contact.id, text="from the tablet")
    await desk.heard("message.added", text="from the tablet")
    shown = [
        [(frame["type"], frame.get("seq")) for frame in console.frames if frame["type"].startswith("contact")]
        for console in (desk, tablet)
    ]
    assert shown[0] == shown[1]
    await tablet.leaves()
    assert (await house.agent("amira")).is_reachable
    await desk.leaves()
    await house.until(lambda work: not work.agents.takers())


async def test_a_lost_console_gets_its_contacts_back_within_the_grace(house: House) -> None:
    contact = await house.arrives()
    token = await house.signs_in("amira")
    amira = await house.opens(token)
    await amira.does("ready")
    await amira.takes(contact)
    await amira.leaves()
    await house.until(lambda work: not work.agents.takers())
    await house.caller_says(contact.id, "are you there?")
    await house.passes(house.tenant.timing.console_grace_seconds - 1)
    again = await house.opens(token)
    assert again.snapshot["contacts"][0]["transcript"][-1]["text"] == "are you there?"
    await house.passes(2)
    assert (await house.contact(contact.id)).state is State.CONNECTED


async def test_after_the_grace_the_contacts_of_a_lost_console_are_back_in_line(house: House) -> None:
    contact = await house.arrives()
    token = await house.signs_in("amira")
    amira = await house.opens(token)
    await amira.does("ready")
    await amira.takes(contact)
    await amira.leaves()
    await house.until(lambda work: not work.agents.takers())
    await house.passes(house.tenant.timing.console_grace_seconds + 1)
    found = await house.contact(contact.id)
    assert (found.state, found.order_at) == (State.WAITING, contact.order_at)
    again = await house.opens(token)
    assert again.snapshot["contacts"] == []
    assert again.snapshot["agent"]["presence"] == Presence.NOT_READY.value
    ben = await house.opens_console("ben")
    briefing = await ben.takes(contact)
    assert briefing["contact_id"] == contact.id


async def test_a_database_that_is_away_for_a_moment_costs_time_and_no_frame(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)

    async def away(_: object) -> None:
        raise Unavailable("database_unavailable", "The database cannot be used right now.")

    with monkeypatch.context() as patched:
        patched.setattr(house.store, "read", away)
        answer = await amira.asks("briefing_shown", contact_id=contact.id)
        assert (answer["code"], answer["retryable"]) == ("database_unavailable", True)
        await house.caller_says(contact.id, "said while nobody could look")
        await amira.does("ping")
    await house.caller_says(contact.id, "said afterwards")
    await amira.heard("message.added", text="said afterwards")
    said = [frame["data"]["text"] for frame in amira.frames if frame["type"] == "message.added"]
    assert said == ["said while nobody could look", "said afterwards"]


@pytest.mark.impatient
async def test_a_console_that_does_not_read_is_cut_and_holds_nobody_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = await house.arrives()
    token = await house.signs_in("amira")
    amira = await house.opens(token)
    await amira.does("ready")
    await amira.takes(contact)
    given_up = asyncio.Event()
    give_up = house.presence.console_closed

    async def told(console_id: str) -> None:
        await give_up(console_id)
        given_up.set()

    monkeypatch.setattr(house.presence, "console_closed", told)
    deaf = await deaf_console(house, token)
    for n in range(40):
        await house.store.transact(partial(much_said, contact_id=contact.id, n=n))
    await amira.heard("message.added", text="the end of 39")
    async with asyncio.timeout(10):
        await given_up.wait()
    deaf.close()
    await amira.does("ping")


def much_said(work: UnitOfWork, *, contact_id: ContactId, n: int) -> None:
    contact = work.contacts.lock_only(contact_id)
    assert contact is not None
    for m in range(50):
        contact = say(work, contact, Author.CALLER, f"{m} " + "x" * 3900)
    say(work, contact, Author.CALLER, f"the end of {n}")


async def deaf_console(house: House, token: str) -> socket.socket:
    """A signed-in connection with a small buffer that nobody empties."""
    loop = asyncio.get_running_loop()
    host, _, port = house.url.removeprefix("http://").partition(":")
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.setblocking(False)
    await loop.sock_connect(deaf, (host, int(port)))
    lines = [
        f"GET {SOCKET} HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Sec-WebSocket-Protocol: {PROTOCOL}",
        f"Origin: {ORIGIN}",
        f"Cookie: holdfast_agent={token}",
    ]
    await loop.sock_sendall(deaf, ("\r\n".join(lines) + "\r\n\r\n").encode())
    first = await loop.sock_recv(deaf, 1024)
    assert b" 101 " in first
    return deaf
