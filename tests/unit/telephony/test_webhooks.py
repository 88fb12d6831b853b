"""A webhook that outlives the one who asked for it."""

import asyncio
import gc
import logging

import pytest
from aiohttp import web

from telephony.emulator.faults import Faults
from telephony.emulator.webhooks import Webhooks


async def test_a_webhook_that_fails_after_its_caller_hung_up_is_told_once_and_harms_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, hung_up = asyncio.Event(), asyncio.Event()

    async def cut(request: web.Request) -> web.Response:
        asked.set()
        await hung_up.wait()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", cut)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    webhooks = Webhooks("token", Faults(), 5.0)
    surprises: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: surprises.append(context))
    caller = asyncio.ensure_future(webhooks.fetch(f"http://127.0.0.1:{port}/", "POST", {"CallSid": "CA1"}))
    await asyncio.wait_for(asked.wait(), 5)
    with caplog.at_level(logging.WARNING):
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        hung_up.set()
        await asyncio.sleep(0.5)
    await webhooks.close()
    await runner.cleanup()
    gc.collect()
    assert [record.getMessage() for record in caplog.records] == [
        "a webhook was not answered, and the one who asked is gone: ServerDisconnectedError"
    ]
    assert not surprises
