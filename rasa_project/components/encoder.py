"""What a sentence means, as a vector: the pre-trained encoder all-MiniLM-L6-v2, carried out by ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import numpy as np
from onnxruntime import InferenceSession, SessionOptions

from components.wordpieces import WordPieces

MOST_PIECES = 64
_GRAPH, _PIECES = "encoder.onnx", "pieces.txt"


class Encoder:
    """Sentences in, vectors of length one out; like sentences have vectors that are near each other."""

    def __init__(self, graph: bytes, pieces: WordPieces) -> None:
        """Ready to be asked: the first sentence takes no longer than the next."""
        self._graph = graph
        self._pieces = pieces
        alone = SessionOptions()  # for one sentence several threads would only wait for each other
        alone.intra_op_num_threads = alone.inter_op_num_threads = 1
        self._session = InferenceSession(graph, alone, providers=["CPUExecutionProvider"])
        self.vector("")

    @classmethod
    def made(cls) -> Encoder:
        """From the weights that are installed. Raises EncoderMissing, and says why."""
        from components import encoder_graph

        pieces = WordPieces.read(encoder_graph.folder() / "vocab.txt")
        return cls(encoder_graph.graph(encoder_graph.weights()), pieces)

    @classmethod
    def kept(cls, folder: Path) -> Encoder:
        """As `keep` left it."""
        return cls((folder / _GRAPH).read_bytes(), WordPieces.read(folder / _PIECES))

    def keep(self, folder: Path) -> None:
        """All that is needed to encode: what the weights were taken from need not be there then."""
        (folder / _GRAPH).write_bytes(self._graph)
        self._pieces.write(folder / _PIECES)

    def vector(self, text: str) -> np.ndarray:
        """Of a long story the beginning counts."""
        numbers = np.array(self._pieces.numbers_of(text, MOST_PIECES), dtype=np.int64)
        return np.asarray(self._session.run(None, {"numbers": numbers})[0])

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One row for each text, each as it is alone: in eight bits a sentence's neighbours would move its scale."""
        return np.array([self.vector(text) for text in texts])
