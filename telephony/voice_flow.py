"""What the telephone's doors stand on."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.flow.asked_verification import AskedVerification
from assistant.flow.bridges import Bridges
from assistant.flow.callbacks import Callbacks
from assistant.flow.calling_back import CallingBack
from assistant.flow.captions import Captions
from assistant.flow.conversation import Conversation
from assistant.flow.dialogue import Dialogue
from assistant.flow.feedback import Feedback
from assistant.flow.intake import Intake
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.place_links import PlaceLinks
from assistant.flow.preferring import Preferring
from assistant.flow.recording import Recording
from assistant.flow.relayed import RelayedCalls
from assistant.flow.spoken_messages import SpokenMessages
from assistant.flow.supervising import Supervising
from assistant.flow.transcripts import Transcripts
from assistant.model.ports import Bus, Clock
from assistant.settings.tenant import Tenant


@dataclass(frozen=True, slots=True)
class VoiceFlow:
    """The parts of the flow that a call needs."""

    tenant: Tenant
    clock: Clock
    bus: Bus
    lines: Lines
    intake: Intake
    dialogue: Dialogue
    conversation: Conversation
    legs: Legs
    offers: Offers
    bridges: Bridges
    supervising: Supervising
    asked_verification: AskedVerification
    transcripts: Transcripts
    callbacks: Callbacks
    calling_back: CallingBack
    spoken: SpokenMessages
    feedback: Feedback
    preferring: Preferring
    relayed: RelayedCalls
    captions: Captions
    recording: Recording
    links: PlaceLinks | None = None
