"""Serves a model that needs no TensorFlow without loading it.

Rasa imports TensorFlow at its start for components that this pipeline does not have; that is most of the start's time
and of the process's memory. Here an absent one stands in its place: names can be taken from it, classes derived from
it, and nothing of it can do any work. A model that has any component beyond those known to do without gets the real
one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import sys
import tarfile
import types
from pathlib import Path
from typing import Any, Optional, Sequence

_ABSENT = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"})
_DOES_WITHOUT = (
    "components.",
    "rasa.core.policies.ensemble.",
    "rasa.core.policies.memoization.",
    "rasa.core.policies.rule_policy.",
    "rasa.graph_components.",
    "rasa.nlu.classifiers.regex_message_handler.",
)


def leave_it_out(model: Path) -> bool:
    """Puts the absent TensorFlow in its place before Rasa is imported, if the model allows; says whether it did."""
    if "tensorflow" in sys.modules or not all(use.startswith(_DOES_WITHOUT) for use in _uses(model)):
        return False
    sys.meta_path.insert(0, _Finder())
    return True


def _uses(model: Path) -> Sequence[str]:
    """The classes of the components that predict, from the model's own description."""
    with tarfile.open(model) as archive:
        described = archive.extractfile("metadata.json") if "metadata.json" in archive.getnames() else None
        if described is None:
            return ["unknown"]
        nodes = json.load(described)["predict_schema"]["nodes"]
    return [node["uses"] for node in nodes.values()]


class _Absent(types.ModuleType):
    """A module in which every class is empty and every decorator does nothing."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value: Any = type(name, (), {}) if name[0].isupper() else _Absent(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value

    def __call__(self, *given: Any, **_: Any) -> Any:
        return given[0] if len(given) == 1 and callable(given[0]) else lambda decorated: decorated


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[importlib.machinery.ModuleSpec]:
        if name.partition(".")[0] not in _ABSENT:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute."""
