"""Keeps conversations short and in memory, so that the hundred-and-sixtieth turn costs what the tenth did."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any, Dict, Iterable, List, Optional, Tuple

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class ShortTrackerStore(TrackerStore):
    """Rewrites a long tracker as session start, current slots and form, and its last turns.

    A turn of Rasa's replays the tracker several times, so its cost grows with it. What was dropped is no loss: the
    slots carry the conversation's state, and the service sends what is known again with every turn. A conversation that
    was not heard for `idle_seconds`, or the longest silent one beyond `most_conversations`, is forgotten.

    The trackers themselves are kept, not copies: whoever breaks off a turn half-way saves one without events in its
    place, which forgets the conversation.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Any = None,
        keep_turns: int = 2,
        most_conversations: int = 20000,
        idle_seconds: float = 14400,
        **kwargs: Dict[str, Any],
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._keep_turns = keep_turns
        self._most = most_conversations
        self._idle_seconds = idle_seconds
        self._kept: OrderedDict[str, Tuple[float, DialogueStateTracker]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._kept.pop(tracker.sender_id, None)
        if tracker.events:
            self._kept[tracker.sender_id] = (time.monotonic(), self._short(tracker))
        self._forget_the_silent()

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        kept = self._kept.get(sender_id)
        return kept[1] if kept else None

    async def keys(self) -> Iterable[str]:
        return list(self._kept)

    def _short(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = list(tracker.events)
        kept = shortened(events, self._keep_turns)
        if len(kept) == len(events):
            return tracker
        short = self.init_tracker(tracker.sender_id)
        for event in kept:
            short.update(event)
        return short

    def _forget_the_silent(self) -> None:
        oldest_allowed = time.monotonic() - self._idle_seconds
        while self._kept:
            sender_id, (heard_at, _) = next(iter(self._kept.items()))
            if heard_at >= oldest_allowed and len(self._kept) <= self._most:
                return
            del self._kept[sender_id]


def shortened(events: List[Event], keep_turns: int) -> List[Event]:
    """The last `keep_turns` messages with what followed them, behind a start that restores slots and form as they were.

    The slots are those at the cut, so that replaying the rest ends exactly where the long tracker ended, in mid-form
    too. Nothing is cut before there are twice as many messages, so that not every turn pays for it.
    """
    messages = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(messages) <= 2 * keep_turns:
        return events
    cut = messages[-keep_turns]
    while cut > 0 and not isinstance(events[cut - 1], ActionExecuted):
        cut -= 1  # what the service knew is set between the listening and the message
    cut = max(cut - 1, 0)  # the listening that the first kept message answers
    slots: Dict[str, SlotSet] = {}
    loop: Optional[ActiveLoop] = None
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, ActiveLoop):
            loop = event
    start: List[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    if loop is not None and loop.name:
        start += [ActionExecuted(loop.name), loop]
    return [*start, *slots.values(), *events[cut:]]
