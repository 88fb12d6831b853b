"""Each webhook of the telephone, in each way in which one can go wrong.

Whatever happens, the caller is with an agent, in the place, or hears an honest sentence; and no leg is left over. The
webhooks by which caller and agent are brought together are in `test_lost_webhooks.py` as well, in more detail.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from call_scenes import EVENING, SCENES, Scene, closed, open_house, settles
from test_lost_webhooks import nobody_is_left
from voice_house import VoiceHouse

from assistant.model.contact import State
from assistant.settings.tenant import Tenant
from telephony import addresses as paths
from telephony.emulator import Fault, FaultKind

DOCUMENT = (FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.DROP, FaultKind.TIME_OUT, FaultKind.ERROR)
NOTICE = (FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.DROP, FaultKind.REORDER)
DELAY_SECONDS = 0.2
ELSEWHERE = {
    paths.VOICE_FALLBACK: "what is asked when another was not answered: each of these, and test_service_gone",
    paths.VOICE_PREFERENCE: "test_surveys_by_keypad",
    paths.VOICE_RELAYED: "test_relays_in_trouble",
    paths.HOLD_MUSIC: "a file",
}


def faults(address: str) -> tuple[FaultKind, ...]:
    """What can happen to a webhook that is answered with a document, and to one that only tells."""
    return NOTICE if address.endswith(("/status", "/recorded", "/written", "/transcript", "/taped")) else DOCUMENT


@pytest.mark.parametrize(("address", "kind"), [(address, kind) for address in SCENES for kind in faults(address)])
async def test_a_webhook_that_goes_wrong_harms_nobody(
    sqlite_url: str, clock: Any, fernhill: Tenant, address: str, kind: FaultKind
) -> None:
    play, changed = SCENES[address]
    if changed is closed:
        clock.at = EVENING
    async with open_house(sqlite_url, clock, changed(fernhill)) as house:
        scene = Scene(house, Fault(kind, re.sub(r"{\w+}", "*", address), seconds=DELAY_SECONDS))
        contact = await play(scene)
        if contact is not None:
            now = await house.contact(contact.id)
            assert now.order_at == contact.order_at
            assert now.state in {State.WAITING, State.CONNECTED, State.WRAPPING, State.ABANDONED}
        for phone in house.phones:
            await phone.hang_up()
        await settles("the webhook was asked, and went wrong", scene.is_spent)
        await nobody_is_left(house)


async def test_no_webhook_is_left_out(house: VoiceHouse) -> None:
    served = {route.path for route in house.door.routes() if route.path.startswith("/telephony/")}
    assert served - {address.split("*")[0] for address in SCENES} == set(ELSEWHERE)
