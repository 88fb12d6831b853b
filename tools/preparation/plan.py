"""The steps of preparation, in the order their needs ask for and otherwise at once."""

from __future__ import annotations

import fcntl
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Callable, Sequence

from preparation.progress import CannotPrepare, Progress, Stopped, say, stop_everything
from preparation.project import TOOLS


@dataclass(frozen=True)
class Step:
    """One product. `is_fresh` must be cheap; `make` may take minutes and must be safe to repeat."""

    name: str
    needs: tuple[str, ...]
    is_fresh: Callable[[], bool]
    make: Callable[[Progress], None]


def prepare(steps: Sequence[Step], wanted: Sequence[str]) -> bool:
    """Makes what is stale among `wanted` and all they need.

    True if everything is there now; otherwise what is missing has been said.
    """
    closure = _closure({step.name: step for step in steps}, wanted)
    stale = [step for step in steps if step.name in closure and not step.is_fresh()]
    if not stale:
        return True
    pending = {step.name: step for step in stale}
    running: dict[Future[None], str] = {}
    failed = False
    with ThreadPoolExecutor(max_workers=len(stale)) as pool:
        while (pending and not failed) or running:
            for step in [] if failed else list(pending.values()):
                if not any(need in pending or need in running.values() for need in step.needs):
                    running[pool.submit(_make_once, step)] = step.name
                    del pending[step.name]
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                failed = not _ended_well(future, running.pop(future)) or failed
    return not failed


def _closure(steps: dict[str, Step], wanted: Sequence[str]) -> set[str]:
    reached: set[str] = set()
    ahead = list(wanted)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(steps[name].needs)
    return reached


def _make_once(step: Step) -> None:
    """Two runs of make may start at the same time: the second waits, and finds the work done."""
    locks = TOOLS / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / step.name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(step.name, "another make is at work on this, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if step.is_fresh():
            return
        progress = Progress(step.name)
        step.make(progress)
        progress.say(f"done in {progress.seconds()}")


def _ended_well(future: Future[None], name: str) -> bool:
    try:
        future.result()
    except Stopped:
        return False
    except CannotPrepare as reason:
        stop_everything()
        say(name, str(reason))
        return False
    return True
