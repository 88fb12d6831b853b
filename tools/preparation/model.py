"""The dialogue model, trained from rasa_project/."""

from __future__ import annotations

import os

from preparation.fingerprints import UNSEEN, fingerprint, is_stamped, write_stamp
from preparation.plan import Step
from preparation.progress import Progress
from preparation.project import MODEL, RASA, RASA_PYTHON

NO_SOURCES = {"channels", "tests", "serve.py", "credentials.yml", "endpoints.yml", "pyproject.toml"}
NO_SOURCES |= {"requirements-dev.lock", "README.md", "understand.py", "bench_nlu.py", "without_tensorflow.py"}
NO_SOURCES |= {"ruff.toml"}
FINGERPRINT = MODEL.with_name(f"{MODEL.name}.fingerprint")
# Rasa's own cache looks at the classes of components and not at the modules they import, hence --force.
TRAIN = (RASA_PYTHON, "-m", "rasa", "train", "--force", "--domain", "domain")
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
}


def sources() -> list[str]:
    """All that the training may read. What is new counts until it is known not to: better once too often than stale."""
    names = {path.name for path in RASA.iterdir()}
    return sorted(name for name in names - NO_SOURCES - UNSEEN if not name.startswith("."))


def model() -> Step:
    """rasa_project/models/holdfast.tar.gz, with the fingerprint of its sources beside it."""

    def value() -> str:
        return fingerprint(RASA, sources())

    def is_fresh() -> bool:
        return MODEL.exists() and is_stamped(FINGERPRINT, value())

    def make(progress: Progress) -> None:
        before = value()
        progress.say("training the dialogue model")
        draft = f"draft-{os.getpid()}"
        progress.run(
            [*TRAIN, "--out", MODEL.parent, "--fixed-model-name", draft],
            cwd=RASA,
            env=QUIET,
            advice="The sources in rasa_project/ do not train.",
        )
        # A service that is running reads the model at its start only: replacing it whole is safe.
        MODEL.with_name(f"{draft}.tar.gz").replace(MODEL)
        write_stamp(FINGERPRINT, before)

    return Step("model", ("rasa",), is_fresh, make)
