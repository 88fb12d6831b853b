"""Measures understanding.

`python understand.py FILE.csv [--model FILE] [--json]`, the file having the columns `text,intent`.

`out_of_scope` is an intent of the file; the model refuses a sentence by calling it `out_of_scope` or `not_understood`.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Tuple

HERE = Path(__file__).resolve().parent
OUTSIDE = "out_of_scope"
REFUSALS = frozenset({OUTSIDE, "not_understood"})
SHOWN = 20

os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")


def measures(judged: List[Tuple[str, str, float]]) -> Dict[str, Any]:
    """The figures of `(wanted, given, seconds)` per sentence.

    Shares are between 0 and 1, and None where there is nothing to count.
    """
    inside = [(wanted, given) for wanted, given, _ in judged if wanted != OUTSIDE]
    outside = [given for wanted, given, _ in judged if wanted == OUTSIDE]
    confusions = Counter(
        (wanted, given)
        for wanted, given, _ in judged
        if wanted != given and not (wanted == OUTSIDE and given in REFUSALS)
    )
    return {
        "in_scope_accuracy": _share([wanted == given for wanted, given in inside]),
        "out_of_scope_recall": _share([given in REFUSALS for given in outside]),
        "false_refusals": _share([given in REFUSALS for _, given in inside]),
        "ms_per_message": round(1000 * sum(seconds for *_, seconds in judged) / len(judged), 3) if judged else None,
        "confusions": [
            {"wanted": wanted, "given": given, "count": count} for (wanted, given), count in confusions.most_common()
        ],
    }


def _share(hits: List[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None


async def judge(model: Path, sentences: List[Tuple[str, str]]) -> List[Tuple[str, str, float]]:
    """What the model makes of each `(text, wanted)`, outside of any conversation."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    processor = Agent.load(str(model)).processor
    judged = []
    for text, wanted in sentences:
        began = time.perf_counter()
        parsed = await processor.parse_message(UserMessage(text))
        judged.append((wanted, parsed["intent"]["name"], time.perf_counter() - began))
    return judged


def read(path: Path) -> List[Tuple[str, str]]:
    """The file's sentences; ends the program with a sentence of its own when the columns are not there."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        if not {"text", "intent"} <= set(rows.fieldnames or ()):
            sys.exit(f"{path}: the columns must be text,intent.")
        return [(row["text"], row["intent"].strip()) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what the trained model understands.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", type=Path, default=HERE / "models" / "holdfast.tar.gz")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    sentences = read(chosen.file)
    sys.path.insert(0, str(HERE))
    import structlog
    import without_tensorflow

    warnings.showwarning = lambda *_, **__: None  # some libraries set their own filters while they are imported
    without_tensorflow.leave_it_out(chosen.model)

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    result = measures(asyncio.run(judge(chosen.model, sentences)))
    print(json.dumps(result) if chosen.json else _table(result))


def _table(result: Dict[str, Any]) -> str:
    lines = [f"{name.replace('_', ' '):22} {value}" for name, value in result.items() if name != "confusions"]
    lines += [
        f"  {each['count']:3}  {each['wanted']} taken for {each['given']}" for each in result["confusions"][:SHOWN]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
