"""A Chromium for the tests: the machine's, else Playwright's, else the system's package."""

from __future__ import annotations

import os
import shutil

from preparation.fingerprints import write_stamp
from preparation.plan import Step
from preparation.progress import CannotPrepare, Progress, answer
from preparation.project import CHROMIUM_PATH, SERVICE_PYTHON, TOOLS

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADS = TOOLS / "browsers"
GET_CHROMIUM = (
    "The browser tests need a Chromium. Install one ('apt-get install chromium', or Google Chrome) so that "
    f"{', '.join(NAMES[:3])} is on the PATH, and run this again."
)


def browser() -> Step:
    """`.tools/chromium-path`: one line, the path of a Chromium that starts."""

    def is_fresh() -> bool:
        return CHROMIUM_PATH.exists() and os.access(CHROMIUM_PATH.read_text().strip(), os.X_OK)

    def make(progress: Progress) -> None:
        for find in (_on_path, _from_playwright, _from_system_packages):
            found = find(progress)
            if found:
                progress.say(f"using {found}")
                write_stamp(CHROMIUM_PATH, found)
                return
        raise CannotPrepare(GET_CHROMIUM)

    return Step("browser", ("service",), is_fresh, make)


def _on_path(_: Progress) -> str | None:
    for name in NAMES:
        found = shutil.which(name)
        if found and _starts(found):
            return found
    return None


def _from_playwright(progress: Progress) -> str | None:
    progress.say("no Chromium on the PATH, downloading Playwright's")
    try:
        progress.run(
            [SERVICE_PYTHON, "-m", "playwright", "install", "chromium"],
            env={"PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADS)},
            advice="",
        )
    except CannotPrepare:
        progress.say("Playwright's Chromium could not be downloaded")
        return None
    downloaded = [*DOWNLOADS.glob("chromium-*/chrome-linux*/chrome"), *DOWNLOADS.glob("chromium-*/**/MacOS/*Chrom*")]
    return next((str(path) for path in sorted(downloaded, reverse=True) if _starts(str(path))), None)


def _from_system_packages(progress: Progress) -> str | None:
    as_root = _as_root()
    if as_root is None or not shutil.which("apt-get"):
        return None
    progress.say("installing the system's chromium package")
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        progress.run([*as_root, "apt-get", "update", "-q"], env=quietly, advice=GET_CHROMIUM)
    except CannotPrepare:
        progress.say("the package lists could not be refreshed, going on with those at hand")
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
    progress.run([*as_root, *install], env=quietly, advice=GET_CHROMIUM)
    return _on_path(progress)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and answer(sudo, "-n", "true") is not None:
        return [sudo, "-n"]
    return None


def _starts(path: str) -> bool:
    """A name on the PATH may be a stub that only tells how to install, and a download may miss libraries."""
    return "Chrom" in (answer(path, "--version") or "")
