"""Which of an agent's telephones rings."""

from __future__ import annotations

import pytest

from assistant.model.agent import Agent, Presence, RingsAt, Role, Slot, open_channels
from assistant.model.contact import AgentId, Channel, ContactId

AGENT_ID = AgentId("0193f6c2-1111-7222-8333-444455556666")


def agent(phone: str | None, choice: RingsAt, *, softphone: bool, is_on: bool) -> Agent:
    return Agent(
        id=AGENT_ID,
        username="amira",
        name="Amira Haddad",
        role=Role.AGENT,
        presence=Presence.READY,
        reason=None,
        queues=(),
        languages=("en",),
        phone=phone,
        idle_since=None,
        is_reachable=True,
        has_softphone=softphone,
        ring_choice=choice,
        is_softphone_on=is_on,
    )


@pytest.mark.parametrize(
    ("phone", "choice", "softphone", "is_on", "rings_at"),
    [
        ("+44", RingsAt.SOFTPHONE, True, True, RingsAt.SOFTPHONE),
        ("+44", RingsAt.PHONE, True, True, RingsAt.PHONE),
        ("+44", RingsAt.SOFTPHONE, True, False, RingsAt.PHONE),  # nobody can ring it: the telephone on file
        ("+44", RingsAt.SOFTPHONE, False, True, RingsAt.PHONE),  # taken away since
        (None, RingsAt.PHONE, True, True, RingsAt.SOFTPHONE),
        (None, RingsAt.SOFTPHONE, True, False, None),
        (None, RingsAt.SOFTPHONE, False, False, None),
    ],
)
def test_a_call_rings_where_it_was_chosen_if_it_can_and_elsewhere_otherwise(
    phone: str | None, choice: RingsAt, softphone: bool, is_on: bool, rings_at: RingsAt | None
) -> None:
    assert agent(phone, choice, softphone=softphone, is_on=is_on).rings_at is rings_at


def test_who_has_no_telephone_that_can_be_rung_takes_chats_alone() -> None:
    slots = [Slot(AGENT_ID, Channel.CHAT, 1, None), Slot(AGENT_ID, Channel.VOICE, 1, None)]
    unplugged = agent(None, RingsAt.SOFTPHONE, softphone=True, is_on=False)
    assert open_channels(unplugged, slots) == {Channel.CHAT}
    ready = agent(None, RingsAt.SOFTPHONE, softphone=True, is_on=True)
    assert open_channels(ready, slots) == {Channel.CHAT, Channel.VOICE}
    in_a_call = [slots[0], Slot(AGENT_ID, Channel.VOICE, 1, ContactId("c"))]
    assert open_channels(ready, in_a_call) == frozenset()


def test_an_identity_has_the_letters_that_every_sdk_takes() -> None:
    assert agent(None, RingsAt.PHONE, softphone=True, is_on=True).identity == AGENT_ID.replace("-", "_")
