"""The door between the service and Rasa: one request, one turn, and every failure told as what it is.

Rasa's stock REST channel has no authentication, drops a turn silently while the model is loading, and answers an empty
list when something failed. Here a wrong token is 401, a model that is not there 503 `not_ready`, a turn that failed 500
`turn_failed`, and a request that is not as agreed 422 `malformed`. The shapes stand in `channels/wire.py`.
"""

from __future__ import annotations

import hmac
import logging
import os
from contextvars import ContextVar
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import recall, wire
from channels.processor import TurnProcessor, on_the_short_way

TOKEN_VARIABLE = "HOLDFAST_RASA_TOKEN"
_LOUD = ("rasa.core.processor", "rasa.core.actions.action", "rasa.core.policies.ensemble")

log = logging.getLogger(__name__)
_failures: ContextVar[Optional[List[str]]] = ContextVar("failures", default=None)


class _FailureWatch(logging.Handler):
    """Rasa only logs an action that failed and goes on; this tells the turn in whose context it was logged."""

    def emit(self, record: logging.LogRecord) -> None:
        failures = _failures.get()
        if failures is not None:
            failures.append(f"{record.name}:{record.lineno}")


class TurnFailed(Exception):
    """The turn did not end as a turn; the text names places in the code, never the caller's words."""


class HoldfastInput(InputChannel):
    """Serves `POST /webhooks/holdfast/turn` and `GET /webhooks/holdfast/ready` for the holder of the token."""

    @classmethod
    def name(cls) -> str:
        return "holdfast"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> InputChannel:
        """The token comes from the environment and not from a file; without one nobody is let in."""
        return cls(os.environ.get(TOKEN_VARIABLE, ""))

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        watch = _FailureWatch(level=logging.ERROR)
        for name in _LOUD:
            logging.getLogger(name).addHandler(watch)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("holdfast_webhook", __name__)

        @door.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            refused = self._refused(request)
            if refused:
                return refused
            return response.json({"ready": True, "model": _agent(request).model_id})

        @door.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            refused = self._refused(request)
            if refused:
                return refused
            try:
                asked = wire.read(_body(request))
            except wire.Malformed as malformed:
                return response.json({"error": "malformed", "message": str(malformed)}, status=422)
            try:
                return response.json(await take_turn(_agent(request), asked))
            except Exception as error:  # whatever it is, the service hears that the turn failed
                place = str(error) if isinstance(error, TurnFailed) else type(error).__name__
                log.error("turn failed: %s", place)
                return response.json({"error": "turn_failed"}, status=500)

        return door

    def _refused(self, request: Request) -> Optional[HTTPResponse]:
        scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
        if not self._token or scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._token):
            return response.json({"error": "unauthorized"}, status=401)
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return response.json({"error": "not_ready"}, status=503)
        return None


async def take_turn(agent: Agent, asked: wire.TurnRequest) -> Dict[str, Any]:
    """One turn of one conversation; raises when any part of it failed, and forgets the half-done tracker then."""
    failures: List[str] = []
    _failures.set(failures)
    output = CollectingOutputChannel()
    processor = on_the_short_way(agent.processor)
    async with agent.lock_store.lock(asked.conversation):
        try:
            await _bring_up_to_date(processor, asked)
            await processor.handle_message(_message(asked, output))
            if failures:
                raise TurnFailed(", ".join(failures))
            tracker = await agent.tracker_store.retrieve(asked.conversation)
            if tracker is None:
                raise TurnFailed("no tracker")
            return wire.reply(
                output.messages, recall.gathered(tracker, agent.domain), recall.step(tracker), recall.intent(tracker)
            )
        except BaseException:  # a turn that was cancelled half-way as well
            await agent.tracker_store.save(DialogueStateTracker(asked.conversation, agent.domain.slots))
            raise


async def _bring_up_to_date(processor: TurnProcessor, asked: wire.TurnRequest) -> None:
    tracker = await processor.fetch_tracker_and_update_session(asked.conversation)
    events = recall.differences(asked, tracker, processor.domain)
    if events:
        tracker.update_with_events(events, processor.domain)
        await processor.save_tracker(tracker)


def _message(asked: wire.TurnRequest, output: CollectingOutputChannel) -> UserMessage:
    """Words go through understanding; a structured message comes with its meaning and never as text."""
    if asked.structured is None:
        return UserMessage(wire.neutral(asked.words or ""), output, asked.conversation, input_channel=asked.channel)
    entities = [{"entity": name, "value": value} for name, value in asked.data.items()]
    meaning = {"text": "", "intent": {"name": asked.structured, "confidence": 1.0}, "entities": entities}
    return UserMessage("", output, asked.conversation, parse_data=meaning, input_channel=asked.channel)


def _agent(request: Request) -> Agent:
    agent: Agent = request.app.ctx.agent
    return agent


def _body(request: Request) -> Any:
    try:
        return request.json
    except Exception as error:
        raise wire.Malformed("body: JSON.") from error
