"""How a customer would rather be reached: asked once, kept with a yes, used once known, forgotten on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from arrivals import hired, placed
from closing_house import MONDAY_CLOSING, NoTelephone
from doubles import MovedClock
from test_arriving_by_http import Door
from test_arriving_by_http import door as door

from assistant.flow import moves, preferring
from assistant.flow.conversation import Conversation
from assistant.flow.preferring import Preferring
from assistant.model.contact import Channel, Contact, ContactId, State, Verification
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.preferences import Preference
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

MAYA = "10000001"
KNOWN = {"customer_number": MAYA, "verification": Verification(2, "pin")}


@pytest.fixture
def tenant(fernhill: Tenant) -> Tenant:
    return fernhill.model_copy(update={"asks_preferences": True, "languages": ["en", "de"]})


async def handled(store: Store, tenant: Tenant, name: str = "amira", **changes: Any) -> Contact:
    """A contact that an agent has handled and ended."""
    agent = await hired(store, name)
    contact = await placed(store, **changes)

    def connect(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        work.agents.take_slot(agent.id, locked.slot_channel, locked.id)
        moves.connect(work, locked.moved(State.OFFERED, agent_id=agent.id))

    await store.transact(connect)
    await Conversation(store, tenant, NoTelephone()).end(contact.id, agent.id)
    return contact


async def asked(store: Store, contact: Contact) -> list[dict[str, Any]]:
    wanted = frozenset({EventType.PREFERENCE_ASKED})
    return [event.data for event in await store.read(lambda work: work.trail.after(contact.id, 0, wanted))]


async def remembered(store: Store) -> Preference | None:
    return await store.read(lambda work: work.preferences.of(MAYA))


async def hears(store: Store, contact: Contact, words: str, tenant: Tenant) -> str | None:
    """What is said to these words where they are about preferences."""

    def hear(work: UnitOfWork) -> str | None:
        current = work.contacts.lock_only(contact.id)
        assert current is not None
        if preferring.hear(work, current, words, tenant) is None:
            return None
        said = work.trail.after(contact.id, 0, frozenset({EventType.MESSAGE_ADDED}))
        return said[-1].words.text if said[-1].words else None

    return await store.transact(hear)


async def test_a_customer_is_asked_at_the_end_and_only_once_in_all_contacts(store: Store, tenant: Tenant) -> None:
    first = await handled(store, tenant, **KNOWN)
    assert await asked(store, first) == [{"channel": "chat", "language": "en"}]
    second = await handled(store, tenant, "ben", channel=Channel.VOICE, **KNOWN)
    assert await asked(store, second) == [], "no answer is none, and nobody is asked twice"
    assert await remembered(store) == Preference(MAYA, (await remembered(store)).asked_at)  # type: ignore[union-attr]


async def test_nobody_is_asked_who_is_not_known_or_where_the_bank_does_not(
    store: Store, tenant: Tenant, fernhill: Tenant
) -> None:
    assert await asked(store, await handled(store, tenant)) == []
    hinted = KNOWN | {"verification": Verification(1, "place_code")}
    assert await asked(store, await handled(store, tenant, "ben", **hinted)) == []
    assert await asked(store, await handled(store, fernhill, "carla", **KNOWN)) == []


async def test_a_yes_keeps_it_and_a_later_no_forgets_it(store: Store, tenant: Tenant) -> None:
    contact = await handled(store, tenant, channel=Channel.VOICE, **KNOWN)
    door = Preferring(store, tenant)
    assert await door.is_asked(contact.id)
    await door.decide(contact.id, remember=True)
    kept = await remembered(store)
    assert kept is not None and (kept.channel, kept.language) == (Channel.VOICE, "en")
    assert not await door.is_asked(contact.id)
    await door.decide(contact.id, remember=True, channel=Channel.CHAT, language="de")
    kept = await remembered(store)
    assert kept is not None and (kept.channel, kept.language) == (Channel.CHAT, "de")
    await door.decide(contact.id, remember=False)
    gone = await remembered(store)
    assert gone is not None and not gone.is_kept and gone.language is None
    assert await asked(store, await handled(store, tenant, "ben", **KNOWN)) == []


async def test_what_is_not_one_s_own_or_not_known_is_refused(store: Store, tenant: Tenant) -> None:
    door = Preferring(store, tenant)
    stranger = await handled(store, tenant)
    with pytest.raises(Refused, match="proved who they are"):
        await door.decide(stranger.id, remember=True)
    known = await handled(store, tenant, "ben", **KNOWN)
    with pytest.raises(Refused, match="one of en, de"):
        await door.decide(known.id, remember=True, language="fr")


async def test_at_the_next_contact_it_is_used_once_the_customer_is_known(
    store: Store, tenant: Tenant, clock: MovedClock
) -> None:
    await store.transact(lambda work: work.preferences.save(Preference(MAYA, work.now, Channel.VOICE, "de")))
    contact = await placed(store)

    def use(work: UnitOfWork, known: bool) -> Contact:
        current = work.contacts.lock(contact.id)
        assert current is not None
        if known:
            current = moves.replace(current, **KNOWN)
        return preferring.use(work, current, tenant)

    assert (await store.transact(lambda work: use(work, known=False))).language == "en"
    used = await store.transact(lambda work: use(work, known=True))
    assert used.language == "de"
    said = await store.read(lambda work: work.trail.after(contact.id, 0, frozenset({EventType.MESSAGE_ADDED})))
    assert [event.words.text for event in said if event.words] == [preferring.WOULD_RATHER_TALK]
    assert (await store.read(lambda work: preferring.kept_of(work, used))).channel is Channel.VOICE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("Remember that I prefer chat", Channel.CHAT),
        ("please remember that I'd rather be called.", Channel.VOICE),
        ("remember I’d prefer to be reached by text", Channel.SMS),
        ("can you remember that i would like to use WhatsApp", Channel.WHATSAPP),
        ("remember my preferences", Channel.CHAT),
    ],
)
async def test_it_can_be_said_in_the_talk(store: Store, tenant: Tenant, words: str, channel: Channel) -> None:
    contact = await placed(store, **KNOWN)
    said = await hears(store, contact, words, tenant)
    assert said is not None and said.startswith(
        f"I'll remember that you'd rather be reached {preferring.SAID[channel]}."
    )
    kept = await remembered(store)
    assert kept is not None and kept.channel is channel


async def test_it_is_forgotten_on_request(store: Store, tenant: Tenant) -> None:
    contact = await placed(store, **KNOWN)
    await hears(store, contact, "remember my preferences", tenant)
    assert await hears(store, contact, "Please forget my preferences!", tenant) == preferring.FORGOTTEN
    gone = await remembered(store)
    assert gone is not None and not gone.is_kept


@pytest.mark.parametrize("words", ["remember my preferences", "forget my preferences"])
async def test_a_stranger_changes_nothing_and_is_told_so(store: Store, tenant: Tenant, words: str) -> None:
    contact = await placed(store)
    assert await hears(store, contact, words, tenant) == preferring.WHO_FIRST
    assert await remembered(store) is None


@pytest.mark.parametrize(
    "words",
    [
        "I can't remember my PIN",
        "do you remember my card",
        "I'd like to talk to somebody",
        "forget it",
        "remember that I lost my card",
        "I prefer my old card",
    ],
)
async def test_what_is_said_of_other_things_is_left_to_the_talk(store: Store, tenant: Tenant, words: str) -> None:
    contact = await placed(store, **KNOWN)
    assert await hears(store, contact, words, tenant) is None


async def test_over_http_who_has_proved_it_decides_for_themselves(door: Door) -> None:
    door.house.clock.at = MONDAY_CLOSING - timedelta(hours=2)
    _, joined = await door.posts()
    headers = {"Authorization": f"Bearer {joined['token']}"}
    url = f"{door.url}/api/v1/contacts/{joined['contact_id']}/preferences"

    async def asks(method: str, **body: Any) -> tuple[int, str | None]:
        async with door.http.request(method, url, headers=headers, json=body or None) as answer:
            return answer.status, (await answer.json())["error"]["code"] if answer.status >= 400 else None

    assert await asks("POST", remember=True) == (409, "not_verified")

    def proves(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(ContactId(joined["contact_id"]))
        assert contact is not None
        work.contacts.save(moves.replace(contact, **KNOWN))

    await door.house.store.transact(proves)
    assert await asks("POST", remember=True, channel="fax") == (400, "invalid_request")
    assert await asks("POST", remember=True, language="xx") == (400, "unknown_language")
    assert await asks("POST", remember=True, channel="voice") == (204, None)
    kept = await remembered(door.house.store)
    assert kept is not None and kept.channel is Channel.VOICE
    told = (await door.shows(joined, "/events"))["events"]
    assert (told[-1]["type"], told[-1]["data"]) == ("preference.decided", {"is_kept": True})
    assert await asks("DELETE") == (204, None)
    gone = await remembered(door.house.store)
    assert gone is not None and not gone.is_kept
    async with door.http.post(url, json={"remember": True}) as answer:
        assert answer.status == 401
