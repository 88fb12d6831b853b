"""Prepares the machine for Holdfast. `prepare.py run` makes what `make run` needs; further words: PURPOSES and locks.

Quick when nothing changed. Needs Python 3.8 and nothing else; everything goes into folders that git ignores.
"""

from __future__ import annotations

import sys
import time

from preparation import browser, environments, locks, model, web
from preparation.plan import prepare
from preparation.progress import CannotPrepare, Progress, say, stop_everything

STEPS = (
    environments.service(),
    environments.rasa(),
    web.packages(),
    web.build(),
    model.model(),
    browser.browser(),
)
PURPOSES = {
    "setup": ("service", "rasa", "web-packages", "browser"),
    "run": ("service", "rasa", "web", "model"),
    "test": ("service", "rasa", "web", "model", "browser"),
    "test-unit": ("service",),
    "check": ("service", "web-packages"),
    "train": ("model",),
    "web": ("web",),
}


def main(words: list[str]) -> int:
    if len(words) != 1 or words[0] not in {*PURPOSES, "lock", "upgrade-locks", "check-locks"}:
        print(__doc__, file=sys.stderr)
        return 2
    purpose = words[0]
    started = time.monotonic()
    try:
        if purpose == "check-locks":
            locks.check_locks()
        elif purpose.endswith(("lock", "locks")):
            locks.make_locks(Progress("lock"), upgrade=purpose == "upgrade-locks")
        elif not prepare(STEPS, PURPOSES[purpose]):
            return 1
    except CannotPrepare as reason:
        say("locks", str(reason))
        return 1
    except KeyboardInterrupt:
        stop_everything()
        return 130
    if purpose in {"setup", "train", "web"}:
        print(f"Everything for '{purpose}' is in place ({time.monotonic() - started:.1f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
