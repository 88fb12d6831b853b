"""Conferences through the emulator: who is in, who hears whom, and how they end."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException

from telephony import twiml
from telephony.twiml import Room, Speaker

SPEAKER = Speaker()
AGENT = "client:amira"
LINE = "+442079460000"
NAME = "contact-7-1"


def join(exchange: Any, label: str, wait_url: str = "") -> str:
    room = Room(NAME, exchange.url("/room"), wait_url or exchange.url("/wait"))
    return twiml.join_conference([], room=room, part=twiml.Part(label), action=exchange.url("/after"), speaker=SPEAKER)


@pytest.fixture
async def bridged(exchange: Any) -> tuple[Any, Any]:
    """An agent and a caller, the agent first, as a hand-over brings them together."""
    application = exchange.application
    application.on("/room", web.Response(status=204))
    application.on("/wait", twiml.music(exchange.url("/music.wav"), again_url=exchange.url("/wait")))
    application.on("/after", twiml.goodbye(["It is over."], speaker=SPEAKER))
    application.on("/agent", join(exchange, "agent"))
    application.on("/incoming", join(exchange, "caller"))
    application.on("/status", web.Response(status=204))
    agent = await exchange.phone(AGENT)
    await exchange.client.calls.create_async(to=AGENT, from_=LINE, url=exchange.url("/agent"))
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True, name=NAME)
    await agent.expects("play")
    caller = await exchange.phone()
    await caller.call()
    await caller.expects("conference", joined=True, name=NAME)
    return agent, caller


async def test_both_hear_each_other_and_nobody_hears_themselves(exchange: Any, bridged: Any) -> None:
    agent, caller = bridged
    await agent.expects("stop")
    await caller.say("My card is gone.")
    assert (await agent.expects("caption"))["text"] == "My card is gone."
    await agent.say("I see that it is frozen.")
    frame = await caller.expects("caption")
    assert (frame["from"], frame["text"]) == ("agent", "I see that it is frozen.")
    assert not [one for one in agent.frames if one["type"] == "caption"]


async def test_the_conference_tells_its_events_in_order(exchange: Any, bridged: Any) -> None:
    agent, _ = bridged
    await agent.hang_up()
    await exchange.application.expects("/room", StatusCallbackEvent="conference-end")
    told = [one.fields for one in exchange.application.to("/room")]
    assert [one["StatusCallbackEvent"] for one in told] == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert [one["SequenceNumber"] for one in told] == [str(n) for n in range(1, 7)]
    assert [told[3]["ParticipantLabel"], told[3]["ReasonParticipantLeft"]] == ["agent", "participant_hung_up"]
    assert [told[4]["ParticipantLabel"], told[4]["ReasonParticipantLeft"]] == ["caller", "moderator_ended_conference"]
    assert told[5]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert told[5]["ParticipantLabelEndingConference"] == "agent"


async def test_whoever_stays_is_asked_about_and_goes_on(exchange: Any, bridged: Any) -> None:
    agent, caller = bridged
    await agent.hang_up()
    await caller.expects("conference", joined=False)
    await caller.expects("spoken", text="It is over.")
    await caller.expects("call", status="completed")
    statuses = {one.fields["CallStatus"] for one in exchange.application.to("/after")}
    assert statuses == {"in-progress", "completed"}
    assert all(one.fields["DialCallStatus"] == "answered" for one in exchange.application.to("/after"))


async def test_a_redirect_takes_a_caller_out_and_the_action_s_answer_is_ignored(exchange: Any, bridged: Any) -> None:
    _, caller = bridged
    exchange.application.on("/elsewhere", twiml.goodbye(["Elsewhere."], speaker=SPEAKER))
    await exchange.client.calls(caller.call_sid).update_async(url=exchange.url("/elsewhere"))
    await caller.expects("conference", joined=False)
    await caller.expects("spoken", text="Elsewhere.")
    left = await exchange.application.expects("/room", StatusCallbackEvent="participant-leave")
    assert left.fields["ReasonParticipantLeft"] == "participant_updated_via_api"
    await exchange.application.expects("/after", CallSid=caller.call_sid)
    assert not [one for one in caller.frames if one.get("text") == "It is over."]


async def test_a_label_that_is_taken_keeps_the_second_one_out(exchange: Any, bridged: Any) -> None:
    exchange.application.on("/incoming", join(exchange, "agent").replace(' action="', ' callerId="'))
    third = await exchange.phone("+442071838751")
    await third.call()
    await third.expects("call", status="completed")
    assert 16025 in exchange.complaints


async def test_muted_and_held_participants_are_not_heard(exchange: Any, bridged: Any) -> None:
    agent, caller = bridged
    (room,) = await exchange.client.conferences.list_async(friendly_name=NAME, status="in-progress")
    people = exchange.client.conferences(room.sid).participants
    assert sorted(one.label for one in await people.list_async()) == ["agent", "caller"]
    assert (await people("caller").update_async(muted=True)).muted
    await caller.say("nobody hears this")
    await people("caller").update_async(muted=False)
    await people("caller").update_async(hold=True, hold_url=exchange.url("/wait"))
    await caller.expects("play")
    await agent.say("the caller must not hear this")
    await people("caller").update_async(hold=False)
    await caller.expects("stop")
    await caller.say("heard again")
    assert (await agent.expects("caption"))["text"] == "heard again"
    assert not [one for one in caller.frames if one["type"] == "caption"]


async def test_a_coach_is_heard_by_the_coached_alone(exchange: Any, bridged: Any) -> None:
    agent, caller = bridged
    coached = join(exchange, "supervisor").replace("<Conference ", f'<Conference coach="{agent.call_sid}" ')
    exchange.application.on("/incoming", coached)
    supervisor = await exchange.phone("+442071838752")
    await supervisor.call()
    await supervisor.expects("conference", joined=True)
    await supervisor.say("Offer a refund.")
    await agent.expects("caption", text="Offer a refund.")
    await agent.say("I can refund that.")
    await caller.expects("caption", text="I can refund that.")
    await supervisor.expects("caption", text="I can refund that.")


async def test_who_coaches_somebody_who_is_not_there_does_not_get_in(exchange: Any, bridged: Any) -> None:
    nobody = "CA" + "9" * 32
    exchange.application.on(
        "/incoming", join(exchange, "supervisor").replace("<Conference ", f'<Conference coach="{nobody}" ')
    )
    supervisor = await exchange.phone("+442071838752")
    await supervisor.call()
    await supervisor.expects("call", status="completed")
    assert 13240 in exchange.complaints
    assert not [one for one in supervisor.frames if one["type"] == "conference"]


async def test_a_conference_is_ended_by_rest(exchange: Any, bridged: Any) -> None:
    agent, caller = bridged
    (room,) = await exchange.client.conferences.list_async(friendly_name=NAME)
    ended = await exchange.client.conferences(room.sid).update_async(status="completed")
    assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
    for phone in (agent, caller):
        await phone.expects("spoken", text="It is over.")
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.conferences(room.sid).update_async(status="completed")
    assert refused.value.code == 16022


async def test_a_participant_is_put_out_by_rest(exchange: Any, bridged: Any) -> None:
    agent, caller = bridged
    (room,) = await exchange.client.conferences.list_async(friendly_name=NAME)
    assert await exchange.client.conferences(room.sid).participants(caller.call_sid).delete_async()
    await caller.expects("call", status="completed")
    await agent.expects("spoken", text="It is over.")


async def test_who_waits_alone_hears_music_that_only_lasts_while_alone(exchange: Any) -> None:
    exchange.application.on("/wait", twiml.talk([], action=exchange.url("/x"), speaker=SPEAKER, listening=_listening()))
    exchange.application.on("/incoming", join(exchange, "caller"))
    phone = await exchange.phone()
    await phone.call()
    await exchange.application.expects("/wait")
    await phone.expects("conference", joined=True)
    await phone.hang_up()
    await phone.expects("call", status="completed")
    assert 12200 in exchange.complaints, "a conference can't listen"


def _listening() -> twiml.Listening:
    return twiml.Listening()
