"""Runs a call's TwiML, document after document, until it ends or somebody takes the call elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from telephony.emulator.calls import Call, Script
from telephony.emulator.conferences import Conferences
from telephony.emulator.gather import gather
from telephony.emulator.pacing import spoken_seconds
from telephony.emulator.playback import PLAYABLE, Playback
from telephony.emulator.record import record
from telephony.emulator.recordings import RecordingShelf
from telephony.emulator.relay import Relay
from telephony.emulator.stage import Stage
from telephony.emulator.transcriptions import Transcriptions
from telephony.emulator.webhooks import WebhookFailed
from telephony.payloads import CallStatus
from telephony.twiml_check import BadTwiml, read
from telephony.twiml_grammar import Place

APPLICATION_ERROR = "We are sorry. An application error has occurred. Goodbye."
NOT_XML_TYPE = 12300
NOT_IMITATED = 12200
XML_TYPES = frozenset({"text/xml", "application/xml"})
REDIRECTS_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """Where the next document comes from, and what is reported there."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call ends here."""

    status: CallStatus = CallStatus.COMPLETED


class Leg:
    """One call's interpreter. `answered` is told when the first verb that answers is reached."""

    def __init__(
        self,
        stage: Stage,
        rooms: Conferences,
        playback: Playback,
        transcriptions: Transcriptions,
        call: Call,
        answered: Callable[[Call], None],
        shelf: RecordingShelf,
    ) -> None:
        self._stage = stage
        self._rooms = rooms
        self._playback = playback
        self._transcriptions = transcriptions
        self._call = call
        self._answered = answered
        self._shelf = shelf

    async def run(self, script: Script) -> HangUp:
        """Performs the script to its end, and says how the call ends then."""
        outcome: Step | HangUp = Step(script.url, script.method)
        if script.twiml is not None:
            document = self._read(script.twiml.encode(), "text/xml")
            outcome = await self._perform(document) if document is not None else await self._apologise()
        for _ in range(REDIRECTS_LIMIT):
            if isinstance(outcome, HangUp):
                return outcome
            document = await self._ask(outcome, script)
            outcome = await self._perform(document) if document is not None else await self._apologise()
        self._stage.complain(11100, self._call.sid, "too many documents in one call")
        return HangUp()

    async def _ask(self, step: Step, script: Script) -> Element | None:
        """The document at this step, or the one at the fallback address; None when neither can be had."""
        try:
            return await self._fetch(step)
        except WebhookFailed as failed:
            self._stage.complain(failed.code, self._call.sid, str(failed))
            if not script.fallback_url:
                return None
            reason = {"ErrorCode": str(failed.code), "ErrorUrl": step.url}
        try:
            return await self._fetch(Step(script.fallback_url, script.fallback_method, {**step.params, **reason}))
        except WebhookFailed as failed:
            self._stage.complain(failed.code, self._call.sid, f"the fallback failed too: {failed}")
            return None

    async def _fetch(self, step: Step) -> Element:
        params = self._stage.call_params(self._call, **step.params)
        answer = await self._stage.webhooks.fetch(step.url, step.method, params)
        document = self._read(answer.body, answer.content_type)
        if document is None:
            raise WebhookFailed(self._stage.notifications[-1].code, "the document was refused")
        return document

    def _read(self, body: bytes, content_type: str) -> Element | None:
        if content_type not in XML_TYPES:
            self._stage.complain(NOT_XML_TYPE, self._call.sid, f"the answer is {content_type}, not XML")
            return None
        try:
            return read(body.decode("utf-8", "replace"), Place.CALL)
        except BadTwiml as bad:
            self._stage.complain(bad.problems[0].code, self._call.sid, str(bad))
            return None

    async def _apologise(self) -> HangUp:
        self._answered(self._call)
        self._call.show("spoken", text=APPLICATION_ERROR, language="en-US", seconds=spoken_seconds(APPLICATION_ERROR))
        await self._stage.pace.sleep(spoken_seconds(APPLICATION_ERROR))
        return HangUp()

    async def _perform(self, document: Element) -> Step | HangUp:
        for verb in document:
            if verb.tag == "Reject":
                return HangUp(CallStatus.BUSY if verb.get("reason") == "busy" else CallStatus.NO_ANSWER)
            if verb.tag != "Pause":
                # A pause at the start rings on.
                self._answered(self._call)
            outcome = await self._perform_one(verb)
            if outcome is not None:
                return outcome
        return HangUp()

    async def _perform_one(self, verb: Element) -> Step | HangUp | None:
        if verb.tag in PLAYABLE:
            await self._playback.play(self._call, [verb])
            return None
        if verb.tag == "Gather":
            return await self._gather(verb)
        if verb.tag == "Record":
            told = await record(self._call, verb, self._shelf, self._stage.pace)
            return None if told is None else Step(verb.get("action", ""), verb.get("method", "POST"), told)
        if verb.tag == "Dial":
            return await self._dial(verb)
        if verb.tag in ("Start", "Stop"):
            self._transcribe(verb)
            return None
        if verb.tag == "Connect":
            return await self._connect(verb)
        if verb.tag == "Redirect":
            return Step((verb.text or "").strip(), verb.get("method", "POST"))
        if verb.tag == "Hangup":
            return HangUp()
        self._stage.complain(NOT_IMITATED, self._call.sid, f"{verb.tag} is not imitated here")
        return await self._apologise()

    async def _gather(self, verb: Element) -> Step | None:
        fields = await gather(self._call, verb, self._playback, self._stage.pace)
        if not fields and verb.get("actionOnEmptyResult", "false") != "true":
            return None
        return Step(verb.get("action", ""), verb.get("method", "POST"), fields)

    async def _dial(self, verb: Element) -> Step | HangUp | None:
        element = verb.find("Conference")
        if element is None:
            self._stage.complain(NOT_IMITATED, self._call.sid, "only conferences can be dialled here")
            return await self._apologise()
        participant = self._rooms.join(self._call, element)
        if participant is None:
            return None
        action, method = verb.get("action"), verb.get("method", "POST")
        result = {"DialCallStatus": "answered", "DialBridged": "true"}
        try:
            await participant.left
        except asyncio.CancelledError:
            self._rooms.leave(participant, self._call.leaving)
            if action:
                # Asked for although nobody will follow what is answered: the call has ended or is elsewhere.
                params = self._stage.call_params(self._call, **result)
                self._stage.webhooks.notify(self._call.sid, action, method, params)
            raise
        return Step(action, method, result) if action else None

    def _transcribe(self, verb: Element) -> None:
        for element in verb.findall("Transcription"):
            if verb.tag == "Start":
                self._transcriptions.start(self._call, element.attrib)
            elif (running := self._transcriptions.find(self._call, element.get("name", ""))) is not None:
                self._transcriptions.stop(running)

    async def _connect(self, verb: Element) -> Step:
        """Hands the call to the application's socket; whatever ends it, the action is asked how to go on."""
        action, method = verb.get("action", ""), verb.get("method", "POST")
        relay = Relay(self._stage, self._playback, self._call, verb[0])
        try:
            ended = await relay.run()
        except asyncio.CancelledError:
            # Asked for although nobody will follow what is answered: the call has ended or is elsewhere.
            params = self._stage.call_params(self._call, **relay.cut_short().fields())
            self._stage.webhooks.notify(self._call.sid, action, method, params)
            raise
        return Step(action, method, ended.fields())


async def play_alone(stage: Stage, playback: Playback, call: Call, step: Step) -> None:
    """Plays to one participant what an address says, as long as it redirects to more. Its failure is silence."""
    for _ in range(REDIRECTS_LIMIT):
        try:
            answer = await stage.webhooks.fetch(step.url, step.method, stage.call_params(call, **step.params))
            document = read(answer.body.decode("utf-8", "replace"), Place.CONFERENCE_WAIT)
        except WebhookFailed as failed:
            stage.complain(failed.code, call.sid, f"waiting music: {failed}")
            return
        except BadTwiml as bad:
            stage.complain(bad.problems[0].code, call.sid, f"waiting music: {bad}")
            return
        verbs = list(document)
        await playback.play(call, [verb for verb in verbs if verb.tag in PLAYABLE])
        if not verbs or verbs[-1].tag != "Redirect":
            return
        step = Step((verbs[-1].text or "").strip(), verbs[-1].get("method", "POST"), step.params)
