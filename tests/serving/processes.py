"""What a process that a test has started has started itself."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


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
