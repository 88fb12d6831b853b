"""Measures the classifier on a file of sentences by cross-validation, beside a plain baseline in the same run.

`python bench_nlu.py FILE.csv [--folds 5] [--json]`, the file having the columns `text,category`.

What is measured is the component that is shipped, with the settings of `config.yml`: each fold is trained by its own
`train`, put away and loaded again as Rasa does it, and asked through its own `process`, one message at a time.
The baseline is scikit-learn's TF-IDF (words 1–2, letters 2–5) with a LinearSVC.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

HERE = Path(__file__).resolve().parent
SEED = 2026
COMPONENT = "components.understanding.SentenceClassifier"

os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")

Sentence = Tuple[str, str]
Guess = Callable[[str], str]


class Fold(NamedTuple):
    """How one contender did on one fold; milliseconds are per message."""

    accuracy: float
    train_seconds: float
    ms: List[float]


def read(path: Path) -> List[Sentence]:
    """The file's sentences; ends the program with a sentence of its own when the columns are not there."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        if not {"text", "category"} <= set(rows.fieldnames or ()):
            sys.exit(f"{path}: the columns must be text,category.")
        return [(row["text"], row["category"]) for row in rows]


def shipped(sentences: Sequence[Sentence]) -> Guess:
    """The component of config.yml, trained on these sentences, put away, and loaded again."""
    from components.understanding import SentenceClassifier
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    config = {**SentenceClassifier.get_default_config(), **_settings()}
    context, resource = ExecutionContext(GraphSchema({})), Resource("classifier")
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))
        examples = [Message({TEXT: text, INTENT: intent}) for text, intent in sentences]
        SentenceClassifier.create(config, storage, resource, context).train(TrainingData(examples))
        loaded = SentenceClassifier.load(config, storage, resource, context)

    def guess(text: str) -> str:
        return str(loaded.process([Message({TEXT: text})])[0].get(INTENT)["name"])

    return guess


def _settings() -> Dict[str, Any]:
    """What config.yml says of the component."""
    from rasa.shared.utils.io import read_yaml_file

    pipeline = read_yaml_file(HERE / "config.yml")["pipeline"]
    [settings] = [{**entry} for entry in pipeline if entry["name"] == COMPONENT]
    del settings["name"]
    return settings


def baseline(sentences: Sequence[Sentence]) -> Guess:
    """What a data scientist tries first."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    machine = make_pipeline(make_union(words, letters), LinearSVC())
    machine.fit([text for text, _ in sentences], [intent for _, intent in sentences])
    return lambda text: str(machine.predict([text])[0])


CONTENDERS = {"shipped": shipped, "baseline": baseline}


def run(sentences: List[Sentence], folds: int, told: Callable[[str], None]) -> Dict[str, List[Fold]]:
    """Each contender on each fold; both see the same folds, stratified by intent and fixed by a seed."""
    from sklearn.model_selection import StratifiedKFold

    results: Dict[str, List[Fold]] = {name: [] for name in CONTENDERS}
    splits = StratifiedKFold(folds, shuffle=True, random_state=SEED).split(sentences, [each[1] for each in sentences])
    for number, (inside, outside) in enumerate(splits, start=1):
        for name, train in CONTENDERS.items():
            fold = _judge(train, [sentences[at] for at in inside], [sentences[at] for at in outside])
            results[name].append(fold)
            told(f"{_row(name, str(number), [fold])}")
    return results


def _judge(train: Callable[[Sequence[Sentence]], Guess], known: List[Sentence], unseen: List[Sentence]) -> Fold:
    began = time.perf_counter()
    guess = train(known)
    seconds = time.perf_counter() - began
    ms, right = [], 0
    for text, wanted in unseen:
        began = time.perf_counter()
        given = guess(text)
        ms.append(1000 * (time.perf_counter() - began))
        right += given == wanted
    return Fold(right / len(unseen), seconds, ms)


HEAD = f"{'':10} {'fold':>5} {'accuracy':>9} {'ms mean':>8} {'ms median':>10} {'ms p95':>8} {'train s':>8}"


def _row(name: str, fold: str, folds: Sequence[Fold]) -> str:
    figures = summary(folds)
    return (
        f"{name:10} {fold:>5} {figures['accuracy']:9.4f} {figures['ms_mean']:8.2f} {figures['ms_median']:10.2f}"
        f" {figures['ms_p95']:8.2f} {figures['train_seconds']:8.1f}"
    )


def summary(folds: Sequence[Fold]) -> Dict[str, float]:
    """Means over the folds; the milliseconds are those of all messages together."""
    ms = sorted(each for fold in folds for each in fold.ms)
    return {
        "accuracy": round(statistics.fmean(fold.accuracy for fold in folds), 4),
        "ms_mean": round(statistics.fmean(ms), 3),
        "ms_median": round(statistics.median(ms), 3),
        "ms_p95": round(ms[int(0.95 * (len(ms) - 1))], 3),
        "train_seconds": round(statistics.fmean(fold.train_seconds for fold in folds), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the classifier by cross-validation.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="the means as JSON instead of the table")
    chosen = parser.parse_args()
    sentences = read(chosen.file)
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(HERE))
    tell = (lambda _: None) if chosen.json else (lambda line: print(line, flush=True))
    intents = len({intent for _, intent in sentences})
    tell(f"{chosen.file.name}: {len(sentences)} sentences, {intents} intents, {chosen.folds} folds\n{HEAD}")
    results = run(sentences, chosen.folds, tell)
    if chosen.json:
        print(json.dumps({name: summary(folds) for name, folds in results.items()}))
    for name, folds in results.items():
        tell(_row(name, "mean", folds))


if __name__ == "__main__":
    main()
