"""The whole service is audited while it runs: by the command, from outside, through a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from journey.chat import ChatCaller
from journey.console import AgentConsole
from serving.service import Service

from assistant.model.place import rfc3339

# the engine is no part of it
NO_RASA = {"HOLDFAST_RASA_URL": "http://127.0.0.1:9", "HOLDFAST_RASA_TOKEN": "nobody"}


def audited(service: Service) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of the last hour."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    now = datetime.now(UTC)
    between = ["--from", rfc3339(now - timedelta(hours=1)), "--to", rfc3339(now + timedelta(minutes=1))]
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "audit", *between, "--json"],
        cwd=service.folder,
        env=inherited | service.settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


async def test_a_service_that_was_killed_in_between_is_proved_to_have_kept_the_order(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    with Service(tmp_path, **NO_RASA) as service:
        callers = [await (await ChatCaller.join(http, service.url)).open() for _ in range(5)]
        amira = await AgentConsole.sign_in(http, service.url, "amira")
        await amira.command("ready")
        await amira.accept(await amira.is_offered(callers[0].contact_id))
        declined = await amira.is_offered(callers[1].contact_id)
        since = amira.heard.mark
        await amira.command("decline", offer_id=declined["offer_id"], reason="busy")
        await amira.is_offered(callers[3].contact_id, since)
        code, told = audited(service)
        assert (code, told["is_proved"], told["faults"]) == (0, True, 0)
        assert told["overtakes"]["declined_recently"] >= 1
        assert told["first_offers"] == 4
        await amira.close()
        service.kill()
        service.start()
        ben = await AgentConsole.sign_in(http, service.url, "ben")
        for caller in callers[1:]:
            await caller.open()
        await ben.command("ready")
        await ben.accept(await ben.is_offered(callers[1].contact_id))
        code, told = audited(service)
        assert (code, told["is_proved"]) == (0, True), told["findings"]
        assert told["offers"] > 4
