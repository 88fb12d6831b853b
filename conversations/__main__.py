"""`python -m conversations`: holds every conversation of `scripts.yml` and writes `docs/conversations.md`.

`--only WORDS` holds those whose title has these words, and prints them instead. `--write FILE` writes elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from serving.rasa import Rasa, shared_rasa
from serving.service import Service

from conversations.call import call
from conversations.chat import Line, NotAsItIs, visit
from conversations.page import page
from conversations.script import ROOT, Script, load

PAGE = ROOT / "docs" / "conversations.md"
TRIES = 4
CALL_SPEED = "8"

type Talk = Callable[[aiohttp.ClientSession, str, Script], Awaitable[list[Line]]]


async def hold(folder: Path, rasa: Rasa, script: Script, talk: Talk) -> tuple[Script, list[Line]]:
    """One conversation on a service of its own, so that none finds what another has left."""
    for attempt in range(TRIES):
        settings = rasa.settings | {"HOLDFAST_EMULATOR_SPEED": CALL_SPEED}
        with Service(folder / f"{abs(hash(script.title))}-{attempt}", **settings) as service:
            await asyncio.to_thread(service.wait_until_ready)
            async with aiohttp.ClientSession() as http:
                try:
                    return script, await talk(http, service.url, script)
                except NotAsItIs:
                    sys.stderr.write(f"{script.title}: the assistant was too slow, once more\n")
    raise SystemExit(f"{script.title}: this machine is too busy for it")


async def hold_all(folder: Path, rasa: Rasa, only: str | None) -> str:
    scripts, wanted = load(), (only or "").lower()
    chats = []
    for script in scripts.chats:
        if wanted in script.title.lower():
            sys.stderr.write(f"{script.title}\n")
            chats.append(await hold(folder, rasa, script, visit))
    if only is not None and wanted not in scripts.call.title.lower():
        return page(chats, (scripts.call, []))
    sys.stderr.write(f"{scripts.call.title}\n")
    return page(chats, await hold(folder, rasa, scripts.call, call))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m conversations", description=__doc__)
    parser.add_argument("--only", metavar="WORDS")
    parser.add_argument("--write", metavar="FILE", type=Path, default=PAGE)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-conversations-") as folder,
        shared_rasa(Path(folder) / "rasa") as rasa,
    ):
        text = asyncio.run(hold_all(Path(folder), rasa, chosen.only))
    if chosen.only is not None:
        sys.stdout.write(text)
    else:
        chosen.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
