"""Scenes of texts for the two webhooks of the text door: what is going on when it is asked, and how it must end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from phone_client import LINE, PhoneClient
from serving.patience import until
from sqlalchemy import text
from voice_house import CALLER, VoiceHouse, open_voice_house

from assistant.flow import due, moves
from assistant.flow.courier import Courier
from assistant.model.contact import Contact, Reach, State
from assistant.model.deliveries import DeliveryState
from assistant.model.events import Author
from assistant.model.text_wording import CALLED_OFF, NO_PICTURES, SHORTLY
from assistant.model.texts import CARRIER, SentText
from assistant.settings.tenant import Tenant
from telephony import addresses as paths
from telephony.emulator import Fault
from telephony.messages_carrier import TextCarrier
from telephony.messaging import TwilioMessenger

MAYA = CALLER
OURS = f"whatsapp:{LINE}"
"""WhatsApp leaves STOP, START and HELP to us; on SMS the telephone company answers them by itself."""


@dataclass
class TextScene:
    """A house in which one webhook is about to go wrong. `arms` says when."""

    house: VoiceHouse
    phone: PhoneClient
    _fault: Fault

    def arms(self) -> None:
        self.house.emulator.faults.arm(self._fault)

    async def writes(self, body: str, to: str = LINE, media: int = 0) -> None:
        await self.phone.send("text", to=to, body=body, media=media)

    @property
    def read(self) -> list[str]:
        """What the telephone has been sent, in order."""
        told = [frame for frame in self.phone.history if frame["type"] == "text" and frame["direction"] == "incoming"]
        return [frame["body"] for frame in told]

    async def reads(self, part: str) -> None:
        async def has() -> bool:
            return any(part in body for body in self.read)

        await until(f"a text with {part!r} comes", has)

    async def contacts(self) -> list[Contact]:
        """All that this telephone has ever begun, the latest last."""
        codes = "SELECT id FROM contacts WHERE ani = :ani ORDER BY entered_at, id"
        ids = await self.house.store.read(lambda work: rows(work, codes, ani=MAYA))
        return [await self.house.contact(id) for (id,) in ids]

    async def said(self) -> list[str]:
        """The caller's words as they are kept, in order."""
        events = [event for contact in await self.contacts() for event in await self.house.events(contact.id)]
        return [event.words.text for event in events if event.words and event.words.author is Author.CALLER]

    async def sent(self, contact: Contact) -> list[SentText]:
        sids = "SELECT sid FROM sent_texts WHERE contact_id = :id ORDER BY seq, part"
        found = await self.house.store.read(lambda work: rows(work, sids, id=contact.id))
        texts = [await self.house.store.read(lambda work, sid=sid: work.texts.sent(sid)) for (sid,) in found]
        return [text for text in texts if text is not None]

    async def settles(self) -> None:
        """Nothing is on its way any more, in neither direction."""
        emulator, store = self.house.emulator, self.house.store

        async def is_still() -> bool:
            waiting = await store.read(lambda work: work.deliveries.listed(DeliveryState.PENDING, CARRIER, None, 1))
            answers = self.house.texts._texting._answers
            return not (waiting or answers or emulator.texts._tasks or emulator.stage.webhooks._tasks)

        for _ in range(3):  # what ends may begin the next
            await until("all is still", is_still)
            await asyncio.sleep(0.02)

    async def is_waiting(self, to: str = LINE) -> Contact:
        """A place by text, with all that was said for it."""
        await self.writes("hello", to)
        await self.reads("You said hello.")
        await self.settles()
        (contact,) = await self.contacts()
        return contact


def rows(work: Any, query: str, **values: Any) -> list[Any]:
    return list(work.texts._connection.execute(text(query), values))


@dataclass
class End:
    """How a scene must have ended: the caller's words, each kept once; of what is read each of `reads` once."""

    said: list[str]
    reads: list[str]
    state: State | None = State.WAITING
    before: Contact | None = None
    reach: Reach | None = None


type Play = Callable[[TextScene], Awaitable[End]]


async def takes_a_place(scene: TextScene) -> End:
    scene.arms()
    await scene.writes("hello")
    await scene.reads("You said hello.")
    return End(["hello"], ["secured", "You said hello."])


async def writes_two_at_once(scene: TextScene) -> End:
    """The second overtakes the first where that is delayed: this is how requests come out of order."""
    contact = await scene.is_waiting()
    scene.arms()
    await scene.writes("first words")
    await scene.writes("second words")
    await scene.reads("second words")

    async def are_kept() -> bool:
        return len(await scene.said()) >= 3

    await until("both are kept", are_kept)
    return End(["hello", "first words", "second words"], ["second words"], before=contact)


async def takes_a_place_with_two_at_once(scene: TextScene) -> End:
    scene.arms()
    await scene.writes("hello")
    await scene.writes("are you there?")

    async def are_kept() -> bool:
        return len(await scene.said()) >= 2

    await until("both are kept", are_kept)
    return End(["are you there?", "hello"], ["secured"])


async def says_stop(scene: TextScene) -> End:
    contact = await scene.is_waiting(OURS)
    scene.arms()
    await scene.writes("STOP", OURS)
    await scene.reads("won't get texts")
    return End(["hello", "STOP"], ["won't get texts"], State.ABANDONED, contact)


async def begins_again(scene: TextScene) -> End:
    contact = await scene.is_waiting(OURS)
    await scene.writes("STOP", OURS)
    await scene.reads("won't get texts")
    scene.arms()
    await scene.writes("START", OURS)
    await scene.reads("You're back")
    return End(["hello", "STOP", "START"], ["won't get texts", "You're back"], State.ABANDONED, contact)


async def begins_again_with_yes(scene: TextScene) -> End:
    contact = await scene.is_waiting(OURS)
    await scene.writes("STOP", OURS)
    await scene.reads("won't get texts")
    scene.arms()
    await scene.writes("yes", OURS)
    await scene.reads("You're back")
    return End(["hello", "STOP", "yes"], ["You're back"], State.ABANDONED, contact)


async def asks_for_help(scene: TextScene) -> End:
    scene.arms()
    await scene.writes("HELP", OURS)
    await scene.reads("Reply STOP")
    return End([], ["Reply STOP"], None)


async def says_yes(scene: TextScene) -> End:
    """Asked whether they are there, as it is their turn."""
    contact = await scene.is_waiting()

    def ask(work: Any) -> Contact:
        held = work.contacts.lock(contact.id)
        work.deadlines.clear(due.TEXT_AWAY, held.id)
        work.deadlines.set(due.TEXT_ASKED, held.id, work.now)
        return moves.set_reach(work, held, Reach.AWAY)

    await scene.house.store.transact(ask)
    scene.arms()
    await scene.writes("YES")
    await scene.reads(SHORTLY)
    return End(["hello", "YES"], [SHORTLY], before=contact, reach=Reach.PRESENT)


async def calls_off_the_callback(scene: TextScene) -> End:
    """Who has asked for it by this telephone leaves the line with it."""
    contact = await scene.is_waiting()
    await scene.house.flow.callbacks.request(contact.id, MAYA)
    await scene.settles()
    scene.arms()
    await scene.writes("cancel my callback")
    await scene.reads(CALLED_OFF)
    return End(["hello", "cancel my callback"], [CALLED_OFF], State.ABANDONED, contact)


async def sends_a_picture(scene: TextScene) -> End:
    contact = await scene.is_waiting()
    scene.arms()
    await scene.writes("", media=1)
    await scene.reads(NO_PICTURES)
    return End(["hello", "[a picture or file]"], [NO_PICTURES], before=contact)


async def is_told(scene: TextScene) -> End:
    """One text to them, and its receipts."""
    contact = await scene.is_waiting()
    scene.arms()

    def say(work: Any) -> None:
        moves.say(work, work.contacts.lock(contact.id), Author.ASSISTANT, "You're third in line.")

    await scene.house.store.transact(say)
    await scene.reads("You're third in line.")
    return End(["hello"], ["You're third in line."], before=contact)


SCENES: dict[str, tuple[Play, ...]] = {
    paths.MESSAGES_INCOMING: (
        takes_a_place,
        takes_a_place_with_two_at_once,
        writes_two_at_once,
        says_stop,
        begins_again,
        begins_again_with_yes,
        asks_for_help,
        says_yes,
        calls_off_the_callback,
        sends_a_picture,
    ),
    paths.MESSAGES_STATUS: (is_told,),
}


@asynccontextmanager
async def open_scene(sqlite_url: str, clock: Any, tenant: Tenant, fault: Fault) -> AsyncIterator[TextScene]:
    """The voice house, whose texts are carried by a courier as in the service."""
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        messenger = TwilioMessenger(house.call_control._client, tenant)
        carrier = TextCarrier(house.store, messenger, house.addresses)
        courier = Courier(CARRIER, house.store, clock, carrier)
        house.bus.subscribe("deliveries", lambda _: courier.wake())
        running = asyncio.ensure_future(courier.run())
        try:
            yield TextScene(house, await house.phone(MAYA), fault)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            for phone in house.phones:
                await phone.close()
