"""What nobody should send, and what goes wrong behind the door: answered, and nothing harmed."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from twilio.request_validator import RequestValidator
from voice_house import TOKEN, VoiceHouse

from assistant.model.contact import State
from assistant.model.errors import Unavailable
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind
from telephony.twiml_check import problems_of, read

SID = "CA" + "3" * 32
LINE = "+442079460000"
INCOMING = "/telephony/voice/incoming"


async def post(
    house: VoiceHouse, path: str, fields: dict[str, str], *, token: str = TOKEN, signature: str | None = None
) -> aiohttp.ClientResponse:
    """One webhook, signed by `token` unless a signature is given."""
    url = path if path.startswith("http") else house.url + path
    headers = {"X-Twilio-Signature": signature or RequestValidator(token).compute_signature(url, fields)}
    headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    answer = await house.http.post(url, data=urlencode(fields), headers=headers)
    await answer.read()
    return answer


async def asked(house: VoiceHouse, path: str, fields: dict[str, str]) -> Any:
    """The document that a genuine webhook is answered with; it passes the grammar."""
    answer = await post(house, path, fields)
    text = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/xml"), text
    assert problems_of(text) == []
    return read(text)


def call(**changed: str) -> dict[str, str]:
    return {"CallSid": SID, "From": "+442071838750", "To": LINE, "CallStatus": "ringing", **changed}


def said(document: Any) -> list[str]:
    return [say.text for say in document.iter("Say")]


PATHS = [
    INCOMING,
    "/telephony/voice/turn?contact=x&n=1&after=0&mode=talk",
    "/telephony/voice/bridge?contact=x",
    "/telephony/voice/after?contact=x&attempt=1",
    "/telephony/voice/status",
    "/telephony/voice/message",
    "/telephony/voice/message/done?asked=1&contact=x",
    "/telephony/voice/message/recorded",
    "/telephony/voice/message/written",
    "/telephony/voice/fallback",
    "/telephony/agent/offer-1/answer?contact=x",
    "/telephony/agent/offer-1/ended",
    "/telephony/agent/offer-1/status?contact=x",
    "/telephony/conference/status",
    "/telephony/conference/wait",
]


@pytest.mark.parametrize("path", PATHS)
async def test_a_forged_or_missing_signature_is_refused_everywhere(house: VoiceHouse, path: str) -> None:
    forged = await post(house, path, call(), token="another")
    assert forged.status == 403
    assert (await forged.json())["error"]["code"] == "forged_signature"
    async with house.http.post(house.url + path, data=call()) as unsigned:
        assert unsigned.status == 403


async def test_proxies_and_hosts_are_not_believed(house: VoiceHouse) -> None:
    elsewhere = "https://elsewhere.example" + INCOMING
    signature = RequestValidator(TOKEN).compute_signature(elsewhere, call())
    headers = {
        "X-Twilio-Signature": signature,
        "Host": "elsewhere.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "elsewhere.example",
    }
    async with house.http.post(house.url + INCOMING, data=call(), headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", PATHS)
async def test_a_genuine_webhook_about_nothing_we_know_harms_nothing(house: VoiceHouse, path: str) -> None:
    answer = await post(house, path, call(ConferenceSid="CF" + "1" * 32, FriendlyName="contact-x-1"))
    text = await answer.text()
    assert answer.status in (200, 204), text
    assert "Traceback" not in text
    if answer.status == 200 and "wait" not in path:
        assert problems_of(text) == []


@pytest.mark.parametrize("path", [INCOMING, PATHS[1], "/telephony/voice/status"])
async def test_a_webhook_without_a_call_is_refused_by_name(house: VoiceHouse, path: str) -> None:
    answer = await post(house, path, {"From": "+442071838750"})
    assert answer.status == 400
    assert (await answer.json())["error"]["code"] == "invalid_request"


async def test_the_same_incoming_call_is_answered_alike(house: VoiceHouse) -> None:
    first = await (await post(house, INCOMING, call())).text()
    again = await (await post(house, INCOMING, call())).text()
    assert first == again
    assert await house.store.read(lambda work: work.lines.length("cards")) == 1  # type: ignore[arg-type]


async def test_twenty_copies_at_once_secure_one_place(house: VoiceHouse) -> None:
    answers = await asyncio.gather(*(post(house, INCOMING, call()) for _ in range(20)))
    assert len({await answer.text() for answer in answers}) == 1
    assert await house.store.read(lambda work: work.lines.length("cards")) == 1  # type: ignore[arg-type]


async def test_a_turn_that_comes_twice_is_heard_once_and_answered_alike(house: VoiceHouse) -> None:
    action = (await asked(house, INCOMING, call())).find("Gather").get("action")
    fields = call(SpeechResult="Hello", CallStatus="in-progress")
    answers = await asyncio.gather(*(post(house, action, fields) for _ in range(5)))
    texts = {await answer.text() for answer in answers}
    assert len(texts) == 1
    assert "You said hello." in texts.pop()
    assert len(house.engine.turns) == 1


async def test_three_hundred_digits_empty_speech_and_no_confidence_are_taken_as_they_are(house: VoiceHouse) -> None:
    document = await asked(house, INCOMING, call())
    for heard in ({"Digits": "7" * 300}, {"SpeechResult": "   "}, {"SpeechResult": "hello", "Confidence": ""}):
        action = document.find("Gather").get("action")
        document = await asked(house, action, call(**heard))
    assert "You said hello." in said(document)


async def test_a_body_of_nearly_64_kib_is_answered_and_a_larger_one_refused(house: VoiceHouse) -> None:
    await asked(house, INCOMING, call(Padding="x" * 65_000))
    answer = await post(house, INCOMING, call(Padding="x" * 70_000))
    assert answer.status == 413


async def test_words_after_the_end_are_answered_with_goodbye(house: VoiceHouse) -> None:
    action = (await asked(house, INCOMING, call())).find("Gather").get("action")
    contact = await house.contact_of(SID)
    await post(house, "/telephony/voice/status", call(CallStatus="completed"))
    assert (await house.contact(contact.id)).state is State.ABANDONED
    document = await asked(house, action, call(SpeechResult="hello"))
    assert document[-1].tag == "Hangup"


async def test_an_end_that_is_told_before_the_call_arrived_leaves_no_ghost_in_line(house: VoiceHouse) -> None:
    await post(house, "/telephony/voice/status", call(CallStatus="completed"))
    await post(house, INCOMING, call())
    assert await house.store.read(lambda work: work.lines.length("cards")) == 0  # type: ignore[arg-type]


async def test_a_contact_that_is_not_known_any_more_is_secured_anew(house: VoiceHouse) -> None:
    document = await asked(house, "/telephony/voice/turn?contact=gone&n=4&after=9&mode=hold", call())
    assert said(document) == [words.LOST_YOU]
    assert document.find("Redirect").text == house.url + INCOMING


class AwayStore:
    """A database that is locked or away, until it isn't."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.is_away = False

    async def transact(self, work: Any) -> Any:
        self._check()
        return await self._store.transact(work)

    async def read(self, work: Any) -> Any:
        self._check()
        return await self._store.read(work)

    def _check(self) -> None:
        if self.is_away:
            raise Unavailable("database_away", "The database is locked.")


@pytest.fixture
def away(house: VoiceHouse, monkeypatch: Any) -> AwayStore:
    """The flow's database, which a test may lose."""
    store = AwayStore(house.store)
    for part in (house.flow.intake, house.flow.dialogue, house.flow.legs, house.flow.transcripts, house.flow.offers):
        monkeypatch.setattr(part, "_store", store)
    return store


async def test_without_a_database_no_place_is_promised_and_it_is_tried_again(
    house: VoiceHouse, away: AwayStore
) -> None:
    away.is_away = True
    document = await asked(house, INCOMING, call())
    assert said(document) == [words.NO_PLACE_YET]
    assert document.find("Redirect") is not None
    again = document.find("Redirect").text
    away.is_away = False
    assert "Your place in the queue is secured" in said(await asked(house, again, call()))[0]
    away.is_away = True
    last = await asked(house, f"{INCOMING}?tried=5", call(CallSid="CA" + "4" * 32))
    assert (said(last), last[-1].tag) == ([words.NO_PLACE], "Hangup")


async def test_a_turn_without_a_database_is_an_honest_sentence_and_the_next_one_works(
    house: VoiceHouse, away: AwayStore
) -> None:
    action = (await asked(house, INCOMING, call())).find("Gather").get("action")
    away.is_away = True
    document = await asked(house, action, call(SpeechResult="hello"))
    assert said(document) == [words.TROUBLE]
    away.is_away = False
    document = await asked(house, document.find("Gather").get("action"), call(SpeechResult="hello again"))
    assert "You said hello again." in said(document)


async def test_a_call_s_end_is_kept_until_the_database_is_back(
    house: VoiceHouse, away: AwayStore, monkeypatch: Any
) -> None:
    monkeypatch.setattr("telephony.notices.RETRY_SECONDS", (0.01,) * 100)
    await asked(house, INCOMING, call())
    contact = await house.contact_of(SID)
    away.is_away = True
    answer = await post(house, "/telephony/voice/status", call(CallStatus="completed"))
    assert answer.status == 204
    away.is_away = False
    await house.expects(contact.id, state=State.ABANDONED)


async def test_a_surprise_behind_the_door_is_an_honest_sentence_too(house: VoiceHouse, monkeypatch: Any) -> None:
    action = (await asked(house, INCOMING, call())).find("Gather").get("action")

    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(house.flow.transcripts.__class__, "view", fails)
    document = await asked(house, action, call(SpeechResult="hello"))
    assert said(document) == [words.TROUBLE]
    assert document.find("Redirect").text.startswith(action)


async def test_the_fallback_asks_the_same_again_and_gives_up_at_last(house: VoiceHouse) -> None:
    action = (await asked(house, INCOMING, call())).find("Gather").get("action")
    for _ in range(5):
        document = await asked(house, "/telephony/voice/fallback", call(ErrorUrl=action, ErrorCode="11200"))
        action = document.find("Redirect").text
    document = await asked(house, "/telephony/voice/fallback", call(ErrorUrl=action, ErrorCode="11200"))
    assert (said(document), document[-1].tag) == ([words.GIVING_UP], "Hangup")
    foreign = await asked(house, "/telephony/voice/fallback", call(ErrorUrl="https://elsewhere.example/x"))
    assert foreign[-1].tag == "Hangup"


async def test_words_survive_an_answer_that_was_lost_on_the_way(house: VoiceHouse) -> None:
    phone = await house.phone()
    await phone.call()
    await phone.expects("listening")
    house.emulator.faults.arm(Fault(FaultKind.TIME_OUT, "/voice/turn"))
    await phone.say("Hello")
    await phone.expects("spoken", text=words.TROUBLE)
    await phone.expects("spoken", text="You said hello.")
    assert len(house.engine.turns) == 1


async def test_the_music_is_there_for_everybody_who_asks(house: VoiceHouse) -> None:
    async with house.http.get(house.url + "/telephony/hold-music.wav") as answer:
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        assert len(await answer.read()) > 100_000
