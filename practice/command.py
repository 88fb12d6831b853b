"""`holdfast simulate`: its options, and what it prints."""

from __future__ import annotations

import argparse
import asyncio
import math
import re
import sys
from typing import TextIO

from practice.crowd import HOUR, PATIENCE_SECONDS, WORK_SECONDS, WORK_SPREAD, Crowd, Shares
from practice.draws import exponential, lognormal
from practice.dry import simulate
from practice.floor import Customer
from practice.live import CannotBegin, Where, run

DESCRIPTION = """
Callers and agents for practice: one seeded crowd against a running service, or simulated without one (--dry). The
service runs in real time: with --speed 5 the crowd lives five times as fast, so that its arrivals, patience, service
times and breaks take a fifth of what is said here, and what it is told in seconds counts five times. Ends with exit
code 1 where the service broke a promise.
"""
RATE = re.compile(r"(\d+(?:\.\d+)?)(?:/(h|min|s))?")
PER_HOUR = {None: 1.0, "h": 1.0, "min": 60.0, "s": HOUR}
GRACE_SECONDS = 120.0
NOTHING_BEGAN, INTERRUPTED = 2, 130
SHARES = {
    "drops": "lose the line and come back",
    "settles": "say that the matter is settled",
    "callbacks": "ask to be called back, where the built-in telephone company is",
    "silent": "of those who lose patience, leave without a word",
    "verifies": "say who they are when asked, one at a time",
    "calls": "ring up instead of writing, where the built-in telephone company is",
}
DEMO_NUMBERS = {"cards": "+442079460000", "accounts": "+442079460001", "fraud": "+442079460002"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = DESCRIPTION
    where = parser.add_argument_group("where")
    where.add_argument("--url", default="http://127.0.0.1:8080", help="the service (%(default)s)")
    where.add_argument("--dry", action="store_true", help="no service: virtual time, done in an instant")
    where.add_argument("--minutes", type=_positive, default=10.0, help="how long, on the wall's clock (%(default)g)")
    where.add_argument("--speed", type=_positive, default=1.0, help="how many times as fast as the clock (%(default)g)")
    where.add_argument("--seed", type=int, default=7, help="another seed is another crowd (%(default)s)")
    _add_callers(parser.add_argument_group("who comes"))
    desk = parser.add_argument_group("who serves them")
    desk.add_argument("--agents", type=_names, default=("amira", "ben"), metavar="NAME,…", help="(amira,ben)")
    desk.add_argument("--password", default="holdfast", help="of all of them (the demo's)")
    _add_seconds(desk, "work", WORK_SECONDS, "of an agent's work, wrap-up included: the mean")
    desk.add_argument("--slots", type=int, choices=range(1, 11), default=3, help="chats an agent, when dry (3)")
    desk.add_argument("--no-breaks", action="store_true", help="agents work through")


def _add_callers(who: argparse._ArgumentGroup) -> None:
    who.add_argument("--arrivals", type=_rate, default=60.0, metavar="RATE", help="such as 120/h or 2/min (60/h)")
    who.add_argument("--queues", type=_weights, default={"cards": 1.0}, metavar="NAME[=WEIGHT],…", help="(cards)")
    _add_seconds(who, "patience", PATIENCE_SECONDS, "of patience: the mean")
    for name, text in SHARES.items():
        default = getattr(Shares(), name)
        who.add_argument(f"--{name}", type=_share, default=default, metavar="SHARE", help=f"{text} (%(default)g)")
    who.add_argument("--numbers", type=_numbers, default=DEMO_NUMBERS, metavar="QUEUE=NUMBER,…", help="to ring up")
    who.add_argument("--customer", default="10000001", metavar="NUMBER", help="who they say they are (%(default)s)")
    who.add_argument("--pin", default="4821", help="and that customer's PIN (the demo's)")
    _add_seconds(who, "grace", GRACE_SECONDS, "of the tenant's grace, on the wall's clock")


def _add_seconds(group: argparse._ArgumentGroup, name: str, default: float, text: str) -> None:
    help = f"seconds {text} (%(default)g)"
    group.add_argument(f"--{name}", type=_positive, default=default, metavar="S", help=help)


def simulate_command(arguments: argparse.Namespace, out: TextIO = sys.stdout) -> int:
    """Runs as asked and prints the table; gives the exit code: 1 where a promise was broken, 2 where nothing began."""
    crowd = crowd_of(arguments)
    if arguments.dry:
        print_lines(out, simulate(crowd, arguments.minutes * 60 * arguments.speed).lines())
        return 0
    where = Where(
        url=arguments.url,
        password=arguments.password,
        customer=Customer(arguments.customer, arguments.pin),
        numbers=arguments.numbers,
        minutes=arguments.minutes,
        speed=arguments.speed,
        grace_seconds=arguments.grace,
    )
    try:
        tally = asyncio.run(run(crowd, where, out))
    except CannotBegin as reason:
        sys.stderr.write(f"holdfast: {reason}\n")
        return NOTHING_BEGAN
    except KeyboardInterrupt:  # a second one: the first ends in order
        return INTERRUPTED
    print_lines(out, [*tally.lines(), "", *tally.notes()])
    return 1 if tally.violations else 0


def crowd_of(arguments: argparse.Namespace) -> Crowd:
    shares = Shares(**{name: getattr(arguments, name) for name in SHARES})
    return Crowd(
        queues=arguments.queues,
        agents=arguments.agents,
        arrivals_per_hour=arguments.arrivals,
        work=lognormal(arguments.work, WORK_SPREAD),
        patience=exponential(arguments.patience),
        slots=arguments.slots,
        shares=shares,
        has_breaks=not arguments.no_breaks,
        seed=arguments.seed,
    )


def print_lines(out: TextIO, lines: list[str]) -> None:
    out.write("\n".join(lines) + "\n")
    out.flush()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None


def _positive(text: str) -> float:
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return value


def _share(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share from 0 to 1")
    return value


def _rate(text: str) -> float:
    """Callers an hour."""
    match = RATE.fullmatch(text.strip())
    if match is None or not float(match.group(1)):
        raise argparse.ArgumentTypeError(f"{text} is no rate such as 120/h, 2/min or 0.5/s")
    return float(match.group(1)) * PER_HOUR[match.group(2)]


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise argparse.ArgumentTypeError("nobody is named")
    return names


def _weights(text: str) -> dict[str, float]:
    pairs = (name.partition("=") for name in _names(text))
    return {name: _positive(weight or "1") for name, _, weight in pairs}


def _numbers(text: str) -> dict[str, str]:
    pairs = {name: number for name, _, number in (pair.partition("=") for pair in _names(text))}
    if not all(pairs.values()):
        raise argparse.ArgumentTypeError(f"{text} is not QUEUE=NUMBER")
    return pairs
