"""The survey by a link: texted once to who was on the telephone, and it opens nothing but the questions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from arrivals import hired, placed
from closing_house import NoTelephone
from doubles import MovedClock, ToldBus

from assistant.edge.errors import map_errors
from assistant.edge.limits import Limits
from assistant.flow import due, moves
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.feedback import Feedback
from assistant.flow.surveys import Surveys
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.errors import Unavailable
from assistant.model.storage import Store
from assistant.model.survey import Measure
from assistant.settings.survey import QuestionPart, SurveyPart
from assistant.settings.tenant import Tenant
from assistant.web.survey_api import SurveyApi

PAGE = "https://bank.example/survey"
NUMBER = "+442071838750"
SOON = 120


class Texts:
    """A messenger that keeps what was sent; away, it sends nothing."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.is_away = False

    async def send(self, number: str, text: str) -> None:
        if self.is_away:
            raise Unavailable("number_stopped", "This number has asked for no more texts.", retryable=False)
        self.sent.append((number, text))


@dataclass
class House:
    store: Store
    clock: MovedClock
    bus: ToldBus
    tenant: Tenant
    texts: Texts
    surveys: Surveys
    http: aiohttp.ClientSession
    url: str
    feedback: Feedback = field(init=False)

    def __post_init__(self) -> None:
        self.feedback = Feedback(self.store)

    async def handled(self, channel: Channel = Channel.VOICE, ani: str | None = NUMBER, name: str = "amira") -> Contact:
        """A contact that an agent has handled and ended."""
        agent = await hired(self.store, name)
        contact = await placed(self.store, channel=channel, ani=ani)
        await self.store.transact(lambda work: _connect(work, contact, agent))
        conversation = Conversation(self.store, self.tenant, NoTelephone())
        await conversation.end(contact.id, agent.id)
        return contact

    async def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        handlers = {due.SURVEY: self.surveys.due, due.WRAP_UP: _nothing}
        await DeadlineRunner(self.store, self.bus, self.clock, handlers).fire_due()

    async def asks(self, token: str) -> tuple[int, Any]:
        async with self.http.get(f"{self.url}/api/v1/surveys/{token}") as answer:
            return answer.status, await answer.json()

    async def answers(self, token: str, **scores: Any) -> int:
        async with self.http.post(f"{self.url}/api/v1/surveys/{token}", json=scores) as answer:
            return answer.status


async def _nothing(_: Any) -> None:
    """Another part's."""


def _connect(work: Any, contact: Contact, agent: Agent) -> None:
    locked = work.contacts.lock(contact.id)
    work.agents.take_slot(agent.id, contact.slot_channel, contact.id)
    moves.connect(work, locked.moved(State.OFFERED, agent_id=agent.id))


@pytest.fixture
async def house(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> AsyncIterator[House]:
    questions = [QuestionPart(measure=Measure.CSAT), QuestionPart(measure=Measure.NPS, says="Would you?")]
    survey = SurveyPart(questions=questions, text_after_seconds=SOON)
    tenant, texts = fernhill.model_copy(update={"survey": survey}), Texts()
    surveys = Surveys(store, tenant, texts, b"a key for tests", PAGE)
    app = web.Application(middlewares=[map_errors])
    app.add_routes(SurveyApi(tenant, surveys, Feedback(store), Limits(clock)).routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        yield House(store, clock, bus, tenant, texts, surveys, http, str(server.make_url("/")).rstrip("/"))


async def test_who_was_on_the_telephone_is_texted_a_link_once(house: House) -> None:
    contact = await house.handled()
    await house.passes(SOON - 1)
    assert house.texts.sent == []
    for _ in range(3):
        await house.passes(1)
    token = house.surveys.token_of(contact.id)
    text = f"Fernhill Bank: how was it? Two short questions: {PAGE}#{token}"
    assert house.texts.sent == [(NUMBER, text)]
    assert len(text) <= 160, "one segment"


async def test_the_link_opens_the_questions_and_takes_each_answer_once(house: House) -> None:
    token = house.surveys.token_of((await house.handled()).id)
    csat, nps = {"measure": "csat", "says": None}, {"measure": "nps", "says": "Would you?"}
    assert await house.asks(token) == (200, {"brand": "Fernhill Bank", "questions": [csat, nps]})
    assert await house.answers(token, csat=4) == 204
    assert (await house.asks(token))[1]["questions"] == [nps]
    assert await house.answers(token, csat=1) == 409
    assert await house.answers(token, csat=1, nps=10, comment="My PIN is 4821, and it was fine.") == 204
    contact_id = ContactId(token.rpartition(".")[0])
    assert dict(await house.feedback.given(contact_id)) == {"csat": 4, "nps": 10}
    events = await house.store.read(lambda work: work.trail.after(contact_id, 0))
    assert [event.words.text for event in events if event.words][-1] == "My PIN is •••, and it was fine."


@pytest.mark.parametrize("what", ["another", "cut", "contact_token", "none", "waiting"])
async def test_nothing_else_opens_it_and_it_opens_nothing_else(house: House, what: str) -> None:
    contact = await house.handled()
    waiting = await placed(house.store, channel=Channel.VOICE, ani=NUMBER)
    token = house.surveys.token_of(contact.id)
    given = {
        "another": house.surveys.token_of(ContactId("0190-other")),
        "cut": token[:-1],
        "contact_token": f"{contact.id}.{'A' * 22}",
        "none": "none",
        "waiting": house.surveys.token_of(waiting.id),
    }[what]
    status, body = await house.asks(given)
    assert (status, body["error"]["code"]) == (404, "no_such_survey")
    assert await house.answers(given, csat=5) == 404


async def test_after_a_week_it_is_over(house: House) -> None:
    token = house.surveys.token_of((await house.handled()).id)
    house.clock.advance(timedelta(days=7).total_seconds())
    assert (await house.asks(token))[0] == 200
    house.clock.advance(1)
    assert (await house.asks(token))[0] == 404


@pytest.mark.parametrize(
    ("channel", "ani"), [(Channel.CHAT, None), (Channel.VOICE, None), (Channel.VOICE, "+14155550100")]
)
async def test_nobody_is_texted_whom_we_may_not_write_to(house: House, channel: Channel, ani: str | None) -> None:
    await house.handled(channel, ani)
    await house.passes(SOON + 1)
    assert house.texts.sent == []


async def test_who_has_answered_by_keypad_is_not_asked_again(house: House) -> None:
    contact = await house.handled()
    await house.feedback.give(contact.id, {"csat": 5})
    await house.passes(SOON + 1)
    assert house.texts.sent == []


async def test_a_number_that_has_stopped_texts_is_let_be(house: House) -> None:
    await house.handled()
    house.texts.is_away = True
    await house.passes(SOON + 1)
    house.texts.is_away = False
    await house.passes(SOON + 1)
    assert house.texts.sent == [], "asked at most once"
