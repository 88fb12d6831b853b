"""What a product was made from, so that it is made again exactly when that changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Iterable, Iterator

UNSEEN = {"__pycache__", "node_modules", "dist", "models", "test-output", ".rasa", ".venv"}


def fingerprint(root: Path, names: Iterable[str], *remarks: str) -> str:
    """A SHA-256 over the files and folders `names` under `root` and whatever else the product depends on."""
    digest = hashlib.sha256()
    for remark in remarks:
        digest.update(remark.encode() + b"\0")
    for name in names:
        for path in _files(root / name):
            digest.update(str(path.relative_to(root)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(set(folders) - UNSEEN)
        for file in sorted(files):
            if not file.endswith((".pyc", ".tsbuildinfo")):
                yield Path(folder, file)


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether the product beside `stamp` was finished from the sources with this fingerprint."""
    try:
        return stamp.read_text() == value + "\n"
    except FileNotFoundError:
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """To be called last: a product without its stamp counts as unfinished."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    draft.write_text(value + "\n")
    draft.replace(stamp)
