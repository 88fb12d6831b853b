"""The chat door on a house whose clock a test moves."""

from __future__ import annotations

from closing_house import House, NoTelephone
from doubles import ToldBus

from assistant.edge.identity import IdentityTokens
from assistant.edge.limits import Limits
from assistant.flow.callbacks import Callbacks
from assistant.flow.corrections import Corrections
from assistant.flow.feedback import Feedback
from assistant.flow.preferring import Preferring
from assistant.web.chat_api import ChatFlow


def chat_flow(house: House, bus: ToldBus) -> ChatFlow:
    """What the chat door stands on."""
    return ChatFlow(
        store=house.store,
        bus=bus,
        clock=house.clock,
        tenant=house.tenant,
        limits=Limits(house.clock),
        lines=house.lines,
        intake=house.intake,
        dialogue=house.dialogue,
        conversation=house.conversation,
        corrections=Corrections(house.store),
        claims=house.claims,
        feedback=Feedback(house.store),
        preferring=Preferring(house.store, house.tenant),
        callbacks=Callbacks(house.store, house.tenant, NoTelephone()),
        legs=house.legs,
        desk=house.desk,
        identity=IdentityTokens(None, None),
        transcripts=house.transcripts,
        origin="http://127.0.0.1",
    )
