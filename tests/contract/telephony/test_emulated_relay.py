"""ConversationRelay through the emulator: what Twilio opens, tells, speaks and refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiohttp import web

from telephony import twiml
from telephony.signature import SignatureCheck
from telephony.twiml import Speaker

TOKEN = "emulated-token"
HANG_UP = twiml.goodbye(["Goodbye."], speaker=Speaker())

type Script = Callable[[web.WebSocketResponse], Coroutine[Any, Any, None]]


def connect(exchange: Any, **attributes: str) -> str:
    url = exchange.url("/relay").replace("http", "ws", 1)
    given = {"dtmfDetection": "true", "reportInputDuringAgentSpeech": "any"} | attributes
    told = " ".join(f'{name}="{value}"' for name, value in given.items())
    return (
        f'<Response><Connect action="{exchange.url("/after")}"><ConversationRelay url="{url}" {told}>'
        '<Parameter name="turn" value="7"/></ConversationRelay></Connect></Response>'
    )


class Application:
    """The application's side of one socket."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.socket: web.WebSocketResponse | None = None
        self.is_genuine = False
        self.close_code: int | None = None

    def at(self, exchange: Any) -> Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            check = SignatureCheck([TOKEN], exchange.application.url)
            signatures = request.headers.getall("X-Twilio-Signature", [])
            self.is_genuine = check.is_genuine_socket(request.raw_path, signatures=signatures)
            self.socket = web.WebSocketResponse()
            await self.socket.prepare(request)
            async for message in self.socket:
                self.frames.put_nowait(message.json())
            self.close_code = self.socket.close_code
            return self.socket

        return serve

    async def hears(self, kind: str, **content: Any) -> dict[str, Any]:
        """The next message of this type and content; what comes before it is passed over."""
        async with asyncio.timeout(10):
            while True:
                frame = await self.frames.get()
                if frame["type"] == kind and content.items() <= frame.items():
                    return frame

    async def says(self, **frame: Any) -> None:
        assert self.socket is not None
        await self.socket.send_json(frame)


@pytest.fixture
def application(exchange: Any) -> Application:
    application = Application()
    exchange.application.sockets["/relay"] = application.at(exchange)
    exchange.application.on("/incoming", connect(exchange))
    exchange.application.on("/after", HANG_UP)
    exchange.application.on("/status", web.Response(status=204))
    return application


async def test_the_socket_is_opened_signed_and_begins_with_the_call(exchange: Any, application: Application) -> None:
    phone = await exchange.phone()
    sid = await phone.call()
    setup = await application.hears("setup")
    assert application.is_genuine
    assert (setup["callSid"], setup["direction"], setup["customParameters"]) == (sid, "inbound", {"turn": "7"})
    assert setup["sessionId"].startswith("VX")
    await phone.expects("listening", input=["dtmf", "speech"])


async def test_tokens_are_spoken_when_the_last_has_come_and_words_are_prompts(
    exchange: Any, application: Application
) -> None:
    exchange.application.on("/incoming", connect(exchange, events="speaker-events tokens-played"))
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await application.says(type="text", token="Good ", last=False)
    await application.says(type="text", token="morning.", last=True, lang="fr-FR")
    assert (await phone.expects("spoken", text="Good morning."))["language"] == "fr-FR"
    await application.hears("info", name="agentSpeaking", value="on")
    await application.hears("info", name="tokensPlayed", value="Good morning.")
    await application.hears("info", name="agentSpeaking", value="off")
    await phone.say("My card")
    await phone.say("is gone")
    await application.hears("prompt", voicePrompt="My card is gone", last=True, lang="en-US")
    await phone.press("4#")
    await application.hears("dtmf", digit="4")
    await application.hears("dtmf", digit="#")


async def test_partial_prompts_come_with_the_one_model_that_has_them(exchange: Any, application: Application) -> None:
    flux = {"partialPrompts": "true", "transcriptionProvider": "Deepgram", "speechModel": "flux"}
    exchange.application.on("/incoming", connect(exchange, **flux))
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await phone.say("My card")
    await application.hears("prompt", voicePrompt="My card", last=False)
    await phone.say("is gone")
    await application.hears("prompt", voicePrompt="My card is gone", last=False)
    await application.hears("prompt", voicePrompt="My card is gone", last=True)


async def test_who_cuts_in_stops_the_voice_and_what_was_heard_is_told(exchange: Any, application: Application) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await application.says(type="text", token="word " * 300, last=True)
    await application.says(type="text", token="Never said.", last=True)
    await phone.expects("spoken")
    await phone.say("stop")
    await phone.expects("stop")
    cut = await application.hears("interrupt")
    assert set(cut["utteranceUntilInterrupt"].split()) <= {"word"}
    assert isinstance(cut["durationUntilInterruptMs"], int)
    await application.hears("prompt", voicePrompt="stop")
    await application.says(type="text", token="All right.", last=True)
    assert (await phone.expects("spoken"))["text"] == "All right."


async def test_by_default_nothing_is_told_of_what_is_said_while_the_voice_speaks(
    exchange: Any, application: Application
) -> None:
    exchange.application.on("/incoming", connect(exchange, reportInputDuringAgentSpeech="none"))
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await application.says(type="text", token="word " * 300, last=True, interruptible=False)
    await phone.expects("spoken")
    await phone.say("stop")
    await phone.press("5")
    await phone.expects("heard", digits="5")
    assert application.frames.empty()


async def test_music_plays_until_something_is_said_and_talk_in_the_room_does_not_stop_it(
    exchange: Any, application: Application
) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    music = exchange.url("/music.wav")
    await application.says(type="play", source=music, loop=0, preemptible=True, interruptible=False)
    await phone.expects("play", url=music, loop=0)
    await phone.say("on the other shelf")
    await application.hears("prompt", voicePrompt="on the other shelf")
    await application.says(type="text", token="You're next.", last=True)
    await phone.expects("stop")
    await phone.expects("spoken", text="You're next.")


async def test_keys_are_pressed_and_languages_changed_on_demand(exchange: Any, application: Application) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await application.says(type="language", ttsLanguage="fr-FR", transcriptionLanguage="fr-CA")
    await application.says(type="sendDigits", digits="1w2")
    await application.says(type="text", token="Bonjour.", last=True)
    assert (await phone.expects("spoken"))["language"] == "fr-FR"
    await phone.say("merci")
    await application.hears("prompt", lang="fr-CA")
    assert exchange.complaints == []


async def test_the_application_ends_it_and_the_call_goes_on_with_a_document(
    exchange: Any, application: Application
) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await application.says(type="end", handoffData='{"told": 3}')
    after = await exchange.application.expects("/after", SessionStatus="ended")
    assert after.fields["HandoffData"] == '{"told": 3}'
    assert after.fields["SessionId"].startswith("VX")
    await phone.expects("spoken", text="Goodbye.")


async def test_an_application_that_closes_the_socket_has_failed(exchange: Any, application: Application) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    assert application.socket is not None
    await application.socket.close()
    after = await exchange.application.expects("/after", SessionStatus="failed")
    assert after.fields["ErrorCode"] == "64105"
    await phone.expects("spoken", text="Goodbye.")


async def test_a_socket_that_nobody_opens_has_failed_too(exchange: Any) -> None:
    async def nobody(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    exchange.application.sockets["/relay"] = nobody
    exchange.application.on("/incoming", connect(exchange))
    exchange.application.on("/after", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    assert (await exchange.application.expects("/after", SessionStatus="failed")).fields["ErrorCode"] == "64102"


async def test_a_message_that_is_none_is_complained_of_and_ten_in_a_row_end_it(
    exchange: Any, application: Application
) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await application.says(type="text", token="x", isFinal=True)
    assert "isFinal" in (await application.hears("error"))["description"]
    await application.says(type="text", token="Still here.", last=True)
    await phone.expects("spoken", text="Still here.")
    for _ in range(10):
        await application.says(type="nonsense")
    await exchange.application.expects("/after", SessionStatus="failed")
    assert application.close_code == 1007
    assert exchange.complaints.count(64107) == 11


async def test_a_caller_who_hangs_up_closes_the_socket_and_the_action_is_told(
    exchange: Any, application: Application
) -> None:
    phone = await exchange.phone()
    await phone.call()
    await application.hears("setup")
    await phone.hang_up()
    await exchange.application.expects("/after", SessionStatus="completed", CallStatus="completed")
    await exchange.application.expects("/status", CallStatus="completed")
    assert application.close_code is not None


async def test_a_call_that_is_taken_elsewhere_closes_the_socket(exchange: Any, application: Application) -> None:
    phone = await exchange.phone()
    sid = await phone.call()
    await application.hears("setup")
    exchange.application.on("/elsewhere", twiml.goodbye(["Elsewhere."], speaker=Speaker()))
    await exchange.client.calls(sid).update_async(url=exchange.url("/elsewhere"), method="POST")
    await phone.expects("spoken", text="Elsewhere.")
    assert application.close_code is not None


async def test_the_greeting_is_spoken_before_the_application_says_a_word(
    exchange: Any, application: Application
) -> None:
    exchange.application.on("/incoming", connect(exchange, welcomeGreeting="Welcome.", language="en-GB"))
    phone = await exchange.phone()
    await phone.call()
    assert (await phone.expects("spoken"))["language"] == "en-GB"
    await application.hears("setup")
