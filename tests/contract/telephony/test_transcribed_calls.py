"""What caller and agent say to each other is written down while they talk: once, redacted, not beside a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from phone_client import PhoneClient
from serving.demo import shows
from serving.patience import until
from test_asked_for_keys import NUMBER, PIN
from test_meeting_agents import AGENT, met, waiting
from twilio.request_validator import RequestValidator
from voice_house import TOKEN, VoiceHouse

from assistant.flow.captions import is_written_down
from assistant.model.contact import Contact, State
from assistant.model.events import Author, Event
from assistant.settings.calls import TranscriptionPart
from telephony import voice_wording as words
from telephony.addresses import VOICE_TRANSCRIPT
from telephony.emulator import Fault, FaultKind

NOTICE = "This conversation is written down."
SESSION = "GT" + "0" * 32


async def captions(house: VoiceHouse, contact: Contact) -> list[Event]:
    """The pieces that are kept, as they stand in the trail."""
    return [event for event in await house.events(contact.id) if "caption" in event.data]


async def kept(house: VoiceHouse, contact: Contact, author: Author, text: str) -> Event:
    """The piece of this author with this text, once it is kept."""

    async def look() -> list[Event]:
        found = await captions(house, contact)
        return [one for one in found if one.words and (one.words.author, one.words.text) == (author, text)]

    return (await until(f"{author}: {text}", look))[0]


async def is_on(house: VoiceHouse, contact: Contact) -> bool:
    current = await house.contact(contact.id)
    return await house.store.read(lambda work: is_written_down(work, current))


async def is_off(house: VoiceHouse, contact: Contact) -> bool:
    return not await is_on(house, contact)


async def talking(house: VoiceHouse) -> tuple[PhoneClient, PhoneClient, Contact]:
    """Caller and agent, written down."""
    caller, agent, contact = await met(house)
    await until("it is written down", lambda: is_on(house, contact))
    return caller, agent, contact


async def told(house: VoiceHouse, contact: Contact, **changed: str) -> int:
    """A piece as Twilio tells of it; good, but for what is changed. The answer's status."""
    attempt = changed.pop("attempt", "1")
    fields = {
        "CallSid": "CA" + "0" * 32,
        "TranscriptionSid": SESSION,
        "TranscriptionEvent": "transcription-content",
        "Track": "inbound_track",
        "SequenceId": "7",
        "Timestamp": "2026-03-02T09:31:00.000000Z",
        "TranscriptionData": json.dumps({"transcript": "Hello", "confidence": 0.9}),
        "Final": "true",
    } | changed
    url = house.addresses.of(VOICE_TRANSCRIPT, contact=contact.id, attempt=attempt)
    headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, fields)}
    async with house.http.post(url, data=fields, headers=headers) as answer:
        return answer.status


async def test_both_sides_stand_in_the_transcript_with_who_said_it(transcribed: VoiceHouse) -> None:
    caller, agent, contact = await talking(transcribed)
    await caller.say("My card is gone.")
    event = await kept(transcribed, contact, Author.CALLER, "My card is gone.")
    await agent.say("It is frozen already.")
    answered = await kept(transcribed, contact, Author.AGENT, "It is frozen already.")
    assert answered.words is not None
    assert answered.words.agent_name == "Amira"
    assert event.data["caption"]["session"].startswith("GT")
    assert len(await captions(transcribed, contact)) == 2
    assert transcribed.complaints == []


async def test_the_caller_hears_the_notice_before_the_agent(transcribed: VoiceHouse) -> None:
    caller, contact = await waiting(transcribed)
    agent = await transcribed.phone(AGENT)
    await transcribed.offer(contact, await transcribed.agent())
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await caller.expects("spoken", text=NOTICE)
    await caller.expects("spoken", text="Amira is here. Connecting you now.")
    await caller.expects("transcription", on=True)
    await caller.expects("conference", joined=True)


async def test_a_guess_is_shown_and_kept_nowhere(transcribed: VoiceHouse) -> None:
    caller, _, contact = await talking(transcribed)
    shown: list[dict[str, Any]] = []
    transcribed.bus.subscribe(f"captions.{contact.id}", shown.append)
    await caller.say("My card is gone.")
    await kept(transcribed, contact, Author.CALLER, "My card is gone.")
    [guess] = [one for one in shown if one]
    assert (guess["author"], guess["contact_id"]) == ("caller", contact.id)
    assert "My card is gone.".startswith(guess["text"])
    texts = [one.words.text for one in await transcribed.events(contact.id) if one.words]
    assert guess["text"] not in texts


async def test_a_piece_that_comes_twice_or_late_is_kept_once_and_harms_nothing(transcribed: VoiceHouse) -> None:
    caller, _, contact = await talking(transcribed)
    transcribed.emulator.faults.arm(Fault(FaultKind.DUPLICATE, "/voice/transcript", times=2))
    await caller.say("My card is gone.")
    await kept(transcribed, contact, Author.CALLER, "My card is gone.")
    for _ in range(3):
        assert await told(transcribed, contact) == 204
    assert await told(transcribed, contact, SequenceId="3", Timestamp="2026-03-02T09:30:01Z") == 204
    pieces = await captions(transcribed, contact)
    assert [one.data["caption"]["sequence"] for one in pieces if one.data["caption"]["session"] == SESSION] == [7, 3]
    assert len(pieces) == 3


async def test_card_numbers_and_secrets_are_not_kept_whoever_says_them(transcribed: VoiceHouse) -> None:
    caller, agent, contact = await talking(transcribed)
    await caller.say("It is 4539 1488 0343 6467, the other one ends in 4417.")
    await agent.say("You said 4539148803436467?")
    await caller.say("And my PIN is 4821.")
    await until("all are kept", lambda: at_least(transcribed, contact, 3))
    texts = " ".join(one.words.text for one in await captions(transcribed, contact) if one.words)
    assert "0343" not in texts
    assert "148803" not in texts
    assert "4821" not in texts
    assert "4417" in texts


@pytest.mark.parametrize("who", [Author.CALLER, Author.AGENT])
async def test_a_card_number_read_out_with_pauses_is_not_kept_either(transcribed: VoiceHouse, who: Author) -> None:
    caller, agent, contact = await talking(transcribed)
    reading, listening = (caller, agent) if who is Author.CALLER else (agent, caller)
    for count, group in enumerate(("It's 4539.", "1488.", "0343.", "6467."), 1):
        await reading.say(group)
        await until("the group is kept", lambda count=count: at_least(transcribed, contact, 2 * count - 1))  # type: ignore[misc]
        await listening.say("Yes, go on.")
        await until("the nod is kept", lambda count=count: at_least(transcribed, contact, 2 * count))  # type: ignore[misc]
    said = [one.words.text for one in await captions(transcribed, contact) if one.words and one.words.author is who]
    assert said == ["It's 4539.", "1488.", "•••.", "•••."]


async def at_least(house: VoiceHouse, contact: Contact, count: int) -> bool:
    return len(await captions(house, contact)) >= count


async def test_it_pauses_while_the_caller_keys_in_a_secret(transcribed: VoiceHouse) -> None:
    caller, desk, contact = await talking(transcribed)
    await transcribed.flow.asked_verification.ask(contact.id, await transcribed.of_contact(contact), "pin")
    await caller.expects("transcription", on=False)
    await caller.expects("spoken", text=words.ASIDE)
    await until("it has stopped", lambda: is_off(transcribed, contact))
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    await told(transcribed, contact, TranscriptionData=json.dumps({"transcript": "four eight two one"}))
    await caller.press(NUMBER)
    await caller.expects("spoken", text="And your four-digit PIN?")
    await caller.press(PIN)
    await caller.expects("spoken", text="Back to Amira now.")
    await caller.expects("transcription", on=True)
    await caller.expects("conference", joined=True)
    await until("it goes on", lambda: is_on(transcribed, contact))
    await desk.say("Thank you, Maya.")
    await kept(transcribed, contact, Author.AGENT, "Thank you, Maya.")
    said = [one.words.text for one in await transcribed.events(contact.id) if one.words]
    assert not shows("four eight two one", said)
    notices = [frame for frame in caller.history if frame.get("text") == NOTICE]
    assert len(notices) == 1, "said once"
    assert transcribed.complaints == []


async def test_it_pauses_while_the_caller_is_on_hold(transcribed: VoiceHouse) -> None:
    caller, _, contact = await talking(transcribed)
    amira = await transcribed.of_contact(contact)
    await transcribed.holding.hold(contact.id, amira, is_held=True)
    await caller.expects("transcription", on=False)
    await caller.say("She has put me on hold again.")
    await told(transcribed, contact, TranscriptionData=json.dumps({"transcript": "late words of a caller on hold"}))
    await transcribed.holding.hold(contact.id, amira, is_held=False)
    await caller.expects("transcription", on=True)
    await caller.say("Here I am.")
    await kept(transcribed, contact, Author.CALLER, "Here I am.")
    assert len(await captions(transcribed, contact)) == 1


async def test_a_pause_that_the_company_refuses_is_kept_all_the_same(transcribed: VoiceHouse) -> None:
    caller, _, contact = await talking(transcribed)
    transcribed.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Transcriptions/", code=20500, times=2))
    await transcribed.holding.hold(contact.id, await transcribed.of_contact(contact), is_held=True)
    await caller.say("She has put me on hold again.")
    assert await told(transcribed, contact) == 204
    assert await captions(transcribed, contact) == []


async def test_who_comes_back_to_the_line_is_not_written_down_any_more(transcribed: VoiceHouse) -> None:
    caller, agent, contact = await talking(transcribed)

    def lose(work: Any) -> None:
        from assistant.flow import moves

        moves.return_to_place(work, work.contacts.lock(contact.id), "agent_lost")

    await transcribed.store.transact(lose)
    await agent.hang_up()
    await caller.expects("conference", joined=False)
    await caller.expects("transcription", on=False)
    await caller.expects("listening")
    await caller.say("Hello assistant")
    await caller.expects("spoken", text="You said hello assistant.")
    assert await told(transcribed, contact, TranscriptionData=json.dumps({"transcript": "late"})) == 204
    assert await captions(transcribed, contact) == []
    assert [turn.words for turn in transcribed.engine.turns] == ["Hello assistant"]


async def test_a_conversation_that_ends_ends_it_and_its_last_words_are_kept(transcribed: VoiceHouse) -> None:
    caller, _, contact = await talking(transcribed)
    await caller.say("Thank you, goodbye.")
    await caller.hang_up()
    await transcribed.expects(contact.id, state=State.WRAPPING)
    await kept(transcribed, contact, Author.CALLER, "Thank you, goodbye.")
    assert await told(transcribed, contact, SequenceId="99") == 204
    assert len(await captions(transcribed, contact)) == 2
    assert not await is_on(transcribed, contact)


class TestWhereConsentIsNeeded:
    @pytest.fixture
    def written_down(self) -> TranscriptionPart:
        return TranscriptionPart(needs="consent")

    async def test_nothing_is_written_down_of_who_has_not_agreed(self, transcribed: VoiceHouse) -> None:
        caller, agent, contact = await met(transcribed)
        await caller.say("My card is gone.")
        await agent.expects("caption", text="My card is gone.")
        assert not [frame for frame in caller.history if frame["type"] == "transcription"]
        assert await told(transcribed, contact) == 204
        assert await captions(transcribed, contact) == []

    async def test_who_has_agreed_hears_no_notice_and_is_written_down(self, transcribed: VoiceHouse) -> None:
        caller, contact = await waiting(transcribed)

        def agree(work: Any) -> None:
            work.contacts.save(replace(work.contacts.lock_only(contact.id), consent=True))

        await transcribed.store.transact(agree)
        agent = await transcribed.phone(AGENT)
        await transcribed.offer(contact, await transcribed.agent())
        await agent.expects("call", status="ringing")
        await agent.send("answer", call_sid=agent.call_sid)
        await caller.expects("conference", joined=True)
        await until("it is written down", lambda: is_on(transcribed, contact))
        await caller.say("My card is gone.")
        await kept(transcribed, contact, Author.CALLER, "My card is gone.")
        assert not [frame for frame in caller.history if "written down" in frame.get("text", "")]


async def test_without_the_tenant_s_wish_nothing_is_written_down(house: VoiceHouse) -> None:
    caller, agent, contact = await met(house)
    await caller.say("My card is gone.")
    await agent.expects("caption", text="My card is gone.")
    assert await told(house, contact) == 204
    assert await captions(house, contact) == []
    assert not [frame for frame in caller.history if frame["type"] == "transcription"]
