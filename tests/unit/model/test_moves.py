"""The state tables, walked pair by pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.model.agent import Slot, free_channels
from assistant.model.contact import (
    MOVES,
    AgentId,
    Channel,
    Contact,
    ContactId,
    DialogueMode,
    OfferId,
    QueueId,
    Reach,
    State,
)
from assistant.model.errors import IllegalMove
from assistant.model.offer import Offer, OfferState

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CONTACT = Contact(
    ContactId("c1"), Channel.CHAT, QueueId("cards"), "en", State.WAITING, DialogueMode.SPEAKING, Reach.PRESENT, NOW, 1,
    "48217730",
)  # fmt: skip
OFFER = Offer(OfferId("o1"), ContactId("c1"), AgentId("a1"), OfferState.PENDING, NOW, NOW)

W, O, C, P, X, K, A = (  # noqa: E741
    State.WAITING, State.OFFERED, State.CONNECTED, State.WRAPPING, State.CLOSED, State.CONTAINED, State.ABANDONED,
)  # fmt: skip
LEGAL = {
    (W, O), (O, C), (C, P), (P, X),  # onward
    (O, W), (C, W),  # back to the place
    (W, K), (W, A), (O, K), (O, A),  # given up
    (K, W), (A, W),  # reclaimed
    (W, X), (O, X),  # removed
    (A, X),  # had left a message before hanging up
}  # fmt: skip


@pytest.mark.parametrize("to", State)
@pytest.mark.parametrize("state", State)
def test_a_contact_moves_only_where_the_table_leads(state: State, to: State) -> None:
    contact = replace(CONTACT, state=state)
    if (state, to) in LEGAL:
        assert contact.moved(to, topic="balance") == replace(contact, state=to, topic="balance")
    else:
        with pytest.raises(IllegalMove, match=f"from {state} to {to}"):
            contact.moved(to)


def test_the_table_names_every_state() -> None:
    assert set(MOVES) == set(State)


def test_every_state_but_the_first_can_be_reached_and_every_one_but_the_last_be_left() -> None:
    assert set().union(*MOVES.values()) == set(State)
    assert {state for state, moves in MOVES.items() if not moves} == {State.CLOSED}


def test_a_place_counts_while_it_waits_or_is_offered() -> None:
    assert {state for state in State if state.is_in_line} == {State.WAITING, State.OFFERED}
    assert {state for state in State if not state.is_in_line and not state.is_over} == {State.CONNECTED}


@pytest.mark.parametrize("to", OfferState)
@pytest.mark.parametrize("state", OfferState)
def test_an_offer_ends_once(state: OfferState, to: OfferState) -> None:
    offer = replace(OFFER, state=state)
    if state is OfferState.PENDING:
        ended = offer.ended(to, NOW, "why")
        assert (ended.state, ended.ended_at, ended.reason) == (to, NOW, "why")
    else:
        with pytest.raises(IllegalMove, match=f"from {state} to {to}"):
            offer.ended(to, NOW)


def slots(*taken: tuple[Channel, str | None]) -> list[Slot]:
    return [
        Slot(AgentId("a1"), channel, n, ContactId(contact_id) if contact_id else None)
        for n, (channel, contact_id) in enumerate(taken)
    ]


CHAT, VOICE = Channel.CHAT, Channel.VOICE


@pytest.mark.parametrize(
    ("held", "free"),
    [
        (slots((CHAT, None), (CHAT, None), (VOICE, None)), {CHAT, VOICE}),
        (slots((CHAT, "c1"), (CHAT, None), (VOICE, None)), {CHAT}),
        (slots((CHAT, "c1"), (CHAT, "c2"), (VOICE, None)), set()),
        (slots((CHAT, None), (CHAT, None), (VOICE, "c1")), set()),
        (slots((VOICE, None)), {VOICE}),
    ],
)
def test_a_call_needs_every_slot_and_leaves_none(held: list[Slot], free: set[Channel]) -> None:
    assert free_channels(held) == free
