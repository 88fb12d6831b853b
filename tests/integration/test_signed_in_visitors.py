"""Visitors who are signed in on the host page: known at once, and nobody is refused the line for a bad token."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import jwt
import pytest
from journey.chat import ChatCaller
from serving.demo import changed_tenant, shows
from serving.service import Service

KEY = "a shared secret that only the bank's own site has"
RULES = {"algorithm": "HS256", "issuer": "https://bank.example", "audience": "holdfast"}


@pytest.fixture(scope="module")
def bank_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("identity")
    tenant = changed_tenant(folder, parts={"verification": {"identity": RULES}})
    settings = {"HOLDFAST_IDENTITY_KEY": KEY, "HOLDFAST_RASA_URL": "http://127.0.0.1:9"}
    with Service(folder, **settings, **tenant) as service:
        yield service
    service.assert_quiet_log()


def token(number: str = "10000001", key: str = KEY) -> str:
    claims = {"iss": RULES["issuer"], "aud": RULES["audience"], "exp": time.time() + 60, "sub": number}
    return jwt.encode(claims | {"name": "Maya Okafor"}, key, algorithm="HS256")


async def test_who_is_signed_in_on_the_host_page_is_verified_at_once(
    bank_site: Service, http: aiohttp.ClientSession
) -> None:
    given = token()
    caller = await ChatCaller.join(http, bank_site.url, "accounts", identity_token=given)
    assert caller.joined["verified"] is True
    assert (await caller.show())["gathered"]["verified"] is True
    assert not shows(given, bank_site.log)


async def test_a_token_that_is_not_accepted_costs_nobody_the_place(
    bank_site: Service, http: aiohttp.ClientSession
) -> None:
    for bad in (token(key="another key that is just as long as the first"), "rubbish"):
        caller = await ChatCaller.join(http, bank_site.url, "fraud", identity_token=bad)
        assert caller.joined["verified"] is False
        assert caller.joined["place"]["position"] is not None
        assert not shows(bad, bank_site.log)


async def test_the_same_person_has_one_place_whichever_device_it_is(
    bank_site: Service, http: aiohttp.ClientSession
) -> None:
    first = await ChatCaller.join(http, bank_site.url, identity_token=token("10000002"))
    between = await ChatCaller.join(http, bank_site.url)
    second = await ChatCaller.join(http, bank_site.url, identity_token=token("10000002"))
    assert second.joined["place"]["position"] == first.joined["place"]["position"]
    assert (await first.show())["state"] == "closed"
    assert (await between.show())["place"]["position"] == between.joined["place"]["position"]


async def test_a_place_is_claimed_by_a_token_with_all_that_was_said(
    bank_site: Service, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    caller = await ChatCaller.join(http, bank_site.url, "accounts", identity_token=token("10000003"))
    await caller.post("what only this customer may see")
    claim = {"code": caller.joined["place"]["code"], "proof": {"identity_token": token("10000004")}}
    async with http.post(f"{bank_site.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 404, "another customer's token proves nothing"
    claim["proof"] = {"identity_token": token("10000003")}
    async with http.post(f"{bank_site.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 200
        claimed = await answer.json()
    caller.token = claimed["token"]
    assert any(frame["data"].get("text") == "what only this customer may see" for frame in await caller.events())
