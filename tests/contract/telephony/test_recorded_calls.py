"""What caller and agent say to each other is recorded: after the notice, not beside a secret, and until they part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from phone_client import PhoneClient
from serving.patience import until
from test_asked_for_keys import NUMBER, PIN
from test_meeting_agents import AGENT, met, waiting
from test_passing_calls import Call
from twilio.request_validator import RequestValidator
from voice_house import TOKEN, VoiceHouse

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.tape_moves import recording_state
from assistant.flow.transfers import Target
from assistant.model.call_recordings import Tape, TapeState
from assistant.model.contact import Contact, State
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.settings.calls import RecordingPart, TranscriptionPart
from telephony import voice_wording as words
from telephony.addresses import VOICE_TAPED
from telephony.emulator import Fault, FaultKind
from telephony.emulator.recordings import TakenDown

NOTICE = "This conversation is recorded."
DAY_SECONDS = 86_400.0


async def talking(house: VoiceHouse) -> tuple[PhoneClient, PhoneClient, Contact]:
    """Caller and agent, recorded."""
    caller, agent, contact = await met(house)
    await stands(house, contact, "on")
    return caller, agent, contact


async def stands(house: VoiceHouse, contact: Contact, state: str) -> None:
    """Returns once it is recorded so, as a console is told."""

    async def look() -> bool:
        current = await house.contact(contact.id)
        return await house.store.read(lambda work: recording_state(work, current)) == state

    await until(f"it is {state}", look)


async def tapes(house: VoiceHouse, contact: Contact) -> list[Tape]:
    return list(await house.store.read(lambda work: work.tapes.of_contact(contact.id)))


async def kept(house: VoiceHouse, contact: Contact, count: int = 1) -> list[Tape]:
    """The recordings of this contact, once so many are kept."""

    async def look() -> list[Tape]:
        found = [one for one in await tapes(house, contact) if one.state is TapeState.KEPT]
        return found if len(found) == count else []

    return await until(f"{count} are kept", look)


async def changes(house: VoiceHouse, contact: Contact) -> list[tuple[int, str]]:
    events = [one for one in await house.events(contact.id) if one.type is EventType.RECORDING_CHANGED]
    return [(one.data["attempt"], one.data["state"]) for one in events]


def shelf(house: VoiceHouse) -> list[TakenDown]:
    return list(reversed(house.emulator.exchange.shelf.all()))


async def fires(house: VoiceHouse, seconds: float) -> None:
    """So much time goes by, and what has come due of recordings happens."""
    house.clock.advance(seconds)
    recording = house.flow.recording

    async def not_now(_: Any) -> None:
        """Another part's."""

    kinds = [value for name, value in vars(due).items() if name.isupper() and isinstance(value, str)]
    handlers = dict.fromkeys(kinds, not_now) | {due.TAPE: recording.overdue, due.TAPE_KEPT: recording.kept_long_enough}
    await DeadlineRunner(house.store, house.bus, house.clock, handlers).fire_due()


def asked(house: VoiceHouse, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the telephone company from now on, in order: of recordings, and of the caller's call."""
    requests: list[str] = []
    http = house.call_control._client.http_client
    send: Callable[..., Any] = http.request

    async def request(method: str, url: str, *args: Any, **more: Any) -> Any:
        data = more.get("data") or next((one for one in args if isinstance(one, dict)), {}) or {}
        if method.upper() == "POST":
            if "/Recordings" in url:
                requests.append(str(data.get("Status", "begin")))
            elif "/Calls/" in url and "/voice/aside" in str(data.get("Url")):
                requests.append("aside")
        return await send(method, url, *args, **more)

    monkeypatch.setattr(http, "request", request)
    return requests


async def test_it_begins_once_both_have_heard_the_notice_and_met(taped: VoiceHouse) -> None:
    caller, contact = await waiting(taped)
    agent = await taped.phone(AGENT)
    await taped.offer(contact, await taped.agent())
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await caller.expects("spoken", text=NOTICE)
    await caller.expects("conference", joined=True)
    await caller.expects("taped", status="in-progress")
    await agent.expects("spoken", text=NOTICE)
    assert [frame["text"] for frame in caller.history if NOTICE in frame.get("text", "")] == [NOTICE]
    await stands(taped, contact, "on")
    await caller.say("My card is gone.")
    await agent.expects("caption", text="My card is gone.")
    await agent.say("It is frozen already.")
    await caller.expects("caption", text="It is frozen already.")
    await caller.hang_up()
    (tape,) = await kept(taped, contact)
    assert (tape.attempt, tape.seconds) == (1, shelf(taped)[0].seconds)
    assert shelf(taped)[0].said == "My card is gone. It is frozen already."
    assert shelf(taped)[0].channels == 2
    assert await changes(taped, contact) == [(1, "on"), (1, "off")]
    assert taped.complaints == []


async def test_without_the_tenant_s_wish_nothing_is_recorded(house: VoiceHouse) -> None:
    caller, agent, contact = await met(house)
    await caller.say("My card is gone.")
    await agent.expects("caption", text="My card is gone.")
    await stands(house, contact, "off")
    assert shelf(house) == []
    assert not [frame for frame in [*caller.history, *agent.history] if "recorded" in frame.get("text", "")]


async def test_it_is_paused_before_the_keys_are_asked_for_and_goes_on_after(
    taped: VoiceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, desk, contact = await talking(taped)
    requests = asked(taped, monkeypatch)
    await caller.say("It is me.")
    await taped.flow.asked_verification.ask(contact.id, await taped.of_contact(contact), "pin")
    await caller.expects("taped", status="paused")
    await caller.expects("conference", joined=False)
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    await stands(taped, contact, "paused")
    await caller.press(NUMBER)
    await caller.expects("spoken", text="And your four-digit PIN?")
    await caller.press(PIN)
    await caller.expects("spoken", text="Back to Amira now.")
    await stands(taped, contact, "on")
    await caller.expects("conference", joined=True)
    await desk.say("Thank you, Maya.")
    await caller.expects("caption", text="Thank you, Maya.")
    assert requests == ["paused", "aside", "in-progress"]
    await caller.hang_up()
    await kept(taped, contact)
    assert [one.said for one in shelf(taped)] == ["It is me. Thank you, Maya."]
    assert await changes(taped, contact) == [(1, "on"), (1, "paused"), (1, "on"), (1, "off")]
    assert len([frame for frame in caller.history if frame.get("text") == NOTICE]) == 1, "said once"


async def test_no_secret_is_asked_for_while_it_cannot_be_paused(taped: VoiceHouse) -> None:
    caller, desk, contact = await talking(taped)
    taped.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings/", code=20500, times=2))
    with pytest.raises(Unavailable):
        await taped.flow.asked_verification.ask(contact.id, await taped.of_contact(contact), "pin")
    assert (await taped.contact(contact.id)).pending_input is None
    await caller.say("Are you there?")
    await desk.expects("caption", text="Are you there?")
    assert not [frame for frame in caller.history if frame.get("text") == words.ASIDE]
    await stands(taped, contact, "on")


async def test_a_pause_whose_answer_is_lost_is_one(taped: VoiceHouse) -> None:
    caller, _, contact = await talking(taped)
    taped.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Recordings/"))
    await taped.flow.asked_verification.ask(contact.id, await taped.of_contact(contact), "pin")
    await caller.expects("taped", status="paused")
    await caller.expects("spoken", text=words.ASIDE)
    await stands(taped, contact, "paused")


async def test_it_is_paused_while_the_caller_is_on_hold(taped: VoiceHouse) -> None:
    caller, _, contact = await talking(taped)
    amira = await taped.of_contact(contact)
    await taped.holding.hold(contact.id, amira, is_held=True)
    await stands(taped, contact, "paused")
    await caller.say("She has put me on hold again.")
    await taped.holding.hold(contact.id, amira, is_held=False)
    await stands(taped, contact, "on")
    await caller.say("Here I am.")
    await caller.hang_up()
    await kept(taped, contact)
    assert [one.said for one in shelf(taped)] == ["Here I am."]


async def test_hold_is_not_held_up_by_a_recording_that_cannot_be_paused(taped: VoiceHouse) -> None:
    caller, _, contact = await talking(taped)
    taped.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings/", code=20500))
    await taped.holding.hold(contact.id, await taped.of_contact(contact), is_held=True)
    await caller.expects("part", hold=True)
    await fires(taped, 6)
    await stands(taped, contact, "paused")


async def test_who_is_passed_on_is_recorded_apart_with_the_next_agent_and_not_in_between(taped: VoiceHouse) -> None:
    call = await Call(taped).begin()
    await stands(taped, call.contact, "on")
    await call.caller.say("With Amira.")
    await call.cold(Target(agent="ben"))
    await call.caller.expects("taped", status="stopped")
    await call.caller.say("To nobody.")
    await taped.offer(await taped.contact(call.contact.id), call.ben)
    await call.answers(call.other_desk)
    contact = await call.is_with(call.ben)
    await stands(taped, contact, "on")
    await call.caller.say("With Ben.")
    await call.caller.hang_up()
    await kept(taped, contact, 2)
    assert [one.said for one in shelf(taped)] == ["With Amira.", "With Ben."]
    assert [frame["text"] for frame in call.caller.history if frame.get("text") == NOTICE] == [NOTICE] * 2


async def test_a_warm_hand_over_ends_one_recording_and_begins_another(taped: VoiceHouse) -> None:
    call = await Call(taped).begin()
    await stands(taped, call.contact, "on")
    await call.warm()
    await call.answers(call.other_desk)
    contact = await call.is_with(call.ben)
    await call.caller.expects("taped", status="stopped")
    await stands(taped, contact, "on")
    await call.speak_to_each_other(call.other_desk)
    await call.caller.hang_up()
    await kept(taped, contact, 2)
    assert shelf(taped)[1].said == "Good morning, I have it all here."
    assert await changes(taped, contact) == [(1, "on"), (1, "off"), (2, "on"), (2, "off")]


async def test_it_ends_with_the_agent_s_part_though_the_caller_stays(taped: VoiceHouse) -> None:
    caller, agent, contact = await talking(taped)

    def lose(work: Any) -> None:
        from assistant.flow import moves

        moves.return_to_place(work, work.contacts.lock(contact.id), "agent_lost")

    await taped.store.transact(lose)
    await agent.hang_up()
    await caller.expects("conference", joined=False)
    await caller.expects("taped", status="stopped")
    await caller.expects("listening")
    await caller.say("Hello assistant")
    await caller.expects("spoken", text="You said hello assistant.")
    await kept(taped, contact)
    assert [one.said for one in shelf(taped)] == [""]


async def test_an_end_that_could_not_be_asked_for_is_asked_for_again(taped: VoiceHouse) -> None:
    caller, agent, contact = await talking(taped)
    taped.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings/", code=20500))

    def lose(work: Any) -> None:
        from assistant.flow import moves

        moves.return_to_place(work, work.contacts.lock(contact.id), "agent_lost")

    await taped.store.transact(lose)
    await agent.hang_up()
    await caller.expects("listening")
    assert shelf(taped)[0].status == "in-progress"
    await fires(taped, 6)
    await caller.expects("taped", status="stopped")
    await kept(taped, contact)


async def test_a_refused_recording_leaves_the_two_talking_and_is_told(
    taped: VoiceHouse, caplog: pytest.LogCaptureFixture
) -> None:
    taped.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings.json", code=20001))
    caller, agent, contact = await met(taped)
    await until("it has failed", lambda: changes(taped, contact))
    await caller.say("My card is gone.")
    await agent.expects("caption", text="My card is gone.")
    await stands(taped, contact, "off")
    told = [one.data for one in await taped.events(contact.id) if one.type is EventType.RECORDING_CHANGED]
    assert told == [{"attempt": 1, "state": "off", "code": "recording_refused"}]
    assert "a call is not recorded" in caplog.text
    assert shelf(taped) == []


async def test_a_beginning_whose_answer_is_lost_is_found_and_is_one(taped: VoiceHouse) -> None:
    taped.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Recordings.json"))
    taped.emulator.faults.arm(Fault(FaultKind.DROP, "/voice/taped"))
    caller, _, contact = await talking(taped)
    assert len(shelf(taped)) == 1
    await caller.hang_up()
    await kept(taped, contact)


async def test_an_end_that_nobody_told_is_looked_up(taped: VoiceHouse) -> None:
    caller, _, contact = await talking(taped)
    taped.emulator.faults.arm(Fault(FaultKind.DROP, "/voice/taped"))
    await caller.hang_up()
    await until("it is ready", lambda: ready(taped))
    assert [one.state for one in await tapes(taped, contact)] != [TapeState.KEPT]
    await fires(taped, 61)
    (tape,) = await kept(taped, contact)
    assert tape.seconds == shelf(taped)[0].seconds


async def ready(house: VoiceHouse) -> bool:
    return [one.status for one in shelf(house)] == ["completed"] and house.emulator.faults.are_spent


async def test_after_the_days_it_is_kept_for_it_is_deleted_where_it_is(taped: VoiceHouse) -> None:
    caller, _, contact = await talking(taped)
    await caller.hang_up()
    (tape,) = await kept(taped, contact)
    await fires(taped, 29 * DAY_SECONDS)
    assert len(shelf(taped)) == 1
    taped.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings/", code=20500))
    await fires(taped, 2 * DAY_SECONDS)
    assert len(shelf(taped)) == 1, "tried again"
    await fires(taped, 61)
    assert shelf(taped) == []
    (gone,) = await tapes(taped, contact)
    assert gone == replace(tape, state=TapeState.GONE, recording_sid=None)


async def told(house: VoiceHouse, contact_id: str, **fields: str) -> int:
    """What Twilio might tell of a recording; the answer's status."""
    url = house.addresses.of(VOICE_TAPED, contact=contact_id, attempt=1)
    headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, fields)}
    async with house.http.post(url, data=fields, headers=headers) as answer:
        return answer.status


async def test_odd_and_late_notices_change_nothing(taped: VoiceHouse) -> None:
    caller, _, contact = await talking(taped)
    (before,) = await tapes(taped, contact)
    sid = str(before.recording_sid)
    assert await told(taped, "nobody", RecordingSid=sid, RecordingStatus="completed") == 204
    assert await told(taped, contact.id, RecordingSid="RE" + "0" * 32, RecordingStatus="completed") == 204
    assert await told(taped, contact.id, RecordingStatus="completed") == 400
    assert await told(taped, contact.id, RecordingSid=sid, RecordingStatus="sung") == 400
    assert await told(taped, contact.id, RecordingSid=sid, RecordingStatus="in-progress") == 204
    assert await tapes(taped, contact) == [before]
    await caller.hang_up()
    (after,) = await kept(taped, contact)
    for status in ("in-progress", "completed"):
        assert await told(taped, contact.id, RecordingSid=sid, RecordingStatus=status, RecordingDuration="9") == 204
    assert await tapes(taped, contact) == [after]
    assert await changes(taped, contact) == [(1, "on"), (1, "off")]


class TestWhereConsentIsNeeded:
    @pytest.fixture
    def kept(self) -> RecordingPart:
        return RecordingPart(needs="consent")

    async def test_nothing_is_recorded_of_who_has_not_agreed(self, taped: VoiceHouse) -> None:
        caller, agent, contact = await met(taped)
        await caller.say("My card is gone.")
        await agent.expects("caption", text="My card is gone.")
        assert await tapes(taped, contact) == []
        assert shelf(taped) == []

    async def test_who_has_agreed_is(self, taped: VoiceHouse) -> None:
        caller, contact = await waiting(taped)

        def agree(work: Any) -> None:
            work.contacts.save(replace(work.contacts.lock_only(contact.id), consent=True))

        await taped.store.transact(agree)
        agent = await taped.phone(AGENT)
        await taped.offer(contact, await taped.agent())
        await agent.expects("call", status="ringing")
        await agent.send("answer", call_sid=agent.call_sid)
        await caller.expects("conference", joined=True)
        await stands(taped, contact, "on")
        assert not [frame for frame in caller.history if "recorded" in frame.get("text", "")]


class TestWhereItIsWrittenDownToo:
    async def test_both_notices_are_told_in_one_breath(self, sqlite_url: str, clock: Any, fernhill: Any) -> None:
        from voice_house import open_voice_house

        parts = {"recording": RecordingPart(notice=NOTICE), "transcription": TranscriptionPart(notice="It is written.")}
        async with open_voice_house(sqlite_url, clock, fernhill.model_copy(update=parts)) as house:
            caller, _, contact = await talking(house)
            assert await house.expects(contact.id, state=State.CONNECTED)
            told = [frame["text"] for frame in caller.history if NOTICE in frame.get("text", "")]
            assert told == [f"It is written. {NOTICE}"]
            for phone in house.phones:
                await phone.close()
