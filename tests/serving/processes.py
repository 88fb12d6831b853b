"""Processes that a test has started, and what those have started themselves."""

from __future__ import annotations

import ctypes
import signal
from pathlib import Path

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1
_PRCTL = getattr(ctypes.CDLL(None), "prctl", None)  # Linux has it


def end_with_parent() -> None:
    """In the child: a test run that is killed leaves nothing behind."""
    if _PRCTL is not None:
        _PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL)


def children(pid: int, program: str) -> list[int]:
    """The direct children of a process in whose command line this stands."""
    found = PROC.joinpath(str(pid), "task", str(pid), "children").read_text().split()
    return [int(child) for child in found if program in _command(int(child))]


def is_running(pid: int) -> bool:
    """Whether it is there and not merely waited for."""
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
