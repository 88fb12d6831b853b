"""Following the lines: a sorted list in memory per queue, fed by contiguous revisions.

Not a second store: the list is rebuilt from one snapshot whenever there is a gap, and a one-second sweep compares
its revision with the database's, so that a lost notice costs a second and nothing else.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from sortedcontainers import SortedList

from assistant.flow.waiting import Waiting
from assistant.flow.watchers import Tell, Watchers
from assistant.model.contact import Channel, Contact, ContactId, QueueId
from assistant.model.place import PlaceView, Staffing
from assistant.model.ports import Bus
from assistant.model.storage import LineChange, LineSnapshot, Store
from assistant.model.waiting import UNKNOWN, Longer, Told, WaitRange

REMEMBERED_ENTRIES = 256
PAGE = 1000


class Line:
    """One queue's places in order, at one revision. Rank, entry and departure cost O(log n).

    Numbers are compared three times as fast as pairs: the orders are kept sorted by themselves, and who holds one is
    looked up. An order that several hold has them by id.
    """

    def __init__(self, snapshot: LineSnapshot) -> None:
        self.revision = snapshot.revision
        self._orders: SortedList = SortedList(order_at for order_at, _ in snapshot.places)
        self._order_of: dict[ContactId, int] = {contact_id: order_at for order_at, contact_id in snapshot.places}
        self._holders: dict[int, ContactId | list[ContactId]] = dict(snapshot.places)
        if len(self._holders) < len(snapshot.places):  # some hold the same order
            for order_at, contact_id in snapshot.places:
                self._hold(order_at, contact_id)
        self._entries: deque[tuple[int, int, ContactId, str]] = deque(maxlen=REMEMBERED_ENTRIES)

    def __len__(self) -> int:
        return len(self._orders)

    def apply(self, change: LineChange) -> None:
        """One step; the revision must follow the one applied last."""
        if change.op == "enter":
            if change.contact_id not in self._order_of:
                self._orders.add(change.order_at)
                self._order_of[change.contact_id] = change.order_at
                self._hold(change.order_at, change.contact_id)
            self._entries.append((change.revision, change.order_at, change.contact_id, change.cause))
        else:
            order_at = self._order_of.pop(change.contact_id, None)
            if order_at is not None:
                self._orders.remove(order_at)
                self._let_go(order_at, change.contact_id)
        self.revision = change.revision

    def _hold(self, order_at: int, contact_id: ContactId) -> None:
        holders = self._holders.setdefault(order_at, contact_id)
        if isinstance(holders, list):
            if contact_id not in holders:
                insort(holders, contact_id)
        elif holders != contact_id:
            self._holders[order_at] = sorted((holders, contact_id))

    def _let_go(self, order_at: int, contact_id: ContactId) -> None:
        holders = self._holders[order_at]
        if isinstance(holders, list) and len(holders) > 1:
            holders.remove(contact_id)
        else:
            del self._holders[order_at]

    def position(self, contact_id: ContactId) -> int | None:
        """1-based rank now; None for a contact that is not in this line."""
        order_at = self._order_of.get(contact_id)
        if order_at is None:
            return None
        holders = self._holders[order_at]
        among = holders.index(contact_id) if isinstance(holders, list) else 0
        rank: int = self._orders.bisect_left(order_at) + among + 1
        return rank

    def would_be(self, order_at: int) -> int:
        """The 1-based rank of a place with this order, if it came in now."""
        rank: int = self._orders.bisect_left(order_at) + 1
        return rank

    def why_worse(self, contact_id: ContactId, since_revision: int) -> str | None:
        """The cause of the latest entry ahead of this contact since then: the stated reason of a worse position."""
        mine = self._order_of.get(contact_id)
        for revision, order_at, entered, cause in reversed(self._entries):
            if revision <= since_revision:
                return None
            if mine is not None and (order_at, entered) < (mine, contact_id):
                return cause
        return None

    def why_here(self, contact_id: ContactId) -> str | None:
        """The cause with which this contact entered the line."""
        return next((cause for _, _, entered, cause in reversed(self._entries) if entered == contact_id), None)


class Lines:
    """The lines that this process follows."""

    def __init__(self, store: Store, bus: Bus, waiting: Waiting) -> None:
        self._store = store
        self._bus = bus
        self._waiting = waiting
        self._lines: dict[QueueId, Line] = {}
        self._early: dict[QueueId, dict[int, LineChange]] = {}
        self._watchers: dict[QueueId, Watchers] = defaultdict(Watchers)

    async def follow(self, queues: Iterable[QueueId]) -> None:
        """Begins to follow these queues: subscribes first, then takes the snapshot, so that nothing falls between.

        Those that are followed already are left as they are.
        """
        for queue in queues:
            if queue in self._lines:
                continue
            if queue not in self._early:
                self._early[queue] = {}
                self._waiting.begin(queue)
                self._bus.subscribe(f"line.{queue}", self._on_change)
            self._lines[queue] = await self._load(queue)

    async def _load(self, queue: QueueId) -> Line:
        return Line(await self._store.read(lambda work: work.lines.snapshot(queue)))

    def line(self, queue: QueueId) -> Line:
        return self._lines[queue]

    def _on_change(self, payload: dict[str, Any]) -> None:
        if not payload:
            return  # the sweep looks every second anyway
        change = LineChange(**payload)
        line = self._lines.get(change.queue)
        if line is None or change.revision <= line.revision:
            return
        early = self._early[change.queue]
        early[change.revision] = change
        while (following := early.pop(line.revision + 1, None)) is not None:
            line.apply(following)
        self._tell_advance(change.queue)

    def watch(self, queue: QueueId, tell: Tell) -> Callable[[], None]:
        """Tells of every change of this line or of its waits, as `Watchers` do; the returned function ends it."""
        return self._watchers[queue].add(tell)

    def _tell_advance(self, queue: QueueId) -> None:
        self._waiting.line_changed(queue)
        self._watchers[queue].changed()

    async def at_least(self, queue: QueueId, revision: int) -> Line:
        """The line at this revision or a later one: for what is told after a commit."""
        line = self._lines[queue]
        if line.revision < revision:
            await self._catch_up(queue)
        return self._lines[queue]

    async def sweep(self) -> None:
        """Compares every followed line's revision with the database's and catches up where it is behind.

        Tells the watchers too when agents have come or gone, for that changes every wait.
        """
        if await self._waiting.refresh():
            for queue in list(self._lines):
                self._tell_advance(queue)
        revisions = await self._store.read(lambda work: work.lines.revisions())
        for queue, line in list(self._lines.items()):
            if revisions.get(queue, 0) > line.revision:
                await self._catch_up(queue)

    async def _catch_up(self, queue: QueueId) -> None:
        line = self._lines[queue]
        after = line.revision
        changes = await self._store.read(lambda work: work.lines.changes_after(queue, after, PAGE))
        for change in changes:
            if change.revision == line.revision + 1:
                line.apply(change)
        if len(changes) == PAGE:
            self._lines[queue] = await self._load(queue)
        self._early[queue] = {r: c for r, c in self._early[queue].items() if r > self._lines[queue].revision}
        self._tell_advance(queue)

    def view(self, contact: Contact) -> PlaceView:
        """The place as its holder is told it now."""
        line = self._lines[contact.queue]
        position = line.position(contact.id) if contact.state.is_in_line else None
        told = None if position is None else self.told(contact, position - 1)
        wait = told.wait if told else UNKNOWN
        staffed = self.staffing(contact.queue, contact.language) is Staffing.STAFFED
        return PlaceView(
            code=contact.code,
            queue=contact.queue,
            state=contact.state,
            position=position,
            entered_at=contact.entered_at,
            wait=wait,
            revision=line.revision,
            staffed=staffed,
            told=told,
            reach=contact.reach,
            callback_at=contact.callback_at,
        )

    def would_be(self, queue: str, contact: Contact) -> int | None:
        """The position that this contact would have in another line; None for one that is not followed."""
        line = self._lines.get(QueueId(queue))
        return line.would_be(contact.order_at) if line is not None else None

    def staffing(self, queue: QueueId, language: str) -> Staffing:
        """Whether somebody on duty serves this queue in this language."""
        return self._waiting.staffing(queue, language)

    def why_worse(self, contact: Contact, before: PlaceView) -> str | None:
        """Why the place is worse than told `before`: what brought it to this line, or whoever came in ahead of it."""
        line = self._lines[contact.queue]
        if contact.queue != before.queue:
            return line.why_here(contact.id)
        return line.why_worse(contact.id, before.revision)

    def wait(self, queue: QueueId, channel: Channel, ahead: int) -> WaitRange:
        """The range behind `ahead` places, for whoever would come."""
        return self._waiting.wait(queue, channel, ahead)

    def told(self, contact: Contact, ahead: int) -> Told:
        """What this contact is told behind `ahead` places: a wait that does not rise but for a reason."""
        return self._waiting.told(contact.queue, contact.serving_channel, ahead, contact.id, contact.announced)

    def why_longer(self, contact: Contact, place: PlaceView) -> str | None:
        """Why this wait is longer than the one announced last, as a code for `longer_sentence`; None where it isn't.

        Where more are ahead it is the cause of the latest entry before this contact.
        """
        why = self._waiting.why_longer(contact.announced, place)
        if why == Longer.MORE_AHEAD and contact.announced is not None:
            return self._lines[place.queue].why_worse(contact.id, contact.announced.revision) or why
        return why
