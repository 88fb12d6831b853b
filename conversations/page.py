"""The page: every conversation as it was heard, with what changes from run to run left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from conversations.chat import ASSISTANT, CALLER, STAGE, Line
from conversations.script import Script

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
CHANGING = (
    (re.compile(rf"(?:(?:{DAYS}),? (?:the )?)?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{MONTHS})(?: \d{{4}})?"), "⟨date⟩"),
    (re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)|(?<=code )\d{8}"), "⟨code⟩"),
    (re.compile(r"https?://127\.0\.0\.1:\d+\S*"), "⟨link⟩"),
)
WEEKDAY = re.compile(rf"(?:(?:last|next|this) )?(?:{DAYS})")
HEAD = """# Conversations read aloud

These were held with the running system: the real service, the real Rasa, the built-in telephone company. Only the
callers are scripted (`conversations/scripts.yml`). `make conversations` holds them anew and writes this page. What
would change from run to run (dates, codes, links) stands in ⟨brackets⟩; times on the telephone are what it takes to
say everything, without the machine's own delay.

What stands *in italics* is not said: it happens, or is seen on a screen.
"""


def page(chats: Sequence[tuple[Script, Sequence[Line]]], call: tuple[Script, Sequence[Line]]) -> str:
    parts = [HEAD, "## In chat\n"]
    parts += [
        _conversation(f"{number}. {script.title}", script, lines) for number, (script, lines) in enumerate(chats, 1)
    ]
    parts += ["## On the telephone\n", _conversation(call[0].title, *call)]
    return "\n".join(parts)


def _conversation(title: str, script: Script, lines: Sequence[Line]) -> str:
    return "\n".join([f"### {title}\n", f"{script.about}\n", *map(_line, lines)]) + "\n"


def _line(line: Line) -> str:
    text = line.text
    for pattern, placeholder in CHANGING if line.who != CALLER else ():
        text = pattern.sub(placeholder, text)
    if line.who == ASSISTANT:
        text = WEEKDAY.sub("⟨day⟩", text)
    at = "" if line.at_seconds is None else f"`{int(line.at_seconds) // 60}:{int(line.at_seconds) % 60:02d}` "
    if line.who == STAGE:
        return f"{at}*{text}*\n"
    return f"{at}**{line.who.capitalize()}:** {text}\n"
