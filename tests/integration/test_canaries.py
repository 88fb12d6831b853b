"""Secrets that were said at every door are found nowhere afterwards; what an agent needs is."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from integration.canaries import ASKED, IN_TWO, SAID, SURVIVORS, Canary, spoken
from journey.chat import ChatCaller, join
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE, Line, SignedCall
from journey.texter import Texter
from journey.wire import Frame, read_json
from pydantic import SecretStr
from serving.between import BetweenRasa, between
from serving.demo import TENANT, changed_tenant
from serving.endpoint import Endpoint, endpoint, telling
from serving.kept import Place, everything_kept, standing
from serving.patience import until
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

from assistant.bootstrap.people import Person, add_person
from assistant.settings.environment import Settings
from assistant.settings.tenant import load_tenant

ASKING = "I can see it. Could you tell me the three digits on the back, please?"


@dataclass
class House:
    """A service with everybody who gives something away; `told` is all that came out of it on any wire of ours."""

    service: Service
    http: aiohttp.ClientSession
    engine: BetweenRasa
    database_url: str
    crm: Endpoint | None = None
    secrets: list[str] = field(default_factory=list)
    told: list[Place] = field(default_factory=list)

    def gives(self, canary: Canary) -> str:
        self.secrets += canary.secrets
        return canary.words

    def pin(self, digits: str, words: str = "my pin is {}") -> str:
        """Words with this PIN in them."""
        return self.gives(Canary(words.format(digits), (digits,)))

    async def joins(self, queue: str = "cards") -> ChatCaller:
        return await (await ChatCaller.join(self.http, self.service.url, queue)).open()

    async def hears_all(self, caller: ChatCaller) -> None:
        """All that this caller's device was ever told."""
        self.told.append(("the caller's socket", json.dumps(caller.heard.frames)))
        self.told.append(("the caller's events", json.dumps(await caller.events())))
        self.told.append(("the contact", json.dumps(await caller.show())))


@pytest.fixture(params=["sqlite", "postgres"])
async def house(
    request: pytest.FixtureRequest, tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> AsyncIterator[House]:
    is_sqlite = request.param == "sqlite"
    database_url = "sqlite" if is_sqlite else request.getfixturevalue("postgres_url")
    settings = {} if is_sqlite else {"HOLDFAST_DATABASE_URL": database_url}
    async with endpoint() as crm:
        settings |= telling(tmp_path, crm.url, briefing=True)
        with between(rasa) as engine:
            with Service(tmp_path, **engine.settings, **settings, HOLDFAST_EMULATOR_SPEED="10") as service:
                service.wait_until_ready()
                if not is_sqlite:
                    await _employ(database_url, tmp_path / "people")
                yield House(service, http, engine, database_url, crm)
            service.assert_quiet_log()


async def _employ(database_url: str, folder: Path) -> None:
    """The people of the demo are in the embedded run only."""
    settings, tenant = Settings(database_url=SecretStr(database_url), data_dir=folder), load_tenant(TENANT)
    for name, role in (("amira", "agent"), ("ben", "agent"), ("sofia", "supervisor")):
        await add_person(settings, tenant, Person(name, role), "holdfast")


async def test_no_secret_is_found_anywhere_and_what_is_none_is(house: House) -> None:
    talking = await _says_everything(house)
    proving = await _proves_carelessly(house)
    plain = await _tells_what_is_no_secret(house)
    await _calls_carelessly(house)
    await _calls_on_the_emulator(house)
    await _texts_carelessly(house)
    await _leaves_a_message(house)
    await _agents_are_careless(house, talking, proving)
    for caller in (talking, proving, plain):
        await house.hears_all(caller)
    shown = json.dumps(await plain.events())
    for words in SURVIVORS:
        assert json.dumps(words)[1:-1] in shown, f"{words!r} does not survive"
    await _looks_at_pages(house)
    await _tells_others(house, talking)
    await asyncio.to_thread(house.service.stop)
    house.told += [("what Rasa was asked and answered", text) for text in house.engine.passed]
    places = await everything_kept(house.service, house.database_url) + house.told
    assert any("99812345" in text for where, text in places if "messages.text" in where), "the database was not read"
    assert len(house.secrets) > 60
    leaks = {secret: found for secret in house.secrets if (found := standing(secret, places))}
    assert not leaks, "\n".join(f"{secret}: {found[0]}" for secret, found in leaks.items())


async def _says_everything(house: House) -> ChatCaller:
    """By the socket and by POST in turn."""
    caller = await house.joins()
    for number, canary in enumerate(SAID):
        if number % 2:
            await caller.post(house.gives(canary))
        else:
            await caller.say(house.gives(canary))
    for first, then, secret in IN_TWO:
        await caller.say(first)
        await caller.post(then)
        house.secrets.append(secret)
    return caller


async def _proves_carelessly(house: House) -> ChatCaller:
    """Types into the talk what was asked for apart from it; corrects facts with what should not be there."""
    caller = await house.joins()
    await caller.ask("my debit card was stolen yesterday", "who you are")
    (beside_number, first), (instead_of_pin, second) = ASKED
    house.secrets += [first, second, "7305"]
    await caller.ask(beside_number, ".")
    await caller.say("10000002")
    await caller.heard.wait_for("the PIN", _asks_pin)
    await caller.ask(instead_of_pin, "didn't match")
    await caller.ask(f"but it is {second}", ".")
    await caller.ask("yes, let me try again", "once more")
    await until("it is asked again", lambda: _is_asked_again(caller))
    for name, value in (("customer_number", "10000002"), ("pin", "7305")):
        asked = await until(f"{name} is asked for", lambda name=name: _newest_asked(caller, name))
        await caller.send("secure", request_id=asked, name=name, value=value)
    await caller.hears("that's you confirmed")
    since = caller.heard.mark
    for fact, words in (("date", house.pin("7011", "yesterday, my pin is {}")), ("card_kind", f"pin {spoken('7012')}")):
        await caller.send("correct", id=fact, value=words)
        since = (await caller.heard.wait_for_type("gathered.updated", since), caller.heard.mark)[1]
    house.secrets.append(spoken("7012"))
    return caller


async def _newest_asked(caller: ChatCaller, name: str) -> str | None:
    """The request that is open, if it is for this."""
    asked = caller.heard.of("input.requested")[-1]["data"]
    return asked["request_id"] if asked["name"] == name else None


async def _is_asked_again(caller: ChatCaller) -> bool:
    return len(caller.heard.of("input.requested")) > 2


def _asks_pin(frame: Frame) -> bool:
    return frame["type"] == "input.requested" and frame["data"]["name"] == "pin"


async def _tells_what_is_no_secret(house: House) -> ChatCaller:
    caller = await house.joins()
    for words in SURVIVORS:
        await caller.say(words)
    return caller


async def _calls_carelessly(house: House) -> None:
    """By signed webhooks: words into speech recognition, keys where nobody asked for any, a wrong PIN where one did."""
    call = SignedCall(Line(house.http, house.service.url, TWILIO_TOKEN))
    house.told.append(("spoken to the caller", await call.dial()))
    await call.say(house.pin("7113"))
    await call.say(house.pin(spoken("7114"), "the pin would be {}"))
    await call.say(house.gives(Canary(f"my card is {spoken('4532015112830366')}", (spoken("4532015112830366"),))))
    await call.press(house.pin("5115", "{}"))
    heard = await call.say("my debit card was stolen yesterday")
    for _ in range(3):
        if call.listens_for() == {"dtmf"}:
            break
        heard = await call.say("a debit card, stolen, yesterday")
    assert "customer number" in heard
    await call.press("10000003")
    await call.press(house.pin("7116", "{}"))
    house.told.append(("spoken to the caller", " ".join(call.spoken)))
    house.told.append(("documents for the telephone company", " ".join(call.documents)))
    await call.hang_up()


async def _calls_on_the_emulator(house: House) -> None:
    phone = await EmulatedPhone.register(house.http, house.service.url, "+442079460103")
    await phone.dial(CARDS_LINE)
    await phone.hears("is secured", since=0)
    await phone.say(house.gives(Canary("it's my card, 5105 1051 0510 5100, cvv 874", ("5105 1051 0510 5100", "874"))))
    await phone.hears(".")
    await phone.say("my debit card was stolen yesterday")
    await phone.hears("customer number")
    await phone.press("10000004")
    await phone.hears("PIN")
    await phone.press(house.pin("7217", "{}"))
    await phone.hears("match")
    await phone.hang_up()
    await phone.close()


async def _texts_carelessly(house: House) -> None:
    texter = await Texter.with_phone(house.http, house.service.url, "+447700900104")
    await texter.asks(house.pin("7221", "hello, my pin is {}"), "secured")
    await texter.asks("my debit card was stolen yesterday", "customer number")
    await texter.asks(house.pin("7222", "pin {}"), ".")
    await texter.asks("10000001", ".")
    await texter.asks(house.gives(Canary("the card is 5555 5555 5555 4444", ("5555 5555 5555 4444",))), ".")
    house.told.append(("texts to the caller", json.dumps(texter.read)))
    await texter.close()


async def _tells_others(house: House, talking: ChatCaller) -> None:
    """The tenant's own system is told all that it is ever told, briefing and comment among it."""
    crm = house.crm
    assert crm is not None

    async def is_told() -> bool:
        return "feedback.given" in crm.of_contact(talking.contact_id)

    await until("the tenant's system is told of the feedback", is_told)
    assert {"contact.placed", "contact.connected", "contact.closed"} <= set(crm.of_contact(talking.contact_id))
    house.told += [("a webhook", json.dumps(told.body)) for told in crm.heard]


async def _leaves_a_message(house: House) -> None:
    message = {"text": house.pin("7318", "Please ring me. The PIN is {}."), "reply_to": "maya@example.com"}
    status, _ = await join(house.http, house.service.url, {"channel": "chat", "queue": "cards", "message": message})
    assert status == 201


async def _agents_are_careless(house: House, talking: ChatCaller, proving: ChatCaller) -> None:
    """At the console: words, notes, reasons, a transfer's note, the wrap-up; and what the caller then answers."""
    url, http = house.service.url, house.http
    sofia = await AgentConsole.sign_in(http, url, "sofia")
    moved = await house.joins("accounts")
    reason = house.pin("7419", "she fears a fraud, pin {}")
    await sofia.command("move_contact", contact_id=moved.contact_id, queue="fraud", reason=reason)
    amira = await AgentConsole.sign_in(http, url, "amira")
    await amira.command("not_ready", reason=house.pin("7420", "pin {}"))
    await amira.command("ready")
    await amira.accept(await amira.is_offered(talking.contact_id))
    about = {"contact_id": talking.contact_id}
    await talking.heard.wait_for_type("contact.connected")
    await talking.say(house.pin("7521", "hello, pin {}"))
    await amira.command("say", **about, text=house.pin("7522", "Your new PIN is {}."), client_id="a1")
    await amira.command("say", **about, text=ASKING, client_id="a2")
    await talking.hears("three digits", author="agent")
    await talking.say(house.gives(Canary("876", ("876",))))
    await sofia.command("coach", **about)
    await sofia.command("say", **about, text=house.pin("7523", "ask whether the pin is {}"), client_id="s1")
    await sofia.command("leave", **about)
    await amira.command("note", **about, text=house.gives(Canary("cvv 877, card 4485275742308327", ("877",))))
    await amira.command("end", **about)
    notes = house.pin("7623", "all done, the pin was {}")
    await amira.command("wrap_up", **about, disposition="resolved", notes=notes)
    comment = house.pin("7624", "kind, and quick with my pin {}")
    feedback = {"csat": 5, "comment": comment}
    address = f"{url}/api/v1/contacts/{talking.contact_id}/feedback"
    async with http.post(address, json=feedback, headers=talking.headers) as answer:
        assert await read_json(answer) is None
    offer = await amira.is_offered(proving.contact_id)
    await amira.accept(offer)
    note = house.pin("7725", "wants a new card, pin {}")
    await amira.command("transfer", contact_id=proving.contact_id, to={"queue": "accounts"}, mode="cold", note=note)
    ben = await AgentConsole.sign_in(http, url, "ben")
    await ben.command("ready")
    declined = await ben.is_offered()
    await ben.command("decline", offer_id=declined["offer_id"], reason=house.pin("7826", "pin {}"))
    async with http.get(f"{url}/api/v1/supervisor/board", headers={"Authorization": f"Bearer {sofia.token}"}) as board:
        house.told.append(("the board", await board.text()))
    for console in (amira, ben, sofia):
        house.told.append(("a console", json.dumps(console.heard.frames)))
        await console.close()


async def _looks_at_pages(house: House) -> None:
    for path in ("/metrics", "/emulator/messages", "/healthz", "/readyz"):
        async with house.http.get(f"{house.service.url}{path}") as page:
            house.told.append((path, await page.text()))


@pytest.fixture
async def with_codes(tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession) -> AsyncIterator[House]:
    tenant = changed_tenant(tmp_path, parts={"verification": {"methods": ["code"]}})
    with between(rasa) as engine:
        with Service(tmp_path, **engine.settings, **tenant) as service:
            service.wait_until_ready()
            yield House(service, http, engine, "sqlite")
        service.assert_quiet_log()


async def test_a_one_time_code_stands_on_the_page_of_the_telephone_and_nowhere_else(with_codes: House) -> None:
    house, codes = with_codes, []
    for number, how in (("10000001", "apart"), ("10000002", "in the talk")):
        caller = await house.joins()
        await caller.ask("my debit card was stolen yesterday", "who you are")
        await caller.gives("customer_number", number)
        await caller.heard.wait_for("the code", lambda frame: frame.get("data", {}).get("name") == "code")
        code = await until("the code has come", lambda: _newest_code(house, codes))
        codes.append(code)
        if how == "apart":
            await caller.gives("code", code)
        else:
            await caller.say(f"it's {code}")
        await caller.hears("that's you confirmed")
        await house.hears_all(caller)
    await asyncio.to_thread(house.service.stop)
    house.told += [("what Rasa was asked and answered", text) for text in house.engine.passed]
    places = await everything_kept(house.service, "sqlite") + house.told
    assert not {code: found for code in codes if (found := standing(code, places))}


async def _newest_code(house: House, known: list[str]) -> str | None:
    async with house.http.get(f"{house.service.url}/emulator/messages") as page:
        found: list[str] = re.findall(r"your code is (\d{6})", await page.text())
    return next((code for code in found if code not in known), None)
