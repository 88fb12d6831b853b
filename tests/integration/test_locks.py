"""Five wrong PINs lock the number for everybody: on every channel, over restarts, and whatever is asked for anew."""

from __future__ import annotations

import aiohttp
from journey.chat import ChatCaller
from journey.telephone import Line, SignedCall
from serving.patience import until
from serving.service import TWILIO_TOKEN, Service

STOLEN = "my debit card was stolen yesterday"
NUMBER, PIN = "10000004", "5570"
LOCKED = "can't try again for now"


async def test_five_failures_lock_across_chat_telephone_and_restart(
    service: Service, http: aiohttp.ClientSession
) -> None:
    first = await _fails_in_chat(service, http, "0001")
    await _fails_by_phone(service, http, "0002")
    await first.close()
    service.kill()
    service.start()
    service.wait_until_ready()
    for pin in ("0003", "0004"):
        await (await _fails_in_chat(service, http, pin)).close()
    assert LOCKED in await _gives_by_phone(service, http, NUMBER, "0005"), "the fifth locks"
    service.kill()
    service.start()
    service.wait_until_ready()
    assert LOCKED in await _gives_by_phone(service, http, NUMBER, PIN), "the right PIN comes too late"
    caller = await _proves(service, http, NUMBER, PIN)
    await caller.hears(LOCKED)
    shown = await caller.show()
    assert (shown["state"], shown["gathered"]["verified"]) == ("waiting", False)
    other = await _proves(service, http, "10000005", "8812")
    await other.hears("that's you confirmed")


async def test_a_number_that_does_not_exist_is_locked_in_the_same_words(
    service: Service, http: aiohttp.ClientSession
) -> None:
    talks = []
    for number in ("10000006", "99999999"):
        for n in range(6):
            caller = await _proves(service, http, number, f"000{n}")
            await caller.hears("didn't match")
            if n == 5:
                await caller.hears("anything else while you wait")
                talks.append([text for author, text in caller.transcript[1:] if author == "assistant"])
            await caller.leave()
            await caller.close()
    assert talks[0] == talks[1]
    assert any(LOCKED in text for text in talks[0])


async def test_a_hundred_frames_with_one_pin_are_one_try(service: Service, http: aiohttp.ClientSession) -> None:
    """The same answer a hundred times, from ten sockets of one caller and by message, is counted once."""
    caller = await (await ChatCaller.join(http, service.url)).open()
    await caller.say(STOLEN)
    await caller.gives("customer_number", "10000003")
    pin = await caller.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
    devices = [await caller.another_device().open() for _ in range(9)] + [caller]
    for _ in range(10):
        for device in devices:
            await device.send("secure", request_id=pin["data"]["request_id"], name="pin", value="1964")
    await caller.hears("that's you confirmed")
    confirmed = [text for _, text in caller.transcript if "you confirmed" in text]
    assert len(confirmed) == 1
    assert len(caller.heard.of("input.ended")) == 2
    assert not caller.heard.of("error")
    for device in devices:
        await device.close()


async def _proves(service: Service, http: aiohttp.ClientSession, number: str, pin: str) -> ChatCaller:
    caller = await (await ChatCaller.join(http, service.url)).open()
    await caller.say(STOLEN)
    await caller.gives("customer_number", number)
    await caller.gives("pin", pin)
    return caller


async def _fails_in_chat(service: Service, http: aiohttp.ClientSession, pin: str) -> ChatCaller:
    caller = await _proves(service, http, NUMBER, pin)
    await caller.hears("didn't match. Would you like to try again")
    return caller


async def _fails_by_phone(service: Service, http: aiohttp.ClientSession, pin: str) -> None:
    assert "Would you like to try again" in await _gives_by_phone(service, http, NUMBER, pin)


async def _gives_by_phone(service: Service, http: aiohttp.ClientSession, number: str, pin: str) -> str:
    """What a new call hears to this number and this PIN on the keypad."""
    call = SignedCall(Line(http, service.url, TWILIO_TOKEN), "+442079460177")
    await call.dial()

    async def is_asked() -> bool:
        return "customer number" in await call.say(STOLEN) or call.listens_for() == {"dtmf"}

    await until("the number is asked for", is_asked)
    await call.press(number)
    heard = await call.press(pin)
    await call.hang_up()
    return heard
