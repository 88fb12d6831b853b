"""Saying what a reply says: placeholders filled at the moment of speaking, waits recorded, and news worked in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.flow.announcements import announce, is_worth_telling
from assistant.flow.line import Lines
from assistant.flow.moves import say
from assistant.flow.numbers import may_be_called
from assistant.model.contact import Channel, Contact, DialogueMode, State
from assistant.model.events import Author
from assistant.model.place import PlaceView
from assistant.model.ports import Reply, Saying
from assistant.model.storage import UnitOfWork
from assistant.model.wording import NEWS, NEWS_WITH_WAIT, choices_sentence, filled, tells_position, tells_wait
from assistant.settings.tenant import Tenant

HOLD = {"title": "Just hold", "say": "I'll just hold"}
CALL_ME = {"title": "Call me back", "say": "call me back"}


def choices_of(contact: Contact, tenant: Tenant) -> tuple[str, tuple[dict[str, str], ...]]:
    """What the caller may do besides telling what it is about, in words and as buttons."""
    is_voice, is_callable = contact.channel is Channel.VOICE, may_be_called(contact, tenant)
    words = choices_sentence(is_voice=is_voice, may_be_called=is_callable)
    return words, (HOLD, CALL_ME) if is_callable else (HOLD,)


class Speaker:
    def __init__(self, tenant: Tenant, lines: Lines) -> None:
        self._tenant = tenant
        self._lines = lines

    def say(
        self,
        work: UnitOfWork,
        contact: Contact,
        sayings: tuple[Saying, ...],
        place: PlaceView,
        longer: str | None,
        told: dict[str, Any] | None,
    ) -> Contact:
        """Adds these messages to the talk; `told` are codes that the first one's event tells besides."""
        if any(tells_wait(saying.text) for saying in sayings):
            contact = announce(work, contact, place, longer)
        if any(tells_position(saying.text) for saying in sayings) and place.position:
            contact = replace(contact, told_ahead=place.position - 1)
        for saying in sayings:
            text, buttons = self._filled(contact, saying, place, longer)
            if text:
                contact = say(work, contact, Author.ASSISTANT, text, told, buttons=buttons)
                told = None
        return contact

    def _filled(
        self, contact: Contact, saying: Saying, place: PlaceView, longer: str | None
    ) -> tuple[str, tuple[dict[str, str], ...]]:
        choices, buttons = choices_of(contact, self._tenant) if "<choices>" in saying.text else ("", ())
        text = filled(
            saying.text,
            place,
            name=(contact.customer_name or "").partition(" ")[0],
            longer=longer,
            emergency=self._tenant.emergency_number,
            choices=choices,
            position_in=lambda queue: self._lines.would_be(queue, contact),
        )
        return text, (*saying.buttons, *buttons)

    def with_news(self, contact: Contact, reply: Reply, place: PlaceView, longer: str | None) -> tuple[Saying, ...]:
        """The sayings with a word on the place, if it has changed by much, before the question that the caller answers.

        Nothing comes between where something would be lost, or the assistant is about to fall silent.
        """
        sayings = reply.sayings
        is_free = contact.state is State.WAITING and contact.dialogue is DialogueMode.SPEAKING
        if not is_free or reply.order is not None or reply.step or not sayings or not place.position:
            return sayings
        if any(tells_position(saying.text) for saying in sayings):
            return sayings
        if not is_worth_telling(contact, place, longer):
            return sayings
        news = Saying(NEWS_WITH_WAIT if place.wait.is_known else NEWS)
        if "?" in sayings[-1].text:
            return (*sayings[:-1], news, sayings[-1])
        return (*sayings, news)
