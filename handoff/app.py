"""The agents' door, put together: sign-in, consoles and the supervisor's board on one flow."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import web

from assistant.edge.limits import Limits
from assistant.flow.asked_verification import AskedVerification
from assistant.flow.attention import Attention
from assistant.flow.changing import Changing
from assistant.flow.conversation import Conversation
from assistant.flow.erasing import Erasing
from assistant.flow.holding import Holding
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.people import People
from assistant.flow.presence import AgentPresence
from assistant.flow.recording import Recording
from assistant.flow.recounting import Recounting
from assistant.flow.spoken_messages import SpokenMessages
from assistant.flow.supervising import Supervising
from assistant.flow.transfers import Transfers
from assistant.model.ports import Bus, Softphones
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant
from handoff.colleagues import Colleagues
from handoff.console_socket import ConsoleFlow, Patience
from handoff.console_view import ConsoleView
from handoff.consoles import Consoles
from handoff.contacts_door import ContactsDoor
from handoff.deliveries import DeliveriesDoor
from handoff.desk import Desk
from handoff.messages import MessagesDoor
from handoff.people_door import PeopleDoor
from handoff.recordings_door import RecordingsDoor
from handoff.reports import ReportsDoor
from handoff.sessions import Sessions
from handoff.settings_door import SettingsDoor
from handoff.sign_in import SignIn
from handoff.softphones import SoftphonesDoor
from handoff.supervisor import Board


class AgentsDoor:
    """`origins`: where the console's pages are served from. `softphones`: the telephones built into consoles, if any.

    Errors are raised, for the middleware to tell. `close` belongs to the application's shutdown.
    """

    def __init__(
        self,
        *,
        store: Store,
        bus: Bus,
        tenant: Tenant,
        offers: Offers,
        attention: Attention | None = None,
        conversation: Conversation,
        transfers: Transfers,
        presence: AgentPresence,
        holding: Holding,
        supervising: Supervising,
        lines: Lines,
        asked_verification: AskedVerification,
        spoken: SpokenMessages,
        recording: Recording,
        erasing: Erasing,
        changing: Changing,
        people: People,
        recounting: Recounting,
        limits: Limits,
        origins: Collection[str],
        has_secure_cookie: bool,
        softphones: Softphones | None = None,
        patience: Patience | None = None,
    ) -> None:
        view = ConsoleView(tenant, softphones.kind if softphones else None)
        sessions = Sessions(store, origins)
        self._sign_in = SignIn(store, sessions, view, presence, limits, is_secure=has_secure_cookie)
        self._board = Board(store, tenant, sessions, lines)
        self._reports = ReportsDoor(store, tenant, sessions, recounting)
        self._contacts = ContactsDoor(store, tenant, sessions, erasing)
        self._messages = MessagesDoor(store, tenant, sessions, spoken)
        self._recordings = RecordingsDoor(store, sessions, recording)
        self._colleagues = Colleagues(store, tenant, sessions)
        self._deliveries = DeliveriesDoor(store, sessions)
        self._softphones = SoftphonesDoor(sessions, softphones, limits)
        self._settings = SettingsDoor(store, sessions, changing, people, lines)
        self._people = PeopleDoor(store, sessions, people)
        desk = Desk(store, offers, conversation, transfers, presence, holding, supervising, asked_verification)
        flow = ConsoleFlow(store, bus, view, desk, presence, patience or Patience(), attention)
        self._consoles = Consoles(flow, sessions)

    def routes(self) -> list[web.RouteDef]:
        agents = [*self._sign_in.routes(), *self._softphones.routes()]
        agents += [*self._messages.routes(), *self._colleagues.routes()]
        reports = [*self._reports.routes(), *self._contacts.routes()]
        supervisors = [*self._board.routes(), *reports, *self._deliveries.routes(), *self._recordings.routes()]
        settings = [*self._settings.routes(), *self._people.routes()]
        return [*agents, *supervisors, *settings, *self._consoles.routes()]

    async def close(self) -> None:
        """The service stops: every console is told to come back."""
        await self._consoles.close()
