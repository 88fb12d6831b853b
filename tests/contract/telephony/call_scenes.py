"""Scenes of calls, one for each webhook of the telephone: what is going on when it is asked, and how it must end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from arrivals import hired
from callbacks_house import answers as answered_by
from callbacks_house import to_be_called_back
from conftest import assert_grammatical
from phone_client import PhoneClient
from test_meeting_agents import AGENT, met, waiting
from voice_house import VoiceHouse, open_voice_house

from assistant.model.agent import Role
from assistant.model.contact import Contact, QueueId, State
from assistant.model.hours import Hours
from assistant.model.supervision import Beside
from assistant.model.survey import Measure
from assistant.settings.calls import RecordingPart, TranscriptionPart
from assistant.settings.survey import QuestionPart, SurveyPart
from assistant.settings.tenant import Tenant
from telephony import addresses as paths
from telephony.emulator import Fault

CARDS = QueueId("cards")
SOFIA = "client:sofia"
OFFICE = Hours(ZoneInfo("Europe/London"), (((time(9), time(17)),),) * 5 + ((), ()))
EVENING = datetime(2026, 3, 2, 20, tzinfo=UTC)


class Scene:
    """A house in which one webhook is about to go wrong. `arms` says when."""

    def __init__(self, house: VoiceHouse, fault: Fault) -> None:
        self.house = house
        self._fault = fault

    def arms(self) -> None:
        self.house.emulator.faults.arm(self._fault)

    async def is_spent(self) -> bool:
        return self.house.emulator.faults.are_spent


type Play = Callable[[Scene], Awaitable[Contact | None]]
"""Plays a scene to where it must have settled, and gives the contact whose place or conversation it was about."""


async def settles(what: str, is_so: Callable[[], Awaitable[Any]]) -> None:
    for _ in range(600):
        if await is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it never came about: {what}")


async def hears_something(phone: PhoneClient) -> str:
    return str((await phone.expects("spoken"))["text"])


async def still_talk(one: PhoneClient, other: PhoneClient) -> None:
    """What the one says, the other hears."""
    await one.say("Are you there?")
    await other.expects("caption", text="Are you there?")


async def in_line(scene: Scene) -> tuple[PhoneClient, Contact]:
    phone = await scene.house.phone()
    sid = await phone.call()
    await phone.expects("listening")
    return phone, await scene.house.contact_of(sid)


# -- one scene for each webhook ---------------------------------------------------------------------------------------


async def rings_up(scene: Scene) -> None:
    phone = await scene.house.phone()
    scene.arms()
    await phone.call()
    assert await hears_something(phone)


async def asks_for_the_position(scene: Scene) -> Contact:
    phone, contact = await in_line(scene)
    scene.arms()
    await phone.press("2")
    assert await hears_something(phone)
    return contact


async def holds(scene: Scene) -> Contact:
    """A piece of music is over, and the next one is asked for."""
    phone, contact = await waiting(scene.house)
    scene.arms()
    await phone.expects("play")
    return contact


async def is_connected(scene: Scene) -> Contact:
    """The agent answers and presses 1."""
    caller, contact = await waiting(scene.house)
    desk = await scene.house.phone(AGENT)
    scene.arms()
    await scene.house.offer(contact, await scene.house.agent())
    await desk.expects("call", status="ringing")
    await desk.send("answer", call_sid=desk.call_sid)

    async def together_or_back() -> bool:
        now = await scene.house.contact(contact.id)
        is_in = any(frame["type"] == "conference" for frame in caller.history)
        return (now.state is State.CONNECTED and is_in) or (now.state is State.WAITING and now.attempt == 1)

    await settles("the two are together, or the caller is in the place", together_or_back)
    return contact


async def parts(scene: Scene) -> Contact:
    """The caller hangs up on the agent."""
    caller, desk, contact = await met(scene.house)
    scene.arms()
    await caller.hang_up()
    await desk.expects("call", status="completed")
    return contact


async def is_left_by_the_agent(scene: Scene) -> Contact:
    caller, desk, contact = await met(scene.house)
    scene.arms()
    await desk.hang_up()
    await caller.expects("call", status="completed")
    return contact


async def is_on_hold(scene: Scene) -> Contact:
    caller, desk, contact = await met(scene.house)
    amira = await scene.house.of_contact(contact)
    scene.arms()
    await scene.house.holding.hold(contact.id, amira, is_held=True)
    await caller.expects("part", hold=True)
    await scene.house.holding.hold(contact.id, amira, is_held=False)
    await caller.expects("part", hold=False)
    await still_talk(desk, caller)
    return contact


async def keys_in_the_pin(scene: Scene) -> Contact:
    """Asked aside by the agent; whatever becomes of it, caller and agent talk again."""
    caller, desk, contact = await met(scene.house)
    scene.arms()
    await scene.house.flow.asked_verification.ask(contact.id, await scene.house.of_contact(contact), "pin")
    await caller.expects("conference", joined=False)
    for digits in ("10000001", "4821"):
        await asyncio.sleep(0.1)
        await caller.press(digits)
    await caller.expects("conference", joined=True)
    await still_talk(desk, caller)
    return contact


async def is_written_down(scene: Scene) -> Contact:
    caller, desk, contact = await met(scene.house)
    scene.arms()
    await still_talk(caller, desk)
    return contact


async def is_recorded(scene: Scene) -> Contact:
    """What is told of the recording goes wrong: the two talk on, and the recording ends with them."""
    caller, contact = await waiting(scene.house)
    desk = await scene.house.phone(AGENT)
    scene.arms()
    await scene.house.offer(contact, await scene.house.agent())
    await desk.expects("call", status="ringing")
    await desk.send("answer", call_sid=desk.call_sid)
    await caller.expects("taped", status="in-progress")
    await still_talk(caller, desk)
    await caller.hang_up()
    await caller.expects("taped", status="stopped")
    return contact


async def is_listened_to(scene: Scene) -> Contact:
    """A supervisor's leg comes and goes; the two never notice but for the notice."""
    caller, desk, contact = await met(scene.house)
    sofia = await hired(scene.house.store, "sofia", role=Role.SUPERVISOR, phone="+442079460188")
    phone = await scene.house.phone("+442079460188")
    scene.arms()
    await scene.house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    await phone.expects("call", status="ringing")
    await phone.send("answer", call_sid=phone.call_sid)
    await asyncio.sleep(0.2)
    await phone.press("1")
    await asyncio.sleep(0.2)
    await phone.hang_up()
    await still_talk(caller, desk)
    return contact


async def is_listened_to_until_it_is_over(scene: Scene) -> Contact:
    """The two part, and the supervisor's leg goes with them."""
    caller, _, contact = await met(scene.house)
    sofia = await hired(scene.house.store, "sofia", role=Role.SUPERVISOR, phone=SOFIA)
    phone = await scene.house.phone(SOFIA)
    await scene.house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    await phone.expects("call", status="ringing")
    await phone.send("answer", call_sid=phone.call_sid)
    await phone.expects("conference", joined=True)
    scene.arms()
    await caller.hang_up()
    await phone.expects("call", status="completed")
    return contact


async def is_called_back(scene: Scene) -> Contact:
    """Agent first. Either the two talk, or the callback stands for another time and the agent is told."""
    house = scene.house
    contact = await to_be_called_back(house)
    agent = await house.phone(AGENT)
    maya = await house.phone()
    scene.arms()
    await house.offer(contact, await house.agent())
    await answered_by(agent)
    rung = asyncio.ensure_future(answered_by(maya))

    async def over_or_together() -> bool:
        if rung.done() and maya.frames and any(frame["type"] == "listening" for frame in maya.frames):
            await maya.press("1")
        now = await house.contact(contact.id)
        is_in = any(frame["type"] == "conference" for frame in maya.history)
        return (now.state is State.CONNECTED and is_in) or (now.state is State.WAITING and now.attempt == 1)

    await settles("the two are together, or the callback stands for later", over_or_together)
    rung.cancel()
    return contact


async def finds_it_closed(scene: Scene) -> None:
    phone = await scene.house.phone()
    await phone.call()
    await phone.expects("listening")
    scene.arms()
    await phone.press("1")
    assert await hears_something(phone)
    await phone.expects("call", status="completed")


async def leaves_a_message(scene: Scene) -> None:
    phone = await scene.house.phone()
    await phone.call()
    await phone.expects("listening")
    scene.arms()
    await phone.press("2")
    assert await hears_something(phone)
    await asyncio.sleep(0.1)
    await phone.say("Please call me back.")
    await phone.press("#")
    await phone.expects("call", status="completed")


async def answers_a_question(scene: Scene) -> Contact:
    caller, desk, contact = await met(scene.house)
    await desk.hang_up()
    await caller.expects("listening")
    scene.arms()
    await caller.press("1")
    assert await hears_something(caller)
    await caller.expects("call", status="completed")
    return contact


# -- the houses they are played in ------------------------------------------------------------------------------------


@asynccontextmanager
async def open_house(sqlite_url: str, clock: Any, tenant: Tenant) -> AsyncIterator[VoiceHouse]:
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        yield house
        await assert_grammatical(house)


def as_it_is(tenant: Tenant) -> Tenant:
    return tenant


def closed(tenant: Tenant) -> Tenant:
    queue = tenant.queues[CARDS].model_copy(update={"hours": OFFICE})
    return tenant.model_copy(update={"queues": tenant.queues | {CARDS: queue}})


def written(tenant: Tenant) -> Tenant:
    return tenant.model_copy(update={"transcription": TranscriptionPart(notice="This is written down.")})


def recorded(tenant: Tenant) -> Tenant:
    return tenant.model_copy(update={"recording": RecordingPart(notice="This is recorded.")})


def asking(tenant: Tenant) -> Tenant:
    part = SurveyPart(questions=[QuestionPart(measure=Measure.CSAT)], by_keypad=True)
    return tenant.model_copy(update={"survey": part})


SCENES: dict[str, tuple[Play, Callable[[Tenant], Tenant]]] = {
    paths.VOICE_INCOMING: (rings_up, as_it_is),
    paths.VOICE_TURN: (asks_for_the_position, as_it_is),
    paths.VOICE_TURN + "*mode=hold": (holds, as_it_is),
    paths.VOICE_STATUS: (parts, as_it_is),
    paths.VOICE_BRIDGE: (is_connected, as_it_is),
    paths.VOICE_AFTER: (is_left_by_the_agent, as_it_is),
    paths.VOICE_CLOSED: (finds_it_closed, closed),
    paths.VOICE_MESSAGE: (leaves_a_message, closed),
    paths.VOICE_MESSAGE_DONE: (leaves_a_message, closed),
    paths.VOICE_MESSAGE_RECORDED: (leaves_a_message, closed),
    paths.VOICE_MESSAGE_WRITTEN: (leaves_a_message, closed),
    paths.VOICE_SURVEY: (answers_a_question, asking),
    paths.VOICE_ASIDE: (keys_in_the_pin, as_it_is),
    paths.VOICE_ASIDE_KEYS: (keys_in_the_pin, as_it_is),
    paths.VOICE_TRANSCRIPT: (is_written_down, written),
    paths.VOICE_TAPED: (is_recorded, recorded),
    paths.AGENT_ANSWER: (is_connected, as_it_is),
    paths.AGENT_KEY: (is_connected, as_it_is),
    paths.AGENT_ENDED: (parts, as_it_is),
    paths.AGENT_STATUS: (parts, as_it_is),
    paths.CUSTOMER_ANSWER: (is_called_back, as_it_is),
    paths.CUSTOMER_KEY: (is_called_back, as_it_is),
    paths.CUSTOMER_STATUS: (is_called_back, as_it_is),
    paths.SUPERVISOR_ANSWER: (is_listened_to, as_it_is),
    paths.SUPERVISOR_KEY: (is_listened_to, as_it_is),
    paths.SUPERVISOR_ENDED: (is_listened_to_until_it_is_over, as_it_is),
    paths.SUPERVISOR_STATUS: (is_listened_to, as_it_is),
    paths.CONFERENCE_NOTICE: (is_listened_to, as_it_is),
    paths.CONFERENCE_STATUS: (is_connected, as_it_is),
    paths.CONFERENCE_WAIT: (is_connected, as_it_is),
    paths.CONFERENCE_HOLD: (is_on_hold, as_it_is),
}
