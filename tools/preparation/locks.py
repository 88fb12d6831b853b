"""The locks: made by uv, hashed, and free of anything that belongs to one machine or one registry."""

from __future__ import annotations

import re
from pathlib import Path

from preparation.progress import CannotPrepare, Progress
from preparation.project import RASA, ROOT, WEB
from preparation.uv import environment_for_uv, uv

PLAIN = ("--quiet", "--generate-hashes", "--no-emit-index-url", "--no-header")
SERVICE = ("--universal", "--python-version", "3.12")
# Rasa's TensorFlow has no wheels for every platform, so a universal lock has no solution: it is locked where it runs.
DIALOGUE = ("--python-platform", "x86_64-unknown-linux-gnu", "--python-version", "3.10")
LOCKS = (
    (ROOT, "requirements.lock", ("pyproject.toml", *SERVICE)),
    (ROOT, "requirements-dev.lock", ("pyproject.toml", "--group", "dev", "-c", "requirements.lock", *SERVICE)),
    (ROOT, "tools/node.lock", ("--group", "node", *SERVICE)),
    (RASA, "requirements.lock", ("pyproject.toml", *DIALOGUE)),
    (RASA, "requirements-dev.lock", ("pyproject.toml", "--group", "dev", "-c", "requirements.lock", *DIALOGUE)),
)
PACKAGES = (WEB / "package-lock.json", ROOT / "bench" / "browsing" / "lighthouse" / "package-lock.json")
FOREIGN = re.compile(r"\w+://|(^|[\s=\"'])(/|~/)\w|^\s*--(?!hash)")


def make_locks(progress: Progress, upgrade: bool) -> None:
    """Resolves anew; what is locked stays unless it no longer fits, or `upgrade` asks for the newest."""
    newest = ("--upgrade",) if upgrade else ()
    for folder, name, words in LOCKS:
        progress.say(f"resolving {(folder / name).relative_to(ROOT)}")
        progress.run(
            [uv(progress), "pip", "compile", *words, *PLAIN, *newest, "--output-file", name],
            cwd=folder,
            env=environment_for_uv(),
            advice="The pins in pyproject.toml have no solution together, or the package index cannot be reached.",
        )
    check_locks()


def check_locks() -> None:
    """Raises CannotPrepare, naming the lines, when a lock holds an address, a path or an option."""
    found = [
        f"{lock.relative_to(ROOT)}:{number}: {line.strip()}"
        for lock in [*(folder / name for folder, name, _ in LOCKS), *PACKAGES]
        for number, line in enumerate(_read(lock), start=1)
        if _is_foreign(lock, line)
    ]
    if found:
        raise CannotPrepare("\n".join(["these lines belong to one machine or registry; run 'make lock':", *found]))


def _is_foreign(lock: Path, line: str) -> bool:
    if lock.name == "package-lock.json":
        return '"resolved"' in line or "file:" in line
    return FOREIGN.search(line) is not None


def _read(lock: Path) -> list[str]:
    if not lock.exists():
        raise CannotPrepare(f"{lock.relative_to(ROOT)} is missing.")
    return lock.read_text().splitlines()
