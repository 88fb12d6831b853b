"""Calling customers back through the telephone company: who is rung first, and who takes the call.

C6 and C7 are complaints about other systems in `docs/known-failures.md`.
"""

from __future__ import annotations

from callbacks_house import AGENT, agent_waits, answers, calls, fires, snoozed, takes, to_be_called_back, tried
from callbacks_house import customer_first as customer_first
from callbacks_house import house as house
from callbacks_house import hurried as hurried
from callbacks_house import relaying as relaying
from callbacks_house import unanswered as unanswered
from voice_house import CALLER, VoiceHouse

from assistant.model.contact import Channel, Reach, State
from telephony import voice_wording as words


async def test_agent_first_both_meet_once_a_person_has_taken_the_call(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    ringing = await answers(maya)
    assert ringing["from"] == "+442079460000"
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    assert (await house.contact(contact.id)).state is State.OFFERED
    await maya.press("1")
    await maya.expects("spoken", text="Amira is here. Connecting you now.")
    room = await maya.expects("conference", joined=True)
    assert (await agent.expects("conference", joined=True))["name"] == room["name"]
    met = await house.expects(contact.id, state=State.CONNECTED)
    assert (met.channel, met.reach, met.ani) == (Channel.VOICE, Reach.PRESENT, CALLER)
    await maya.say("You called me.")
    await agent.expects("caption", text="You called me.")
    assert house.complaints == []
    await maya.hang_up()
    await agent.expects("call", status="completed")
    await house.expects(contact.id, state=State.WRAPPING)


async def test_who_asked_on_the_phone_is_called_back_there(house: VoiceHouse) -> None:
    maya, sid = await calls(house)
    contact = await house.contact_of(sid)
    await maya.press("9")
    await maya.expects("call", status="completed")
    await house.expects(contact.id, callback_at=house.clock.now())
    agent = await agent_waits(house, contact)
    await takes(house, maya)
    await maya.expects("conference", joined=True)
    await agent.expects("conference", joined=True)
    await maya.say("You called me.")
    await agent.expects("caption", text="You called me.")
    await agent.hang_up()
    await maya.expects("spoken", text=words.closing(await house.contact(contact.id), house.tenant))
    await house.expects(contact.id, state=State.WRAPPING)


async def test_c7_a_busy_line_is_told_to_the_agent_and_tried_again_later(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await maya.expects("call", status="ringing")
    await maya.hang_up()
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await agent.expects("call", status="completed")
    await snoozed(house, contact)
    assert await tried(house, contact) == ["busy"]


async def test_c7_a_telephone_that_nobody_answers_is_told_and_tried_again_later(hurried: VoiceHouse) -> None:
    contact = await to_be_called_back(hurried)
    agent = await agent_waits(hurried, contact)
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await snoozed(hurried, contact)
    assert await tried(hurried, contact) == ["no_answer"]


async def test_a_voicemail_box_takes_no_call(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    box = await house.phone()
    agent = await agent_waits(house, contact)
    await answers(box)
    for _ in range(2):
        await box.expects("spoken", text=words.calling_back(house.tenant))
    await box.expects("spoken", text=words.NOBODY_TOOK_IT)
    await box.expects("call", status="completed")
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await snoozed(house, contact)
    assert await tried(house, contact) == ["not_taken"]


async def test_another_key_takes_no_call(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await agent_waits(house, contact)
    await answers(maya)
    await maya.expects("listening")
    await maya.press("5")
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    assert (await house.contact(contact.id)).state is State.OFFERED
    await maya.press("1")
    await maya.expects("conference", joined=True)


async def test_an_agent_who_does_not_answer_has_no_customer_called(hurried: VoiceHouse) -> None:
    contact = await to_be_called_back(hurried)
    maya = await hurried.phone()
    agent = await hurried.agent()
    await hurried.offer(contact, agent)
    back = await hurried.expects(contact.id, state=State.WAITING)
    assert (back.reach, back.callback_tries) == (Reach.CALLBACK, 0)
    found = await hurried.store.read(lambda work: work.agents.get(agent.id))
    assert found is not None and found.reason == "phone_not_answered"
    assert [frame for frame in maya.history if frame["type"] == "call"] == []


async def test_c6_a_customer_s_telephone_stops_ringing_when_the_agent_hangs_up(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await maya.expects("call", status="ringing")
    await agent.hang_up()
    await maya.expects("call", status="canceled")
    back = await house.expects(contact.id, state=State.WAITING, callback_at=house.clock.now())
    assert (back.reach, back.callback_tries) == (Reach.CALLBACK, 0)


async def test_who_takes_the_call_after_the_agent_has_gone_holds_in_place(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await answers(maya)
    await maya.expects("spoken")
    await agent.hang_up()
    await house.expects(contact.id, state=State.WAITING)
    await maya.press("1")
    await maya.expects("spoken", text=words.AGENT_CALLED_AWAY)
    await maya.expects("play")
    there = await house.contact(contact.id)
    assert (there.state, there.reach, there.order_at) == (State.WAITING, Reach.PRESENT, contact.order_at)
    await maya.press("2")
    assert "first in line" in (await maya.expects("spoken"))["text"]


async def test_who_has_left_meanwhile_is_told_that_the_call_is_not_needed(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await answers(maya)
    await maya.expects("spoken")
    await house.flow.conversation.leave(contact.id)
    await maya.press("1")
    await maya.expects("spoken", text=words.NOT_NEEDED)
    await agent.expects("call", status="completed")


async def test_a_callback_that_is_taken_back_stops_the_ringing_and_lets_the_agent_go(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await agent.expects("conference", joined=True)
    await maya.expects("call", status="ringing")
    await house.flow.callbacks.cancel(contact.id)
    await maya.expects("call", status="canceled")
    await agent.expects("call", status="completed")


async def test_customer_first_the_agent_is_rung_when_the_customer_is_there(customer_first: VoiceHouse) -> None:
    await _customer_first_both_meet(customer_first)


async def test_customer_first_the_customer_holds_over_a_socket_where_the_tenant_has_it_so(
    relaying: VoiceHouse,
) -> None:
    await _customer_first_both_meet(relaying)
    begun = [one for phone in relaying.phones for one in phone.history if one["type"] == "play" and one["loop"] == 0]
    assert begun, "the music of a socket goes on until something is said"


async def _customer_first_both_meet(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya, agent = await house.phone(), await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await fires(house)
    await answers(maya)
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    assert [frame for frame in agent.history if frame["type"] == "call"] == []
    await maya.press("1")
    await maya.expects("spoken", text=words.RINGING_AGENT)
    await house.expects(contact.id, reach=Reach.PRESENT, state=State.OFFERED)
    await fires(house)
    await answers(agent)
    await maya.expects("spoken", text="Amira is here. Connecting you now.")
    await maya.expects("conference", joined=True)
    await agent.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)
    assert house.complaints == []


async def test_customer_first_a_busy_line_does_not_ring_the_agent(customer_first: VoiceHouse) -> None:
    house = customer_first
    contact = await to_be_called_back(house)
    maya, agent = await house.phone(), await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await fires(house)
    await maya.expects("call", status="ringing")
    await maya.hang_up()
    await snoozed(house, contact)
    assert await tried(house, contact) == ["busy"]
    assert [frame for frame in agent.history if frame["type"] == "call"] == []


async def test_customer_first_an_agent_who_does_not_answer_leaves_the_customer_holding_in_place(
    unanswered: VoiceHouse,
) -> None:
    house = unanswered
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await house.offer(contact, await house.agent())
    await fires(house)
    await takes(house, maya)
    await maya.expects("spoken", text=words.RINGING_AGENT)
    await house.expects(contact.id, reach=Reach.PRESENT)
    await fires(house)
    back = await house.expects(contact.id, state=State.WAITING)
    assert (back.reach, back.channel, back.order_at) == (Reach.PRESENT, Channel.VOICE, contact.order_at)
    await maya.expects("play")
    await maya.press("2")
    assert "first in line" in (await maya.expects("spoken"))["text"]


async def test_customer_first_who_hangs_up_before_the_agent_is_there_has_left(customer_first: VoiceHouse) -> None:
    house = customer_first
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await house.offer(contact, await house.agent())
    await fires(house)
    await takes(house, maya)
    await house.expects(contact.id, reach=Reach.PRESENT)
    await maya.hang_up()
    await house.expects(contact.id, state=State.ABANDONED)
