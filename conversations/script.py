"""What callers say, as `scripts.yml` tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(__file__).with_name("scripts.yml")
CUSTOMERS = ROOT / "demo" / "customers.yml"
STEPS = frozenset({"agent", "agent_takes", "agent_ends", "corrects", "drops", "keys"})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: the caller says `words`, or what `kind` names, with its `value`."""

    kind: str
    value: Any

    @classmethod
    def of(cls, written: Any) -> Step:
        """Raises ValueError where it is none."""
        if isinstance(written, str):
            return cls("says", written)
        ((kind, value),) = written.items()
        if kind not in STEPS:
            raise ValueError(f"{kind}: a step is one of {', '.join(sorted(STEPS))}, or the caller's words")
        return cls(kind, value)


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation. `secure` is what the caller types where it is asked for apart, in order, by name.

    `answers`: what the caller says when the assistant's last words hold a text, each once and before the next step: so
    that a question which is asked earlier, later or not at all does not put the talk out of step.
    """

    title: str
    about: str
    steps: tuple[Step, ...]
    queue: str = "cards"
    ahead: int = 0
    on_duty: bool = True
    secure: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answers: tuple[tuple[str, str], ...] = ()
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Scripts:
    chats: tuple[Script, ...]
    call: Script


def load(path: Path = SCRIPTS) -> Scripts:
    """Raises ValueError, naming what is wrong."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    people = {person["name"].split()[0].lower(): person for person in yaml.safe_load(CUSTOMERS.read_text("utf-8"))}
    return Scripts(tuple(_script(each, people) for each in written["chats"]), _script(written["call"], people))


def _script(written: dict[str, Any], people: dict[str, dict[str, Any]]) -> Script:
    about = dict(written)
    customer = people.get(about.pop("customer", ""), {})
    secure = {"customer_number": [customer.get("number")], "pin": [customer.get("pin")]} | about.pop("secure", {})
    answers = tuple((text, words) for text, words in about.pop("answers", {}).items())
    steps = tuple(Step.of(step) for step in about.pop("says"))
    given = {name: tuple(str(value) for value in values if value) for name, values in secure.items()}
    return Script(steps=steps, answers=answers, secure=given, phone=customer.get("phone"), **about)
