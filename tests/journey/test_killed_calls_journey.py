"""`kill -9` of the service in the middle of a call, with a telephone company that lives on: `holdfast emulator`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE
from serving.patience import until, wait_until
from serving.ports import free_port
from serving.rasa import Rasa
from serving.service import Service

MAYAS_PHONE = "+442071838750"
ACCOUNT = "AC" + "0" * 32
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"


@pytest.fixture
def both(tmp_path: Path, rasa: Rasa) -> Iterator[tuple[Service, Service]]:
    """The service, and the telephone company as a process of its own that calls it."""
    company = Service(tmp_path / "company", "emulator")
    at = f"http://127.0.0.1:{company.port}"
    account = {"HOLDFAST_TWILIO_ACCOUNT_SID": ACCOUNT, "HOLDFAST_TWILIO_API_URL": at}
    service = Service(tmp_path / "service", HOLDFAST_PORT=str(free_port()), **rasa.settings, **account)
    service.port = int(service.settings["HOLDFAST_PORT"])
    service.settings["HOLDFAST_PUBLIC_URL"] = company.settings["HOLDFAST_PUBLIC_URL"] = (
        f"http://127.0.0.1:{service.port}"
    )
    company.launch()
    try:
        wait_until("the telephone company answers", lambda: company.get(CALLS)[0] == 401)
        with service:
            service.wait_until_ready()
            yield service, company
        service.assert_quiet_log()
    finally:
        company.kill()


async def test_two_who_talk_go_on_talking_and_end_in_order(
    both: tuple[Service, Service], http: aiohttp.ClientSession
) -> None:
    service, company = both
    at = f"http://127.0.0.1:{company.port}"
    maya = await EmulatedPhone.register(http, at, MAYAS_PHONE, "/phone")
    desk = await EmulatedPhone.register(http, at, "client:amira", "/phone")
    await maya.dial(CARDS_LINE)
    await maya.hears("your place in the queue is secured", since=0)
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    await amira.accept(offer)
    await desk.is_rung()
    await desk.take()
    await maya.is_in_conference()
    await desk.is_in_conference()
    await amira.about("contact.connected", offer["contact_id"])

    service.kill()
    await amira.close()
    await desk.speaks("Are you still there?")
    await maya.hears_other("Are you still there?")
    service.start()
    service.wait_until_ready()

    amira = await AgentConsole.sign_in(http, service.url, "amira")
    assert [card["contact_id"] for card in amira.snapshot["contacts"]] == [offer["contact_id"]]

    async def can_hold() -> bool:
        await amira.command("hold", contact_id=offer["contact_id"])
        return True

    await until("the console reaches the conference again", can_hold)
    await amira.command("resume", contact_id=offer["contact_id"])
    await amira.command("end", contact_id=offer["contact_id"])
    await maya.hears("Thank you for calling", since=0)
    await maya.is_in("completed")
    await desk.is_in("completed")
