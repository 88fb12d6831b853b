"""Each webhook of the texts, in each way in which one can go wrong: the pair of `test_every_webhook_in_trouble`.

Whatever happens, the place stands, no word is lost or kept twice, and nothing is answered twice.
"""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest
from serving.patience import until
from test_bad_calls import AwayStore
from test_texting import Desk
from test_texting import desk as _desk
from text_scenes import SCENES, Play, open_scene
from voice_house import VoiceHouse

from assistant.model.events import EventType
from assistant.model.storage import Store
from assistant.model.texts import SentText
from assistant.settings.tenant import Tenant
from telephony import addresses as paths
from telephony.emulator import Fault, FaultKind
from telephony.emulator.webhooks import WebhookFailed
from telephony.messages_receipts import Receipt, note

# a request has no order among others but by its delay: `writes_two_at_once` is overtaken by it
desk = _desk
ASKED = (FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.DROP, FaultKind.TIME_OUT, FaultKind.ERROR)
TOLD = (*ASKED, FaultKind.REORDER)
KINDS = {paths.MESSAGES_INCOMING: ASKED, paths.MESSAGES_STATUS: TOLD}
NEVER_ARRIVES = frozenset({FaultKind.DROP, FaultKind.ERROR})
RECEIPTS = 3
DELAY_SECONDS = 0.2


@pytest.mark.parametrize(
    ("address", "play", "kind"),
    [(address, play, kind) for address, plays in SCENES.items() for play in plays for kind in KINDS[address]],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_a_webhook_of_a_text_that_goes_wrong_harms_nobody(
    sqlite_url: str, clock: Any, fernhill: Tenant, address: str, play: Play, kind: FaultKind
) -> None:
    is_receipt = address == paths.MESSAGES_STATUS
    times = RECEIPTS if is_receipt and kind is not FaultKind.REORDER else 1
    fault = Fault(kind, address, times, DELAY_SECONDS)
    async with open_scene(sqlite_url, clock, fernhill, fault) as scene:
        end = await play(scene)
        await scene.settles()
        assert scene.house.emulator.faults.are_spent, "the webhook was asked, and went wrong"
        assert sorted(await scene.said()) == sorted(end.said), "each word is kept, and kept once"
        assert len(scene.read) == len(set(scene.read)), "nothing is answered twice"
        assert [sum(part in body for body in scene.read) for part in end.reads] == [1] * len(end.reads)
        contacts = await scene.contacts()
        assert [contact.state for contact in contacts] == ([end.state] if end.state else [])
        for contact in contacts:
            assert end.before is None or (contact.id, contact.order_at) == (end.before.id, end.before.order_at)
            assert end.reach in {None, contact.reach}
            sent = await scene.sent(contact)
            unknown = [text for text in sent if text.status != "delivered"]
            if is_receipt and kind in NEVER_ARRIVES:
                assert [text.status for text in unknown] == ["queued"], "nobody has told what became of the last one"
            else:
                assert unknown == []
            ends = await scene.house.events(contact.id)
            assert sum(event.type is EventType.TEXT_DELIVERED for event in ends) == len(sent) - len(unknown)
            assert not any(event.type is EventType.TEXT_LOST for event in ends)


async def test_no_webhook_of_a_text_is_left_out(house: VoiceHouse) -> None:
    served = {route.path for route in house.texts.routes()}
    assert served == set(SCENES) == set(KINDS)


@pytest.mark.parametrize("end", ["delivered", "undelivered", "failed", "read"])
async def test_a_text_ends_as_it_ended_whatever_the_order_of_its_receipts(desk: Desk, store: Store, end: str) -> None:
    """Each receipt twice over in any order."""
    contact = await desk.arrives()
    states = ["queued", "sending", "sent", "delivered", "read"] if end == "read" else ["queued", "sending", "sent", end]
    for n, order in enumerate(permutations(states)):
        text = SentText(f"SM{end}{n}", contact.id, n, 0, "queued")

        def tell(work: Any, order: tuple[str, ...] = order, text: SentText = text) -> SentText | None:
            for status in (*order, *order):
                note(work, Receipt(text.sid, status, None, text))
            return work.texts.sent(text.sid)

        seen = await store.transact(tell)
        assert seen is not None
        assert seen.status == end, order
    kinds = frozenset({EventType.TEXT_DELIVERED, EventType.TEXT_LOST})
    told = await store.read(lambda work: work.trail.after(contact.id, 0, kinds))
    ends = [event.data["status"] for event in told if event.data["status"] != "delivered" or end == "delivered"]
    assert ends == [end] * (n + 1), "each end is told once"


@pytest.mark.parametrize("late", ["sent", "undelivered", "failed", "queued"])
async def test_what_has_arrived_is_not_lost_by_what_is_told_later(desk: Desk, store: Store, late: str) -> None:
    contact = await desk.arrives()
    text = SentText("SM1", contact.id, 1, 0, "queued")
    for status in ("delivered", late):
        await store.transact(lambda work, status=status: note(work, Receipt("SM1", status, None, text)))  # type: ignore[misc]
    seen = await store.read(lambda work: work.texts.sent("SM1"))
    assert seen is not None
    assert seen.status == "delivered"


async def test_a_receipt_that_cannot_be_kept_now_is_kept_later(
    house: VoiceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The telephone company tells it once."""
    contact = await Desk.arrives(SimpleNamespace(store=house.store))  # type: ignore[arg-type]
    monkeypatch.setattr("telephony.notices.RETRY_SECONDS", (0.01,) * 1000)
    away = AwayStore(house.store)
    away.is_away = True
    monkeypatch.setattr(house.texts, "_store", away)
    url = house.addresses.of(paths.MESSAGES_STATUS, contact=contact.id, seq=1, part=0)
    told = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    await house.emulator.stage.webhooks.fetch(url, "POST", told)
    assert await house.store.read(lambda work: work.texts.sent("SM1")) is None
    away.is_away = False

    async def is_kept() -> bool:
        sent = await house.store.read(lambda work: work.texts.sent("SM1"))
        return sent is not None and sent.status == "delivered"

    await until("the receipt is kept", is_kept)


async def test_a_receipt_about_no_text_is_refused(house: VoiceHouse) -> None:
    url = house.addresses.of(paths.MESSAGES_STATUS)
    with pytest.raises(WebhookFailed, match="400"):
        await house.emulator.stage.webhooks.fetch(url, "POST", {"MessageSid": "x", "MessageStatus": "delivered"})
