"""What happens, wired: the doors are built on it."""

from __future__ import annotations

from dataclasses import dataclass

from uuid_utils import uuid7

from assistant.adapters.rasa_channel import RasaChannel
from assistant.edge.identity import IdentityTokens
from assistant.edge.limits import Limits
from assistant.flow import due
from assistant.flow.asked_verification import AskedVerification
from assistant.flow.attention import Attention
from assistant.flow.bridges import Bridges
from assistant.flow.callback_texts import CallbackTexts
from assistant.flow.callbacks import Callbacks
from assistant.flow.calling_back import CallingBack
from assistant.flow.changing import Changing
from assistant.flow.claims import Claims
from assistant.flow.closing import Closing
from assistant.flow.conversation import Conversation
from assistant.flow.corrections import Corrections
from assistant.flow.deadlines import DeadlineRunner, Handler
from assistant.flow.dialogue import Dialogue
from assistant.flow.erasing import Erasing
from assistant.flow.feedback import Feedback
from assistant.flow.first_silence import FirstSilence
from assistant.flow.holding import Holding
from assistant.flow.intake import Intake
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.outgoing import OutgoingRate
from assistant.flow.overflow import Overflow
from assistant.flow.people import People
from assistant.flow.preferring import Preferring
from assistant.flow.presence import AgentPresence
from assistant.flow.recording import Recording
from assistant.flow.recounting import Recounting
from assistant.flow.recovery import Recovery
from assistant.flow.routing import Router
from assistant.flow.silence import Silence
from assistant.flow.spoken_messages import SpokenMessages
from assistant.flow.summing_up import SummingUp
from assistant.flow.supervising import Supervising
from assistant.flow.surveys import Surveys
from assistant.flow.takers import Takers
from assistant.flow.text_presence import TextPresence
from assistant.flow.texting import Texting
from assistant.flow.transcripts import Transcripts
from assistant.flow.transfers import Transfers
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.flow.waiting import Waiting
from assistant.model.call_recordings import CallRecorder
from assistant.model.ports import BackOffice, Bus, CallControl, Clock, ConferenceControl, Messenger, SupervisorCalls
from assistant.model.spoken import Recordings
from assistant.model.storage import Store
from assistant.settings.environment import Settings
from assistant.settings.tenant import Tenant
from assistant.web.chat_api import ChatFlow


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything that happens, wired; the doors are built on it."""

    chat: ChatFlow
    changing: Changing
    people: People
    agents_store: Store
    agents_conversation: Conversation
    offers: Offers
    attention: Attention
    bridges: Bridges
    transfers: Transfers
    holding: Holding
    supervising: Supervising
    asked_verification: AskedVerification
    calling_back: CallingBack
    spoken: SpokenMessages
    recording: Recording
    erasing: Erasing
    surveys: Surveys
    presence: AgentPresence
    recounting: Recounting
    summing_up: SummingUp
    recovery: Recovery
    router: Router
    deadlines: DeadlineRunner
    closing: Closing
    silence: Silence
    texting: Texting
    text_presence: TextPresence
    engine: RasaChannel


def deadline_handlers(
    conversation: Conversation,
    offers: Offers,
    bridges: Bridges,
    calling_back: CallingBack,
    presence: AgentPresence,
    transfers: Transfers,
    overflow: Overflow,
    closing: Closing,
    silence: Silence,
    first_silence: FirstSilence,
) -> dict[str, Handler]:
    """What happens when each kind of stored deadline comes due."""
    return {
        due.GRACE: conversation.grace_ended,
        due.OFFER: offers.expire,
        due.BRIEFING: offers.when_due,
        due.AFTER_STEP: offers.when_due,
        due.RING: offers.ring_expired,
        due.RING_BEGINS: offers.ring_begins,
        due.CALL_CUSTOMER: calling_back.call_customer,
        due.CALLBACK_BEGINS: calling_back.begins,
        due.CALLBACK_RING: calling_back.ring_ended,
        due.WRAP_UP: conversation.wrap_up_ended,
        due.RECLAIM: conversation.reclaim_ended,
        due.CONSOLE: presence.console_grace_ended,
        due.AGENT_ABSENT: bridges.agent_absent,
        due.DIRECT: transfers.direct_ended,
        due.OVERFLOW: overflow.fire,
        due.RUN_OFF: closing.fire,
        due.AGENT_SILENT: silence.agent_silent,
        due.CALLER_IDLE: silence.caller_idle,
        due.FIRST_SILENCE: first_silence.fire,
    }


def build_flow(
    settings: Settings,
    tenant: Tenant,
    *,
    store: Store,
    bus: Bus,
    clock: Clock,
    engine: RasaChannel,
    back_office: BackOffice,
    call_control: CallControl,
    conferences: ConferenceControl,
    supervisor_calls: SupervisorCalls,
    messenger: Messenger,
    recordings: Recordings,
    recorder: CallRecorder,
    secret_key: bytes,
    for_agents: Store,
    for_pulse: Store,
) -> Flow:
    """`for_agents`, `for_pulse`: the same store with connections of their own.

    So a crowd of callers holds up neither what agents do, routing and deadlines, nor the pulse.
    """
    process_id = str(uuid7())
    takers = Takers(bus)
    waiting = Waiting(store, clock, tenant)
    lines = Lines(store, bus, waiting)
    attention = Attention(clock, process_id)
    # of the emulator's seconds more pass in a real one
    rate = OutgoingRate(settings.calls_per_second * (settings.emulator_speed if settings.has_emulator else 1))
    offers = Offers(for_agents, tenant, call_control, attention, rate)
    conversation, with_agents = (Conversation(each, tenant, call_control) for each in (store, for_agents))
    legs = Legs(store, tenant, offers, conversation, process_id)
    calling_back = CallingBack(for_agents, tenant, offers, legs, call_control, rate)
    codes = OneTimeCodes(tenant, messenger, secret_key)
    desk = VerificationDesk(store, tenant, back_office, codes, secret_key)
    callbacks = Callbacks(store, tenant, call_control)
    orders = Orders(store, tenant, back_office, desk, callbacks)
    presence = AgentPresence(for_agents, tenant, offers, process_id)
    chat = ChatFlow(
        store=store,
        bus=bus,
        clock=clock,
        tenant=tenant,
        limits=Limits(clock, bus, is_on=settings.rate_limits == "on"),
        lines=lines,
        intake=Intake(store, tenant, lines, secret_key, process_id, takers),
        dialogue=Dialogue(store, lines, desk, Turns(store, tenant, lines, engine, orders)),
        conversation=conversation,
        corrections=Corrections(store),
        claims=Claims(store, tenant, lines),
        callbacks=callbacks,
        feedback=Feedback(store),
        preferring=Preferring(store, tenant),
        legs=legs,
        transcripts=Transcripts(store, tenant, lines),
        desk=desk,
        identity=IdentityTokens(
            tenant.verification.identity, settings.identity_key.get_secret_value() if settings.identity_key else None
        ),
        origin=settings.origin,
    )
    bridges = Bridges(for_agents, tenant, call_control, conferences)
    transfers, overflow = Transfers(for_agents, tenant, call_control), Overflow(for_agents, tenant)
    closing, silence = Closing(for_agents, tenant), Silence(for_agents, tenant)
    handlers = deadline_handlers(
        with_agents,
        offers,
        bridges,
        calling_back,
        presence,
        transfers,
        overflow,
        closing,
        silence,
        FirstSilence(store, tenant, lines),
    )
    text_presence = TextPresence(store, tenant, lines)
    handlers |= {
        due.TEXT_AWAY: text_presence.away,
        due.TEXT_ASKED: text_presence.not_answered,
        due.TEXT_KEPT: text_presence.kept_long_enough,
    }
    supervising = Supervising(for_agents, tenant, supervisor_calls, rate)
    handlers |= {
        due.SUPERVISOR_RING_BEGINS: supervising.ring_begins,
        due.SUPERVISOR_RING: supervising.ring_expired,
    }
    spoken = SpokenMessages(for_agents, tenant, recordings)
    recording = Recording(for_agents, tenant, recorder, recordings)
    handlers |= {due.TAPE: recording.overdue, due.TAPE_KEPT: recording.kept_long_enough}
    erasing = Erasing(for_agents, tenant, recording, spoken)
    handlers |= {due.ERASE: erasing.asked_for}
    surveys = Surveys(for_agents, tenant, messenger, secret_key, f"{settings.origin}/survey")
    handlers |= {due.SURVEY: surveys.due, due.CALLBACK_TEXT: CallbackTexts(for_agents, tenant, messenger).due}
    handlers |= {due.SPOKEN: spoken.overdue, due.RECORDING_KEPT: spoken.kept_long_enough}
    texting = Texting(store, tenant, chat.intake, chat.dialogue, conversation, chat.claims, callbacks)
    recovery = Recovery(for_pulse, clock, legs, offers, presence, process_id)
    return Flow(
        chat=chat,
        changing=Changing(for_agents, bus, tenant, lines),
        people=People(for_agents, tenant, presence),
        agents_store=for_agents,
        agents_conversation=with_agents,
        offers=offers,
        attention=attention,
        bridges=bridges,
        transfers=transfers,
        holding=Holding(for_agents, conferences, tenant.transcription, recording),
        supervising=supervising,
        asked_verification=AskedVerification(for_agents, tenant, desk, conferences, recording),
        calling_back=calling_back,
        spoken=spoken,
        recording=recording,
        erasing=erasing,
        surveys=surveys,
        presence=presence,
        recounting=Recounting(for_agents),
        summing_up=SummingUp(for_agents, tenant),
        recovery=recovery,
        router=Router(for_agents, bus, tenant, offers, takers),
        deadlines=DeadlineRunner(for_agents, bus, clock, handlers, recovery.is_late),
        closing=closing,
        silence=silence,
        texting=texting,
        text_presence=text_presence,
        engine=engine,
    )
