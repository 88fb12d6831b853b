"""The two Python environments, each filled from its hashed lock."""

from __future__ import annotations

from pathlib import Path

from preparation.fingerprints import fingerprint, is_stamped, write_stamp
from preparation.plan import Step
from preparation.progress import Progress
from preparation.project import RASA, RASA_ENV, ROOT, SERVICE_ENV
from preparation.uv import environment_for_uv, make_environment, uv

NETWORK = "If the package index cannot be reached, set UV_DEFAULT_INDEX (a mirror) or HTTPS_PROXY and run this again."


def service() -> Step:
    """Python 3.12 with the service, editable, and all that checks and tests need."""

    def packages() -> str:
        return fingerprint(ROOT, ["requirements-dev.lock"], "3.12", str(ROOT))

    def project() -> str:
        return fingerprint(ROOT, ["pyproject.toml"], packages())

    def is_fresh() -> bool:
        return (SERVICE_ENV / "bin" / "python").exists() and is_stamped(SERVICE_ENV / ".project", project())

    def make(progress: Progress) -> None:
        _fill(progress, SERVICE_ENV, "3.12", ROOT / "requirements-dev.lock", packages())
        progress.run(
            [uv(progress), "pip", "install", "--quiet", "--no-deps", "--python", SERVICE_ENV / "bin/python", "-e", "."],
            env=environment_for_uv(),
            advice=NETWORK,
        )
        write_stamp(SERVICE_ENV / ".project", project())

    return Step("service", (), is_fresh, make)


def rasa() -> Step:
    """Python 3.10 with Rasa, which the service reaches over loopback only."""

    def packages() -> str:
        return fingerprint(RASA, ["requirements-dev.lock"], "3.10", str(ROOT))

    def is_fresh() -> bool:
        return (RASA_ENV / "bin" / "python").exists() and is_stamped(RASA_ENV / ".packages", packages())

    def make(progress: Progress) -> None:
        _fill(progress, RASA_ENV, "3.10", RASA / "requirements-dev.lock", packages())

    return Step("rasa", (), is_fresh, make)


def _fill(progress: Progress, folder: Path, version: str, lock: Path, value: str) -> None:
    """Bytecode is compiled here, once: it halves the start of everything afterwards."""
    stamp = folder / ".packages"
    if (folder / "bin" / "python").exists() and is_stamped(stamp, value):
        return
    program = uv(progress)
    if not (folder / "bin" / "python").exists():
        make_environment(progress, folder, version)
    count = sum("==" in line and not line.lstrip().startswith("#") for line in lock.read_text().splitlines())
    progress.say(f"installing {count} packages into {folder.relative_to(ROOT)}")
    sync = ("pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode")
    progress.run(
        [program, *sync, "--python", folder / "bin" / "python", lock], env=environment_for_uv(), advice=NETWORK
    )
    write_stamp(stamp, value)
