"""`python -m bench.soak`: a crowd on several processes while services, Redis and PostgreSQL are killed under it.

Every acknowledged contact is remembered. After each kill, and when everybody is served or gone, it is checked that none
is lost, none is with two agents, no order got worse, no slot or deadline is left over, no word is lost or kept twice;
at the end too that the events prove the order of the offers, and the statistics. Then fifty routers of two processes
race for one contact, a thousand times. Ctrl-C ends the kills: everybody is served, and all is checked.

The seed that is printed rolls the same dice again; the races between the processes differ. Exit code 1 where a promise
was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic, strftime

import aiohttp
from real_postgres import PostgresServer
from real_redis import RedisServer
from serving.demo import changed_tenant
from serving.races import racing
from serving.rasa import shared_rasa
from serving.together import together
from soaking.soak import AGENTS, HURRIED, Soak, Summary
from soaking.upheaval import Upheaval

from assistant.adapters.migrate import migrate
from bench.table import print_table

KILLS = 200
PROCESSES = 3
ROUNDS = 1000
EVENTS_PER_SECOND = 50.0
TIMEOUT_SECONDS = 30.0
DEADLOCK = "deadlock detected"


def say(line: str) -> None:
    print(f"{strftime('%H:%M:%S')}  {line}", flush=True)


async def soak(folder: Path, options: argparse.Namespace) -> Summary:
    postgres, redis = PostgresServer(folder / "postgres"), RedisServer(folder / "redis")
    postgres.create()
    postgres.start()
    redis.start()
    try:
        with shared_rasa(folder / "rasa") as rasa:
            settings = rasa.settings | changed_tenant(folder, **HURRIED)
            stores = {"database_url": postgres.url(), "redis_url": redis.url}
            with together(folder, options.processes, AGENTS, **stores, **settings) as deployment:
                upheaval = Upheaval(deployment, postgres, redis, random.Random(options.seed))
                connector = aiohttp.TCPConnector(limit=0, force_close=True)
                patience = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
                async with aiohttp.ClientSession(connector=connector, timeout=patience) as http:
                    crowd = Soak(http, deployment, upheaval, options.seed, events_per_second=options.events, say=say)
                    ends_at = monotonic() + options.minutes * 60 if options.minutes else float("inf")
                    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, crowd.end_soon)
                    summary = await crowd.run(options.kills, ends_at)
                    summary.deadlocks = (folder / "postgres" / "log").read_text(errors="replace").count(DEADLOCK)
                    return summary
    finally:
        redis.kill()
        postgres.stop()


async def race(folder: Path, rounds: int) -> list[str]:
    """What went wrong in so many rounds, if anything."""
    postgres = PostgresServer(folder / "races")
    postgres.create()
    postgres.start()
    try:
        await migrate(postgres.url())
        async with racing(postgres.url()) as raced:
            async for n, _ in raced.rounds(rounds):
                if (n + 1) % 100 == 0:
                    say(f"{n + 1} rounds: one winner each")
    except AssertionError as error:
        return [f"routers: {error}"]
    finally:
        postgres.stop()
    return []


def show(summary: Summary, rounds: int) -> None:
    counts, outcomes = summary.counts, summary.outcomes
    rows = [
        ("kills", ", ".join(f"{n} {kind}" for kind, n in sorted(summary.kills.items()))),
        ("contacts acknowledged", summary.contacts),
        ("served / left by themselves", f"{outcomes['handled']} / {outcomes['left']}"),
        ("events of callers and agents", f"{counts['events']}, {counts['events'] / summary.seconds:.0f} a second"),
        (
            "joins / visits / consoles cut and repeated",
            "{joins cut} / {visits cut} / {consoles cut}".format_map(counts),
        ),
        ("offers accepted / declined", f"{counts['accept']} / {counts['decline']}"),
        ("offers whose order is proved from the events", summary.offers),
        ("deadlocks that PostgreSQL had to end", summary.deadlocks),
        ("from kill to all answering, median / worst s", _recovery(summary.recoveries)),
        ("rounds of fifty routers for one contact", rounds),
        ("promises broken", len(summary.breaches)),
    ]
    print_table(("soak", f"{summary.seconds / 60:.1f} minutes"), rows)
    for breach in summary.breaches:
        print(f"BROKEN: {breach}")


def _recovery(seconds: list[float]) -> str:
    return f"{median(seconds):.1f} / {max(seconds):.1f}" if seconds else "-"


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="how many kills (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="the dice to roll")
    parser.add_argument("--minutes", type=float, help="end sooner, after so many minutes")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="of the service (%(default)s)")
    parser.add_argument("--events", type=float, default=EVENTS_PER_SECOND, help="a second, about (%(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="races of fifty routers (%(default)s)")
    parser.add_argument("--keep", type=Path, help="leave logs and databases in this folder")
    return parser.parse_args()


def main() -> None:
    options = read_options()
    say(f"seed {options.seed}: --seed {options.seed} rolls the same dice again")
    folder = options.keep or Path(tempfile.mkdtemp(prefix="holdfast-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    try:
        summary = asyncio.run(soak(folder, options))
        summary.breaches += asyncio.run(race(folder, options.rounds))
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    show(summary, options.rounds)
    print(f"seed {options.seed}")
    sys.exit(1 if summary.breaches else 0)


if __name__ == "__main__":
    main()
