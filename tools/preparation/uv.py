"""uv, from the PATH or from a folder of the project, and the interpreters that it finds."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from pathlib import Path

from preparation.progress import CannotPrepare, Progress, answer
from preparation.project import ROOT, TOOLS

OLDEST = (0, 8)  # dependency groups in `pip compile`, bytecode in `pip sync`
WANTED = "uv>=0.9,<1"
PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
OWN = TOOLS / "uv"
GET_UV = "Get uv from https://docs.astral.sh/uv/ (or 'pipx install uv') and run this again."

_one_at_a_time = threading.Lock()


def uv(progress: Progress) -> Path:
    """The uv to use; installs it into `.tools/uv` when the PATH has none that is new enough."""
    with _one_at_a_time:
        for candidate in (shutil.which("uv"), *(str(path) for path in _own_candidates())):
            if candidate and _is_new_enough(candidate):
                return Path(candidate)
        return _install(progress)


def environment_for_uv() -> dict[str, str]:
    """uv does not read pip's settings; a mirror that is set for pip is meant for it as well."""
    env = {"UV_NO_PROGRESS": "1", "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy" if _crosses_disks() else "")}
    mirror = os.environ.get("PIP_INDEX_URL")
    if mirror and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(os.environ):
        env["UV_DEFAULT_INDEX"] = mirror
    return {name: value for name, value in env.items() if value}


def make_environment(progress: Progress, folder: Path, version: str) -> None:
    """An empty virtual environment with this line of Python, in place of whatever stood there."""
    program = uv(progress)
    progress.run(
        [program, "venv", "--quiet", "--clear", "--python", _interpreter(program, version), folder],
        env=environment_for_uv(),
        advice=f"Holdfast needs Python {version} and it could be neither found nor downloaded. Get it with "
        f"'pyenv install {version}', 'uv python install {version}' or your system's packages "
        f"(python{version} must then be on the PATH), and run this again.",
    )


def _interpreter(program: Path, version: str) -> str:
    """An interpreter of this machine if there is one; the bare version asks uv to download it."""
    found = answer(str(program), "python", "find", "--no-python-downloads", "--no-project", version)
    if found:
        return found
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    return str(installed[-1]) if installed else version


def _own_candidates() -> tuple[Path, Path]:
    return OWN / "bin" / "uv", OWN / "packages" / "bin" / "uv"


def _is_new_enough(candidate: str) -> bool:
    numbers = re.search(r"(\d+)\.(\d+)", answer(candidate, "--version") or "")
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= OLDEST


def _install(progress: Progress) -> Path:
    """By a venv's pip; by the interpreter's own pip where the system has split venv off."""
    progress.say("no uv on the PATH, installing it into .tools/uv")
    in_venv, in_folder = _own_candidates()
    try:
        progress.run([sys.executable, "-m", "venv", "--clear", OWN], advice="")
        progress.run([OWN / "bin" / "python", *PIP_INSTALL, WANTED], advice="")
        return in_venv
    except CannotPrepare:
        progress.run(
            [sys.executable, *PIP_INSTALL, "--upgrade", "--target", OWN / "packages", WANTED],
            advice=f"uv could not be installed. {GET_UV}",
        )
        return in_folder


def _crosses_disks() -> bool:
    """uv hard-links from its cache; across file systems it warns and copies, so copy at once."""
    cache = Path(os.environ.get("UV_CACHE_DIR", Path.home() / ".cache"))
    return cache.exists() and cache.stat().st_dev != ROOT.stat().st_dev
