"""The channel and language that a customer would rather have: asked once, used once known, forgotten on request.

Asked at the end of a conversation with an agent, never in the middle of a matter. A customer may say it unasked, in a
sentence of its own: "remember that I prefer chat", "forget my preferences".
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.flow.moves import say
from assistant.model.contact import Channel, Contact, ContactId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.events import Author, EventType
from assistant.model.preferences import Preference
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

PROVED = 2
ASKED = frozenset({EventType.PREFERENCE_ASKED})
DECIDED = frozenset({EventType.PREFERENCE_DECIDED})

_POLITE = r"(?:please[, ]+|can you |could you )?"
_REMEMBER = re.compile(
    rf"{_POLITE}remember (?:that )?"
    r"(?:my preferences?|i(?:'d| would)? (?:prefer|rather|like)(?: to| being| by| on)? .{2,40})"
)
_FORGET = re.compile(
    rf"{_POLITE}(?:forget|delete|erase) (?:my preferences?|how i(?:'d| would)? (?:prefer|like) .{{2,40}})"
)
_CHANNELS = (
    (Channel.WHATSAPP, re.compile(r"\bwhats ?app\b")),
    (Channel.SMS, re.compile(r"\b(?:sms|texts?|texted|text messages?)\b")),
    (Channel.VOICE, re.compile(r"\b(?:phone|telephone|calls?|called|calling|talk|speak)\b")),
    (Channel.CHAT, re.compile(r"\b(?:chat|chatting|write|writing|online)\b")),
)
SAID = {
    Channel.CHAT: "by chat",
    Channel.VOICE: "by phone",
    Channel.SMS: "by text",
    Channel.WHATSAPP: "by WhatsApp",
}
WHO_FIRST = "I can do that once I know who you are, and not before."
FORGOTTEN = "I've forgotten how you'd rather be reached."
WOULD_RATHER_TALK = "You've told us that you'd rather talk: ask for a callback, and we'll call you when it's your turn."


def ask(work: UnitOfWork, contact: Contact, tenant: Tenant) -> Contact:
    """Right before the end, with which sockets close: a known customer who was never asked is asked, by the door."""
    if not tenant.asks_preferences or not _is_known(contact) or work.preferences.of(_number(contact)) is not None:
        return contact
    work.preferences.save(Preference(_number(contact), work.now))
    data = {"channel": contact.channel.value, "language": contact.language}
    return work.trail.append(contact, EventType.PREFERENCE_ASKED, data)


def use(work: UnitOfWork, contact: Contact, tenant: Tenant) -> Contact:
    """The customer is known now: agents who speak the language are looked for, and a call is offered if preferred."""
    kept = work.preferences.of(_number(contact)) if _is_known(contact) else None
    if kept is None or not kept.is_kept:
        return contact
    if kept.language in tenant.languages and kept.language != contact.language:
        contact = replace(contact, language=kept.language)
        work.tell("routing", contact_id=contact.id)
    is_elsewhere = kept.channel is Channel.VOICE and contact.channel is not Channel.VOICE
    if is_elsewhere and contact.state.is_in_line and tenant.callbacks.countries:
        return say(work, contact, Author.ASSISTANT, WOULD_RATHER_TALK)
    return contact


def kept_of(work: UnitOfWork, contact: Contact) -> Preference | None:
    """What is remembered of this customer, for whoever may see it."""
    kept = work.preferences.of(_number(contact)) if _is_known(contact) else None
    return kept if kept is not None and kept.is_kept else None


def hear(work: UnitOfWork, contact: Contact, words: str, tenant: Tenant) -> Contact | None:
    """Says what comes of it where these words are about that and nothing else; None for all others."""
    text = " ".join(words.lower().replace("’", "'").split()).strip(" .!")
    is_forgetting = _FORGET.fullmatch(text) is not None
    if not is_forgetting and not _REMEMBER.fullmatch(text):
        return None
    if not _is_known(contact):
        return say(work, contact, Author.ASSISTANT, WHO_FIRST)
    if is_forgetting:
        return say(work, _decided(work, contact, None, None), Author.ASSISTANT, FORGOTTEN)
    channel = next((each for each, named in _CHANNELS if named.search(text)), contact.channel)
    told = f"I'll remember that you'd rather be reached {SAID[channel]}. Say \"forget my preferences\" to undo it."
    return say(work, _decided(work, contact, channel, contact.language), Author.ASSISTANT, told)


class Preferring:
    """What the doors do about it: the widget and the keypad."""

    def __init__(self, store: Store, tenant: Tenant) -> None:
        self._store = store
        self._tenant = tenant

    async def decide(
        self, contact_id: ContactId, *, remember: bool, channel: Channel | None = None, language: str | None = None
    ) -> None:
        """Keeps it with the customer's yes; a no, now or later, keeps nothing. Also after the end of the contact.

        Raises `Refused`: `no_such_contact`, `not_verified`, `unknown_language`.
        """
        if language is not None and language not in self._tenant.languages:
            raise Refused("unknown_language", f"language: one of {', '.join(self._tenant.languages)}.")

        def decide(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None:
                raise no_such_contact()
            if not _is_known(contact):
                raise Refused("not_verified", "This is remembered of customers who have proved who they are.")
            chosen = (channel or contact.channel, language or contact.language) if remember else (None, None)
            _decided(work, contact, *chosen)

        await self._store.transact(decide)

    async def is_asked(self, contact_id: ContactId) -> bool:
        """Whether this contact's customer was asked at its end, and has not answered."""

        def look(work: UnitOfWork) -> bool:
            asked = work.trail.after(contact_id, 0, ASKED | DECIDED)
            return bool(asked) and asked[-1].type is EventType.PREFERENCE_ASKED

        return await self._store.read(look)


def _decided(work: UnitOfWork, contact: Contact, channel: Channel | None, language: str | None) -> Contact:
    """The trail tells that it was decided and how, as codes; what is remembered stands in the customer's own row."""
    if not _is_known(contact):
        return contact
    work.preferences.save(Preference(_number(contact), work.now, channel, language))
    return work.trail.append(contact, EventType.PREFERENCE_DECIDED, {"is_kept": channel is not None})


def _is_known(contact: Contact) -> bool:
    return contact.customer_number is not None and contact.verification.level >= PROVED


def _number(contact: Contact) -> str:
    return contact.customer_number or ""
