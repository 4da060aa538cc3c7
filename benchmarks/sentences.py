"""Do sentences rank better than passages? `python -m benchmarks.sentences DATA --home DIR`.

The first 20 documents of each query are ranked again by their best sentence, on its own or
mixed with the passage's score. A sentence is encoded alone, or taken from the passage's token
states (the mean of its own tokens, which have read the whole passage). DIR is kept and
reused.
"""

from __future__ import annotations

import argparse
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.evaluation import records
from app.paths import find_paths
from app.sentences import candidates
from app.session import Session
from app.settings import Settings
from indexes.fusion import GREATEST
from indexes.query import parse
from indexes.types import Hit, Request
from jtcse_core.evaluation.beir import read_beir
from jtcse_core.evaluation.metrics import ndcg
from jtcse_core.onnx_encoder import OnnxEncoder

NAMES = ("cranfield", "xquad-en", "scifact")
DEPTH = 20
WEIGHTS = (0.1, 0.3, 0.5, 1.0)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """A query's first documents.

    Attributes:
        scores: Hybrid score of each, in units of a cosine.
        cosines: Cosine of its best passage.
        alone: Cosine of that passage's best sentence, encoded alone.
        inside: The same from the passage's token states.
    """

    paths: list[str]
    scores: Array
    cosines: Array
    alone: Array
    inside: Array
    relevance: dict[str, int]


class _Sentences:
    """Vectors of the sentences of passages, computed once."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def of(self, hit: Hit) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the vectors of a passage's sentences, alone and inside, each (n, dim)."""
        if hit.text not in self._known:
            spans = list(candidates(hit)) or [(0, len(hit.text))]
            alone = self._encoder.encode([hit.text[a:b] for a, b in spans])
            offsets, states = self._encoder.token_states(hit.text)
            pooled = [
                states[[s < end and e > start for s, e in offsets]].sum(axis=0)
                for start, end in spans
            ]
            inside = np.array(pooled, dtype=np.float32)
            norms = np.linalg.norm(inside, axis=1, keepdims=True)
            self._known[hit.text] = alone, inside / np.maximum(norms, 1e-9)
        return self._known[hit.text]


def gather(data: Path, home: Path, name: str) -> list[Ranked]:
    """Index a collection where that was not done, and rank its queries, once."""
    cache = home / f"{name}-sentences.pickle"
    if cache.is_file():
        with cache.open("rb") as stream:
            ranked: list[Ranked] = pickle.load(stream)
        return ranked
    beir = read_beir(data / name)
    session = Session(find_paths(home), Settings())
    if name not in session.catalog.names():
        session.add_records(records(beir), name)
    encoder = session.encoder().plain
    assert isinstance(encoder, OnnxEncoder)
    sentences = _Sentences(encoder)
    ranked = []
    for query_id, text in beir.queries.items():
        if not text.strip():
            continue
        hits = session.search(Request(text, "hybrid", DEPTH), [name]).hits
        direction = session.encoder().encode([parse(text).text])[0]
        vectors = [sentences.of(hit) for hit in hits]
        ranked.append(
            Ranked(
                [hit.path for hit in hits],
                np.array([hit.score * GREATEST for hit in hits]),
                np.array([hit.cosine for hit in hits]),
                np.array([float((alone @ direction).max()) for alone, _ in vectors]),
                np.array([float((inside @ direction).max()) for _, inside in vectors]),
                dict(beir.relevance[query_id]),
            )
        )
    with cache.open("wb") as stream:
        pickle.dump(ranked, stream)
    session.close()
    return ranked


def score(queries: list[Ranked], kind: str, weight: float | None) -> float:
    """Return the mean nDCG@10 with the best sentence mixed in; None takes it in place."""
    total = 0.0
    for q in queries:
        sentence = getattr(q, kind)
        lexical = q.scores - q.cosines
        mixed = sentence + lexical if weight is None else q.scores + weight * sentence
        order = np.argsort(-mixed, kind="stable")[:10]
        total += ndcg([q.paths[i] for i in order], q.relevance)
    return total / len(queries)


def main() -> None:
    """Print a table, a row for each way of counting sentences."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, help="a folder of BEIR folders")
    parser.add_argument("--home", type=Path, required=True, help="kept between runs")
    parser.add_argument("--names", nargs="+", default=NAMES)
    options = parser.parse_args()
    gathered = {name: gather(options.data, options.home, name) for name in options.names}

    def row(label: str, kind: str, weight: float | None) -> None:
        values = [score(queries, kind, weight) for queries in gathered.values()]
        print(f"{label:36}", *(f"{v:10.4f}" for v in values), f"{sum(values) / len(values):8.4f}")

    print(f"{'':36}", *(f"{name:>10}" for name in gathered), f"{'mean':>8}")
    row("passages alone", "alone", 0.0)
    for kind in ("alone", "inside"):
        for weight in WEIGHTS:
            row(f"and {weight} of the best sentence, {kind}", kind, weight)
        row(f"best sentence in place, {kind}", kind, None)


if __name__ == "__main__":
    main()
