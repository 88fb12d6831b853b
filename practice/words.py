"""What callers and agents say.

Nobody says yes to the assistant, nor anything that sounds like it: an effect in somebody's books is no practice.
"""

from __future__ import annotations

import random

LOST_CARD = (
    "I've lost my debit card",
    "my wallet was stolen and my card was in it",
    "hi, I can't find my bank card anywhere",
    "lost my card on the bus this morning",
)
MATTERS = (
    "what's the balance of my account?",
    "could you tell me how much is in my current account",
    "my card was declined at the supermarket",
    "there's a payment on my statement that I don't recognise",
    "how do I change my PIN",
    "I'd like to raise my credit limit",
    "when will my new card arrive?",
    "do you charge fees when I pay abroad",
    "I need to pay a bill and don't know how",
    "why is my account blocked",
    "what's the interest rate on savings",
)
MEANWHILE = (
    "how long will it take?",
    "where am I in the queue",
    "are you still there?",
    "hello?",
    "it happened yesterday",
    "it's the debit card",
    "no rush, I'll wait",
    "how many people are ahead of me",
)
PERSON = ("agent please", "can I talk to a person", "I'd rather speak to a human", "agent")
REFUSALS = ("I don't have that with me", "I'd rather not say that here", "leave it", "can the agent do that please")
REPLIES = ("yes, that's right", "thank you", "ok", "one moment, I'll look", "no, that was all", "I see, thanks")
GREETINGS = (
    "Hello, this is {name}. I've read what you told us.",
    "Hi, {name} here. I have it all in front of me.",
)
ANSWERS = (
    "Let me look that up for you.",
    "I can see it here.",
    "I've taken care of that.",
    "Is there anything else you noticed?",
    "That will take a moment.",
)
FAREWELLS = ("All done. Goodbye!", "Thank you for waiting. Goodbye!", "That's everything. Take care!")
PERSON_SHARE = 0.15


class Words:
    """One caller's: the matter first, then whatever people say while they wait."""

    def __init__(self, chance: random.Random, *, verifies: bool) -> None:
        self._chance = chance
        self._matter: str | None = chance.choice(LOST_CARD if verifies else MATTERS + LOST_CARD)

    def while_waiting(self) -> str:
        matter, self._matter = self._matter, None
        if matter is not None:
            return matter
        return self._chance.choice(PERSON if self._chance.random() < PERSON_SHARE else MEANWHILE)

    def refusal(self) -> str:
        """To what was asked for and will not be given."""
        return self._chance.choice(REFUSALS)

    def to_agent(self) -> str:
        return self._chance.choice(REPLIES)
