"""The addresses that we hand out, and answers in time."""

from __future__ import annotations

import asyncio

import pytest

from assistant.model.contact import ContactId
from telephony.addresses import (
    VOICE_INCOMING,
    Addresses,
    Mode,
    TurnState,
    contact_of_room,
    room_name,
)
from telephony.emulator.faults import REST_FAULTS, Fault, FaultKind, Faults
from telephony.patience import Patience
from telephony.twiml_values import WEB

CONTACT = ContactId("0199f0c2-7e1b-7cc1-8f7e-0d2f6b2c9a01")


def test_a_turn_s_address_holds_all_of_it_in_characters_that_are_safe_to_sign() -> None:
    turn = TurnState(CONTACT, 7, 12, 9, Mode.DIGITS, 1, "0199f0c2-aaaa", 2)
    address = Addresses("https://pbx.example/").turn(turn)
    assert WEB(address) is None
    query = dict(pair.split("=") for pair in address.partition("?")[2].split("&"))
    assert TurnState.read(query) == turn


def test_the_shortest_turn_is_read_back_too() -> None:
    query = dict(
        pair.split("=") for pair in Addresses("https://x.example").turn(TurnState(CONTACT)).split("?")[1].split("&")
    )
    assert TurnState.read(query) == TurnState(CONTACT)


@pytest.mark.parametrize(
    "query", [{}, {"contact": "x", "n": "one", "after": "0", "mode": "talk"}, {"contact": "x", "n": "1"}]
)
def test_an_address_that_is_no_turn_is_none(query: dict[str, str]) -> None:
    assert TurnState.read(query) is None


def test_waiting_for_a_turn_leaves_it_the_same_turn() -> None:
    turn = TurnState(CONTACT, 3, 4)
    assert turn.waited_for().key == turn.key
    assert turn.waited_for() != turn


def test_only_addresses_of_ours_are_ours() -> None:
    addresses = Addresses("https://pbx.example")
    assert addresses.is_ours(addresses.of(VOICE_INCOMING))
    assert not addresses.is_ours("https://pbx.example.elsewhere/telephony/voice/incoming")


def test_a_conference_names_its_contact_and_nobody_else_s_does() -> None:
    assert contact_of_room(room_name(CONTACT, 2)) == (CONTACT, 2)
    for name in ("", "contact-", "contact-x", "room-x-1", "contact-x-y"):
        assert contact_of_room(name) is None


async def test_work_that_is_asked_for_twice_is_done_once() -> None:
    patience, done = Patience(), 0

    async def work() -> str:
        nonlocal done
        done += 1
        await asyncio.sleep(0)
        return "answer"

    answers = await asyncio.gather(*(patience.answer("a", work) for _ in range(10)))
    assert (set(answers), done) == ({"answer"}, 1)
    assert await patience.answer("a", work) == "answer"
    assert done == 1


async def test_slow_work_goes_on_and_is_there_the_next_time() -> None:
    patience, gate = Patience(0.01), asyncio.Event()

    async def work() -> str:
        await gate.wait()
        return "answer"

    assert await patience.answer("a", work) is None
    gate.set()
    assert await patience.answer("a", work) == "answer"


async def test_failed_work_is_begun_anew() -> None:
    patience, tries = Patience(), 0

    async def work() -> str:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("away")
        return "answer"

    with pytest.raises(OSError, match="away"):
        await patience.answer("a", work)
    assert await patience.answer("a", work) == "answer"


async def test_what_is_under_way_is_given_up_at_the_end() -> None:
    patience = Patience(0.01)
    assert await patience.answer("a", lambda: asyncio.Event().wait()) is None  # type: ignore[arg-type,return-value]
    await patience.close()


def test_a_fault_is_used_up_where_it_hits_and_nowhere_else() -> None:
    faults = Faults()
    faults.arm(Fault(FaultKind.DROP, "/turn", times=2))
    faults.arm(Fault(FaultKind.REFUSE, "/Calls"))
    assert faults.hit("https://x.example/status") is None
    assert [faults.hit("https://x.example/turn?n=1") is not None for _ in range(3)] == [True, True, False]
    assert faults.hit("/2010-04-01/Accounts/AC1/Calls.json") is None
    assert faults.hit("/2010-04-01/Accounts/AC1/Calls.json", REST_FAULTS) is not None
    faults.arm(Fault(FaultKind.DELAY, "x"))
    faults.disarm()
    assert faults.hit("x") is None
