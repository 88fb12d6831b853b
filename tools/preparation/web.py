"""The pages: Node, the packages of web/package-lock.json, and the build."""

from __future__ import annotations

import os
import re
import shutil
import threading

from preparation.fingerprints import fingerprint, is_stamped, write_stamp
from preparation.plan import Step
from preparation.progress import Progress, answer
from preparation.project import ROOT, TOOLS, WEB, WEB_DIST, WEB_PACKAGES
from preparation.uv import environment_for_uv, make_environment, uv

OWN = TOOLS / "node"
LOCK = ROOT / "tools" / "node.lock"

_one_at_a_time = threading.Lock()


def packages() -> Step:
    """web/node_modules, exactly as locked."""
    stamp = WEB_PACKAGES / ".packages"

    def value() -> str:
        return fingerprint(WEB, ["package.json", "package-lock.json"])

    def is_fresh() -> bool:
        return _has_node() and is_stamped(stamp, value())

    def make(progress: Progress) -> None:
        before = value()
        env = _with_node(progress)
        if not is_stamped(stamp, before):
            progress.say("installing the packages of web/package-lock.json")
            progress.run(
                ["npm", "ci", "--no-audit", "--no-fund"],
                cwd=WEB,
                env=env,
                advice="If the registry cannot be reached, set npm_config_registry (a mirror) or HTTPS_PROXY.",
            )
            write_stamp(stamp, before)

    return Step("web-packages", (), is_fresh, make)


def build() -> Step:
    """web/dist, from everything in web/ that is not made itself."""
    stamp = WEB_PACKAGES / ".build"

    def value() -> str:
        return fingerprint(WEB, ["."])

    def is_fresh() -> bool:
        return (WEB_DIST / "index.html").exists() and is_stamped(stamp, value())

    def make(progress: Progress) -> None:
        before = value()
        progress.say("building the pages")
        progress.run(
            ["npm", "run", "build"], cwd=WEB, env=_with_node(progress), advice="The sources in web/ do not build."
        )
        write_stamp(stamp, before)

    return Step("web", ("web-packages",), is_fresh, make)


def _has_node() -> bool:
    return (OWN / "bin" / "npm").exists() or (shutil.which("node") is not None and shutil.which("npm") is not None)


def _with_node(progress: Progress) -> dict[str, str]:
    """The PATH under which `node` and `npm` are new enough; installs them into `.tools/node` if need be."""
    with _one_at_a_time:
        path = os.environ.get("PATH", os.defpath)
        if not (OWN / "bin" / "npm").exists():
            if shutil.which("npm") and is_new_enough(answer("node", "--version") or ""):
                return {"PATH": path}
            progress.say("no Node 20.19 or newer on the PATH, installing one into .tools/node")
            _install(progress)
        return {"PATH": f"{OWN / 'bin'}{os.pathsep}{path}"}


def is_new_enough(said: str) -> bool:
    """Vite's floor: 20.19, or 22.12 and later; the odd 21 is not supported."""
    numbers = re.match(r"v(\d+)\.(\d+)", said)
    if numbers is None:
        return False
    version = (int(numbers[1]), int(numbers[2]))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _install(progress: Progress) -> None:
    """Node's own binaries as a Python package: the index that gave everything else gives it too."""
    make_environment(progress, OWN, "3.12")
    progress.run(
        [uv(progress), "pip", "sync", "--quiet", "--require-hashes", "--python", OWN / "bin" / "python", LOCK],
        env=environment_for_uv(),
        advice="Node could not be installed. Get version 20.19 or newer from https://nodejs.org/ and run this again.",
    )
