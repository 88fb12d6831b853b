"""What was left when nobody could come reaches somebody: messages and callbacks."""

from __future__ import annotations

from typing import Any

import pytest
from agents_house import House
from agents_house import house as house
from arrivals import CARDS

from assistant.flow.admission import LeftMessage
from assistant.flow.intake import JoinRequest
from assistant.flow.spoken_messages import Speaking
from assistant.model.contact import Channel, Contact, QueueId
from assistant.model.events import EventType

MESSAGES = "/api/v1/agent/messages"
CALLBACKS = "/api/v1/agent/callbacks"


async def leaves_message(house: House, text: str, queue: str = CARDS) -> Contact:
    house.clock.advance(1)
    message = LeftMessage(text, "maya@example.org")
    return (await house.intake.join(JoinRequest(Channel.CHAT, QueueId(queue), message=message))).contact


async def listed(house: House, token: str, path: str = MESSAGES) -> list[dict[str, Any]]:
    status, body = await house.gets(path, token)
    assert status == 200, body
    found: list[dict[str, Any]] = next(iter(body.values()))
    return found


async def test_a_message_that_was_left_is_listed_until_somebody_has_dealt_with_it(house: House) -> None:
    first = await leaves_message(house, "My statement is missing.")
    await leaves_message(house, "Please send a form.")
    amira, sofia = await house.signs_in("amira"), await house.signs_in("sofia")
    told = await listed(house, amira)
    assert [message["text"] for message in told] == ["My statement is missing.", "Please send a form."]
    assert (told[0]["contact_id"], told[0]["queue"], told[0]["done"]) == (first.id, CARDS, None)
    assert told[0]["reply_to"] == "maya@example.org"
    assert await house.posts(f"{MESSAGES}/{first.id}", {"done": True}, amira) == (204, None)
    assert [message["text"] for message in await listed(house, sofia)] == ["Please send a form."]
    (done,) = await listed(house, sofia, f"{MESSAGES}?done=yes")
    assert done["contact_id"] == first.id
    assert done["done"]["by"] == "Amira Haddad"


async def test_a_message_marked_by_mistake_is_opened_again_and_the_trail_tells_both(house: House) -> None:
    left = await leaves_message(house, "Call me, please.")
    sofia = await house.signs_in("sofia")
    for done in (True, True, False, False):  # the second of each changes nothing
        assert (await house.posts(f"{MESSAGES}/{left.id}", {"done": done}, sofia))[0] == 204
    assert [message["contact_id"] for message in await listed(house, sofia)] == [left.id]
    marks = [event.data for event in await house.events(left.id) if event.type is EventType.MESSAGE_MARKED]
    assert marks == [{"agent_id": "id-of-sofia", "is_done": is_done} for is_done in (True, False)]


async def test_agents_see_the_messages_of_their_own_queues_and_mark_no_others(house: House) -> None:
    left = await leaves_message(house, "A payment that I do not know.", "fraud")
    amira = await house.signs_in("amira")
    assert await listed(house, amira) == []
    status, body = await house.posts(f"{MESSAGES}/{left.id}", {"done": True}, amira)
    assert (status, body["error"]["code"]) == (404, "no_such_contact")
    assert len(await listed(house, await house.signs_in("sofia"))) == 1


@pytest.mark.parametrize(("path", "status"), [(MESSAGES, 401), (CALLBACKS, 401)])
async def test_what_was_left_is_for_people_who_are_signed_in(house: House, path: str, status: int) -> None:
    assert (await house.gets(path))[0] == status


async def test_a_contact_that_left_no_message_cannot_be_marked(house: House) -> None:
    waiting = await house.arrives()
    status, _ = await house.posts(f"{MESSAGES}/{waiting.id}", {"done": True}, await house.signs_in("sofia"))
    assert status == 404
    assert (await house.gets(f"{MESSAGES}?done=perhaps", await house.signs_in("sofia")))[0] == 400


async def test_callbacks_are_listed_with_their_number_and_their_turn(house: House) -> None:
    await house.arrives()
    asked = await house.intake.join(JoinRequest(Channel.CHAT, QueueId(CARDS), callback="+442071838750"))
    (callback,) = await listed(house, await house.signs_in("amira"), CALLBACKS)
    shown = {name: callback[name] for name in ("contact_id", "number", "position", "state", "tries")}
    assert shown == {
        "contact_id": asked.contact.id,
        "number": "+442071838750",
        "position": 2,
        "state": "waiting",
        "tries": 0,
    }


async def speaks(house: House, queue: str = CARDS, ani: str | None = "+442071838750") -> str:
    """Somebody has left a spoken message; the id of its recording."""
    house.clock.advance(1)
    call_sid = f"CA{house.clock.now().timestamp():.0f}"
    await house.spoken.begin(Speaking(call_sid, QueueId(queue), "en", ani, "+442079460000"))
    await house.spoken.recorded(call_sid, f"RE{call_sid}", 9)
    return call_sid


async def test_a_spoken_message_is_listed_at_once_and_read_once_it_is_written_down(house: House) -> None:
    call_sid = await speaks(house)
    amira = await house.signs_in("amira")
    (told,) = await listed(house, amira)
    assert (told["text"], told["reply_to"]) == ("", "+442071838750")
    assert told["spoken"] == {"state": "recorded", "seconds": 9, "recording": True}
    await house.spoken.written(call_sid, f"RE{call_sid}", "Please call me back about my card.")
    (told,) = await listed(house, amira)
    assert told["text"] == "Please call me back about my card."
    assert told["spoken"]["state"] == "written"
    assert await house.posts(f"{MESSAGES}/{told['contact_id']}", {"done": True}, amira) == (204, None)
    assert await listed(house, amira) == []


async def test_a_recording_is_played_to_who_may_see_the_message_and_to_nobody_else(house: House) -> None:
    call_sid = await speaks(house, "fraud")
    house.telephones.sounds[f"RE{call_sid}"] = b"RIFF and so on"
    sofia, amira = await house.signs_in("sofia"), await house.signs_in("amira")
    (told,) = await listed(house, sofia)
    url = f"{house.url}{MESSAGES}/{told['contact_id']}/recording"
    async with house.http.get(url, headers={"Authorization": f"Bearer {sofia}"}) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        assert answer.headers["Cache-Control"] == "no-store"
        assert await answer.read() == b"RIFF and so on"
    for token, status in ((amira, 404), (None, 401)):
        assert (await house.gets(f"{MESSAGES}/{told['contact_id']}/recording", token))[0] == status
    house.telephones.sounds.clear()
    status, body = await house.gets(f"{MESSAGES}/{told['contact_id']}/recording", sofia)
    assert (status, body["error"]["code"]) == (404, "no_recording")
    house.telephones.is_away = True
    assert (await house.gets(f"{MESSAGES}/{told['contact_id']}/recording", sofia))[0] == 503
