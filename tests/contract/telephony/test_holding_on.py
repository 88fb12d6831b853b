"""Who holds on the phone: no key costs the place, and no announcement stands between caller and agent.

C4 and C23 are complaints about other systems in `docs/known-failures.md`.
"""

from __future__ import annotations

import pytest
from arrivals import placed
from phone_client import PhoneClient
from test_meeting_agents import AGENT, waiting
from voice_house import VoiceHouse

from assistant.model.contact import Channel, State
from telephony import voice_wording as words
from telephony.emulator import playback
from telephony.emulator.pacing import spoken_seconds

POSITION = "You're first in line"
LONG_SECONDS = 600.0  # ten real seconds, however the hurried time runs


@pytest.fixture
def long_announcements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one stands takes so long to be said that nothing comes after it."""

    def seconds(text: str) -> float:
        return LONG_SECONDS if text.startswith(POSITION) else spoken_seconds(text)

    monkeypatch.setattr(playback, "spoken_seconds", seconds)


async def announced_to(phone: PhoneClient) -> None:
    """The caller asks where they stand, and is just being told."""
    await phone.press("2")
    while not (await phone.expects("spoken"))["text"].startswith(POSITION):
        pass


async def test_c4_no_key_of_who_holds_costs_the_place(house: VoiceHouse) -> None:
    """Teams queues: who answers "keep holding?" goes to the back."""
    phone, contact = await waiting(house)
    behind = await placed(house.store, channel=Channel.CHAT)
    keys = {"2": POSITION, "#": POSITION, "5": words.HELP, "1": "I'm listening again.", "0": words.HOLDING}
    for key, answer in keys.items():
        await phone.press(key)
        while not (await phone.expects("spoken"))["text"].startswith(answer):
            pass
        await phone.expects("listening" if key == "1" else "play")
    line = await house.store.read(lambda work: work.lines.snapshot(contact.queue))
    assert [contact_id for _, contact_id in line.places] == [contact.id, behind.id]
    assert line.revision == 2, "two have come; nobody has moved, not even out and back"
    assert (await house.contact(contact.id)).order_at == contact.order_at


@pytest.mark.usefixtures("long_announcements")
async def test_c23_an_agent_is_rung_during_an_announcement_and_it_is_cut_off(house: VoiceHouse) -> None:
    """Elsewhere no agent is rung while one is played, or it goes on when the agent is there."""
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await announced_to(caller)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    assert "stop" not in [frame["type"] for frame in caller.frames], "it is still being said"
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await caller.expects("stop")
    await caller.expects("spoken", text="Amira is here. Connecting you now.")
    await caller.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)
    await caller.say("Hello?")
    await agent.expects("caption", text="Hello?")
    assert [frame for frame in caller.frames if frame["type"] in {"spoken", "play"}] == []


@pytest.mark.usefixtures("long_announcements")
async def test_c23_a_key_is_heard_in_the_middle_of_an_announcement(house: VoiceHouse) -> None:
    phone, _ = await waiting(house)
    await announced_to(phone)
    await phone.press("1")
    await phone.expects("stop")
    await phone.expects("spoken", text="I'm listening again.")
    told = [frame["text"] for frame in phone.history if frame["type"] == "spoken"]
    assert words.HOLDING in told
