"""Rasa's turn without its detours: the same components and actions, in the same order, to the same end.

Of a stock turn a quarter goes into things that are of no use here: a scheduler that plans a graph of a dozen nodes anew
with each prediction, copies of events made for log lines that nobody asked for, and a copy of the whole conversation,
replayed, before each action, in case a form rejects it. `tests/test_processor.py` holds both to the same replies.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.core.actions.action import Action, ActionBotResponse, ActionExtractSlots, ActionListen
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

NEVER_REJECT = {ActionBotResponse, ActionListen}
"""Actions that only read the conversation, so that none of it has to be taken back."""

log = logging.getLogger("rasa.core.processor")  # where the connector learns of actions that failed


class InOrderRunner:
    """Runs the nodes of a loaded graph one after the other, in an order that is found once for each set of targets."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._schema: GraphSchema = loaded._graph_schema
        self._nodes: Dict[Text, GraphNode] = loaded._instantiated_nodes
        self._orders: Dict[Tuple[Text, ...], List[Tuple[Text, Tuple[Text, ...]]]] = {}

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """The targets' outputs by their names. Raises what a node raises, and `GraphRunError` for a RuntimeError."""
        outputs: Dict[Text, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        wanted = tuple(targets or self._schema.target_names)
        try:
            for name, needs in self._order(wanted):
                if name not in outputs:
                    outputs[name] = self._nodes[name](*[outputs.get(need, need) for need in needs])
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(outputs[name] for name in wanted)

    def _order(self, targets: Tuple[Text, ...]) -> List[Tuple[Text, Tuple[Text, ...]]]:
        if targets not in self._orders:
            order: Dict[Text, Tuple[Text, ...]] = {}
            for target in targets:
                self._place(target, order)
            self._orders[targets] = list(order.items())
        return self._orders[targets]

    def _place(self, name: Text, order: Dict[Text, Tuple[Text, ...]]) -> None:
        if name in order or name not in self._schema.nodes:
            return
        needs = tuple(self._schema.nodes[name].needs.values())
        for need in needs:
            self._place(need, order)
        order[name] = needs


class TurnProcessor(MessageProcessor):
    """A processor that has loaded its model, taking its turns on the short way."""

    def __init__(self, loaded: MessageProcessor) -> None:
        """Shares everything with `loaded`: the model, the conversations, the locks."""
        self.__dict__.update(loaded.__dict__)
        if isinstance(loaded.graph_runner, DaskGraphRunner):
            self.graph_runner = InOrderRunner(loaded.graph_runner)
        self._extract_slots = ActionExtractSlots(self.action_endpoint)

    def _check_for_unseen_features(self, parse_data: Dict[Text, Any]) -> None:
        """Nothing: a classifier and a domain that were trained together know the same intents and entities."""

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        events = await self._extract_slots.run(output_channel, self.nlg, tracker, self.domain)
        await self._send_bot_messages(events, tracker, output_channel)
        tracker.update_with_events(events, self.domain)
        return tracker

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        if type(action) not in NEVER_REJECT:
            return await super()._run_action(action, tracker, output_channel, nlg, prediction)
        tracker.update_with_events(prediction.events, self.domain)
        events: List[Event] = []
        try:
            events = await action.run(output_channel, nlg, tracker, self.domain)
        except Exception:  # as in Rasa: an action that failed has no events
            log.exception("action '%s' failed", action.name())
        tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())


@lru_cache(maxsize=1)
def on_the_short_way(loaded: MessageProcessor) -> TurnProcessor:
    """The one processor for the model that is loaded now."""
    return TurnProcessor(loaded)
