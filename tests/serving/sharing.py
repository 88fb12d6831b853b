"""Tests that share a server run on one worker.

xdist writes a test's `xdist_group` into a private name of pytest's that 9.2 has given up, so that `--dist loadgroup`
alone spreads every group over all workers, and each starts a server of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadGroupScheduling

A_SERVER_PER_FILE = ("tests/integration/", "tests/journey/")
ONE_SERVER = ("tests/browser/",)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    """As `loadgroup`, with a group for each file, or each folder, that has a server."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByServer(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(ONE_SERVER):
                return nodeid.rpartition("/")[0]
            if nodeid.startswith(A_SERVER_PER_FILE):
                return nodeid.partition("::")[0]
            return nodeid

    return ByServer(config, log)
