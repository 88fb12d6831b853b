"""`python -m bench [NAME …]`: all benchmarks, or those named."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = {
    "turn": "one turn of the talk through the service, against the same turn at Rasa's stock REST channel",
    "engine": "the dialogue engine by itself: turns a second, long conversations, start, memory, training",
    "services": "turns that need the bank (a proof, a look-up, a payment), against a plain turn of the same talk",
    "join": "a secured place, against a bare handler that commits one row",
    "waits": "how good the announced waits are, against the formulas of other systems",
    "line": "entering, ranking and leaving a line of up to a million places, its head in SQL, a follower's start",
    "waiting_chats": "ten thousand waiting chats on one process while the head of the line leaves",
    "voice": "a turn of fifty calls that talk, five hundred in hold music, and how caller and agent meet",
    "offers": "from ready to the offer, and from accept to the briefing, with a thousand waiting",
    "reports": "a report over a million contacts, until it is answered and until it is painted",
}


def main() -> None:
    names = sys.argv[1:] or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            sys.exit(f"there is no benchmark {name!r}: {', '.join(BENCHMARKS)}")
        print(f"\n{name}: {BENCHMARKS[name]}\n")
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
