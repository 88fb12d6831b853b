"""A caller whom the agent has asked for proof: out of the conference for the keys, and back in it.

Nothing is remembered between the documents: what is asked for stands in the contact, and a webhook that comes twice,
or after the agent has gone, is answered by how the contact stands.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from assistant.flow.asked_verification import AskedVerification
from assistant.flow.transcripts import ContactView
from assistant.model.contact import ContactId, State
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import VOICE_ASIDE, VOICE_ASIDE_KEYS, Addresses
from telephony.patience import Patience
from telephony.voice_calls import VoiceCalls
from telephony.voice_flow import VoiceFlow
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

SILENCES = 2
ENOUGH = "*"

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class AsideCalls:
    """Answers what Twilio asks while a caller is aside. Raises `Refused` and `Unavailable` as the flow does."""

    def __init__(
        self,
        flow: VoiceFlow,
        addresses: Addresses,
        turns: VoiceTurns,
        calls: VoiceCalls,
        asked: AskedVerification,
        patience: Patience,
    ) -> None:
        self._flow = flow
        self._addresses = addresses
        self._turns = turns
        self._calls = calls
        self._asked = asked
        self._patience = patience
        self._speaker = speaker_for(flow.tenant.languages[0])

    async def begin(self, query: Fields) -> str:
        """The caller has left the conference: asks for what the agent wants to know; it is not written down."""
        if stopping := self._turns.unheard(VOICE_ASIDE, query):
            return stopping
        try:
            return await self._go_on(query, [words.ASIDE])
        except Refused:
            return self._not_needed()

    async def keys(self, query: Fields, fields: Fields) -> str:
        """Keys were pressed, or none. A star, and silence for the second time, is a no."""
        heard, silences = payloads.voice_turn(fields), payloads.count(query.get("silences", "")) or 0
        try:
            if ENOUGH in heard.keys or (not heard.keys and silences + 1 >= SILENCES):
                await self._asked.cancel(_contact(query))
                return await self._go_on(query, [])
            if not heard.keys:
                return await self._go_on(query, [], silences=silences + 1)
            return await self._taken(query, heard.keys)
        except Refused:
            return self._not_needed()

    async def _taken(self, query: Fields, keys: str) -> str:
        """The answer is checked once, however often this is asked."""
        key = f"aside/{query.get('ask', '')}/{query.get('n', '')}"
        answer = await self._patience.answer(key, lambda: self._check(query, keys))
        if answer is not None:
            return answer
        url = self._address(query, ask=query.get("ask", ""))
        return twiml.go_on([words.ONE_MOMENT], url=url, speaker=self._speaker)

    def _not_needed(self) -> str:
        return twiml.goodbye([words.GIVING_UP], speaker=self._speaker)

    async def _check(self, query: Fields, keys: str) -> str:
        contact_id, request_id = _contact(query), query.get("ask", "")
        pending = (await self._flow.transcripts.view(contact_id)).contact.pending_input
        if pending is not None and pending.request_id == request_id:
            try:
                await self._flow.dialogue.secure(contact_id, request_id, pending.name, keys)
            except Refused as refused:
                if refused.code != "invalid_value":
                    raise
                return await self._go_on(query, [words.fewer_digits(pending.digits)])
        return await self._go_on(query, [])

    async def _go_on(self, query: Fields, lines: Sequence[str], *, silences: int = 0) -> str:
        """Asks for what is open still, or brings the caller back to the agent, who has gone or has not."""
        view = await self._flow.transcripts.view(_contact(query))
        contact = view.contact
        if contact.state is not State.CONNECTED or str(contact.attempt) != query.get("attempt"):
            return await self._calls.bridge(query, {})
        pending, speaker = contact.pending_input, speaker_for(contact.language)
        if pending is None:
            name = view.agent.name if view.agent else None
            await self._flow.recording.settle_quietly(contact.id, is_back=True)
            return self._turns.join(contact, [*_outcome(view), words.back_to(name)])
        action = self._address(query, ask=pending.request_id, silences=silences)
        return twiml.collect_digits([*lines, pending.prompt], action=action, speaker=speaker, length=pending.digits)

    def _address(self, query: Fields, **more: str | int) -> str:
        """Where the next keys go: each time another address, so that none is answered for another's."""
        of = {name: query.get(name, "") for name in ("contact", "attempt")}
        return self._addresses.of(VOICE_ASIDE_KEYS, **of, n=(payloads.count(query.get("n", "")) or 0) + 1, **more)


def _contact(query: Fields) -> ContactId:
    return ContactId(query.get("contact", ""))


def _outcome(view: ContactView) -> list[str]:
    """How it ended, as the caller is told."""
    said = [event.words for event in view.events if event.type is EventType.MESSAGE_ADDED and event.words]
    return [said[-1].text] if said and said[-1].author is Author.SYSTEM else []
