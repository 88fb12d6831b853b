"""Our share of a call: a turn while fifty callers talk, five hundred in hold music, and the moment in which two meet.

The telephone company's side is played here: it signs its webhooks, does what the TwiML says, plays the music as long as
it lasts, and asks for the next document when it is through. What is timed is a webhook, from its first byte sent to the
last byte of the TwiML; over a relay, from what was understood of the caller to the first words of the answer.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import aiohttp
import uvloop
from journey.console import AgentConsole
from journey.provider import Provider, provider
from journey.telephone import CARDS_LINE, Line, SignedCall
from serving.demo import changed_tenant
from serving.rasa import own_rasa
from serving.service import TWILIO_TOKEN, Service

from bench import relayed
from bench.processes import cpu_seconds, load_average
from bench.table import print_table
from telephony.hold_music import PIECE_SECONDS

TALKING = 50
BETWEEN_WORDS_SECONDS = 5.0
TALK_SECONDS = 40.0
ON_HOLD = 500
DIALLING_SECONDS = 20.0
HOLD_SECONDS = 60.0
ROUNDS = 40
TWILIO_GIVES_UP_SECONDS = 15.0
MAYA = "+442071838750"
WORDS = (
    "how long will it take",
    "my card was declined at the supermarket",
    "the credit card",
    "where am i in the queue",
    "forty pounds",
    "what have you noted",
    "how many people are ahead of me",
    "what can you do",
)


@dataclass
class TimedLine(Line):
    """Keeps how long each webhook took."""

    took: list[float] = field(default_factory=list)

    async def post(
        self, address: str, fields: dict[str, str], *, headers: dict[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        begun = perf_counter()
        answer = await super().post(address, fields, headers=headers)
        self.took.append(perf_counter() - begun)
        return answer


def caller_number(n: int) -> str:
    return f"+4420794{n:05d}"


async def talk(line: TimedLine, number: str, chance: random.Random, until: float) -> None:
    """One caller, who says something every few seconds; a call that has been led into silence is woken by a key."""
    call = SignedCall(line, number)
    await call.dial()
    said = chance.randrange(len(WORDS))
    while True:
        await asyncio.sleep(chance.expovariate(1 / BETWEEN_WORDS_SECONDS))
        if perf_counter() > until:
            return
        if "speech" in call.listens_for():
            await call.say(WORDS[said % len(WORDS)])
            said += 1
        else:
            await call.press("1")


async def hold(line: TimedLine, number: str, begins_after: float, until: float) -> None:
    """One caller, who asks for quiet and hears the music to its end each time."""
    await asyncio.sleep(begins_after)
    call = SignedCall(line, number)
    await call.dial()
    await call.press("0")
    while call.at is not None:
        plays = sum(int(play.get("loop", "1")) for play in call.at.findall("Play"))
        await asyncio.sleep(plays * PIECE_SECONDS + float(call.at.get("timeout", "5")))
        if perf_counter() > until:
            return
        await call.stay_silent()


async def talking(service: Service) -> list[tuple[object, ...]]:
    chance = random.Random(7)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        line = TimedLine(http, service.url, TWILIO_TOKEN)
        until = perf_counter() + TALK_SECONDS
        used, begun = cpu_seconds(service.pid), perf_counter()
        await asyncio.gather(*(talk(line, caller_number(n), chance, until) for n in range(TALKING)))
        cores = (cpu_seconds(service.pid) - used) / (perf_counter() - begun)
    return [_row(f"a turn by <Gather>, {TALKING} calls that talk", line.took, cores, "40 and 150")]


async def relaying(service: Service) -> list[tuple[object, ...]]:
    chance = random.Random(7)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        line = Line(http, service.url, TWILIO_TOKEN)
        until = perf_counter() + TALK_SECONDS
        used, begun = cpu_seconds(service.pid), perf_counter()
        calls = (
            relayed.talk(line, caller_number(n), WORDS, chance, BETWEEN_WORDS_SECONDS, until) for n in range(TALKING)
        )
        took = [seconds for each in await asyncio.gather(*calls) for seconds in each]
        cores = (cpu_seconds(service.pid) - used) / (perf_counter() - begun)
    return [_row(f"a turn over the relay, {TALKING} calls that talk", took, cores, "40 and 150")]


async def holding(service: Service) -> list[tuple[object, ...]]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        line = TimedLine(http, service.url, TWILIO_TOKEN)
        until = perf_counter() + DIALLING_SECONDS + HOLD_SECONDS
        calls = [
            asyncio.create_task(hold(line, caller_number(n), n * DIALLING_SECONDS / ON_HOLD, until))
            for n in range(ON_HOLD)
        ]
        await asyncio.sleep(DIALLING_SECONDS)
        line.took.clear()
        used, begun = cpu_seconds(service.pid), perf_counter()
        await asyncio.sleep(HOLD_SECONDS)
        cores = (cpu_seconds(service.pid) - used) / (perf_counter() - begun)
        held = list(line.took)
        await asyncio.gather(*calls)
    return [_row(f"a piece of music, {ON_HOLD} calls on hold", held, cores, "none late, one core")]


async def meeting(service: Service, line: TimedLine, company: Provider) -> list[float]:
    """Seconds from an agent's key 1 to both legs having been told to join."""
    took = []
    amira = await AgentConsole.sign_in(line.http, service.url, "amira")
    for _ in range(ROUNDS):
        since = amira.heard.mark
        caller = SignedCall(line, MAYA)
        await caller.dial()
        await amira.command("ready")
        offer = await amira.is_offered(since=since)
        company.made.clear()
        company.updated.clear()
        await amira.accept(offer)
        asked = await company.wait_for("the agent's leg", lambda: company.made)
        leg = SignedCall(line, CARDS_LINE, asked["To"], sid=asked["sid"], direction="outbound-api")
        await leg.follow(asked["Url"])
        begun = perf_counter()
        _, moved = await asyncio.gather(leg.press("1"), moved_by(company, caller))
        took.append(perf_counter() - begun)
        await caller.follow(moved["Url"])
        await line.post(*leg.conference_begins())
        await amira.about("contact.connected", offer["contact_id"])
        await amira.command("not_ready", reason="break")
        await line.post(asked["StatusCallback"], leg.fields(CallStatus="completed", SequenceNumber="3"))
        await amira.about("contact.closed", offer["contact_id"])
        await caller.hang_up()
        await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
    return took


async def moved_by(company: Provider, caller: SignedCall) -> dict[str, str]:
    """How the service has the caller brought out of the loop."""
    return await company.wait_for(
        "the caller's way out of the loop", lambda: [form for form in company.updated if form["sid"] == caller.sid]
    )


def _row(name: str, took: Sequence[float], cores: float | None, to_reach: str) -> tuple[object, ...]:
    late = sum(each > TWILIO_GIVES_UP_SECONDS for each in took)
    figures = (median(took), quantiles(took, n=20)[-1], quantiles(took, n=100)[-1], max(took))
    return (
        name,
        len(took),
        *(f"{each * 1000:.1f}" for each in figures),
        late,
        "" if cores is None else f"{cores:.2f}",
        to_reach,
    )


async def measure(folder: Path, rasa_settings: dict[str, str]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    with Service(folder / "talking", **rasa_settings) as service:
        service.wait_until_ready()
        rows += await talking(service)
    with Service(
        folder / "relaying", **rasa_settings, **changed_tenant(folder / "relaying", parts={"relay": {}})
    ) as service:
        service.wait_until_ready()
        rows += await relaying(service)
    with Service(folder / "holding", **rasa_settings) as service:
        service.wait_until_ready()
        rows += await holding(service)
    async with provider(TWILIO_TOKEN) as company, aiohttp.ClientSession() as http:
        with Service(folder / "meeting", **rasa_settings, **company.settings) as service:
            service.wait_until_ready()
            met = await meeting(service, TimedLine(http, service.url, TWILIO_TOKEN), company)
            rows.append(_row("key 1 to both legs told to join", met, None, "150 at 95 %"))
    return rows


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name, own_rasa(Path(name) / "rasa") as rasa:
        rows = uvloop.run(measure(Path(name), rasa.settings))
    head = (f"in to out, ms (load {load_average()})", "n", "50 %", "95 %", "99 %", "most", "late", "cores")
    print_table((*head, "to reach, ms"), rows)
