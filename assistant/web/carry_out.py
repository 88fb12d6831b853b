"""What each frame of a caller does."""

from __future__ import annotations

from assistant.model.contact import ContactId
from assistant.web.chat_api import ChatFlow
from assistant.web.chat_protocol import (
    Consent,
    Correct,
    Frame,
    HoldQuietly,
    Leave,
    Say,
    Secure,
    Settled,
)


async def carry_out(flow: ChatFlow, contact_id: ContactId, frame: Frame) -> None:
    """Raises `Refused` or `Unavailable` where it cannot be done."""
    match frame:
        case Say():
            await flow.dialogue.hear(contact_id, frame.text, client_id=frame.client_id)
        case Secure():
            await flow.dialogue.secure(contact_id, frame.request_id, frame.name, frame.value)
        case Correct():
            await flow.corrections.correct(contact_id, frame.id, frame.value)
        case Consent():
            await flow.corrections.consent(contact_id, given=frame.given)
            await flow.dialogue.consent_told(contact_id, given=frame.given)
        case HoldQuietly():
            await flow.dialogue.hold_quietly(contact_id)
        case Settled():
            if frame.give_up_place:
                await flow.conversation.give_up_place(contact_id)
        case Leave():
            await flow.conversation.leave(contact_id)
        case _:
            flow.bus.publish(f"typing.{contact_id}", {"contact_id": contact_id, "author": "caller"})
