"""Which way of fusing both sides is best? `python -m benchmarks.fusion DATA --home DIR`.

Builds the public collections once (DIR is kept and reused), gathers each query's candidates
of both sides, and compares ways of fusing them offline.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.evaluation import records
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.candidates import DOCUMENT, Side
from indexes.found import Found
from indexes.fusion import clarity
from indexes.query import parse
from indexes.types import Request
from jtcse_core.evaluation.beir import read_beir
from jtcse_core.evaluation.metrics import ndcg

NAMES = ("cranfield", "scifact", "xquad-en", "cosqa", "stackfaq")
DEPTH = 200

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gathered:
    """A query's candidates: one row a passage.

    Attributes:
        documents: Index of the document of each passage.
        cosines: Cosine of each.
        bm25s: BM25 of each, 0 where no word matches.
        idf: Inverse document frequency of each query word.
        relevance: Grade by document index.
        paths: Id of each document.
    """

    documents: NDArray[np.int64]
    cosines: Array
    bm25s: Array
    idf: Array
    relevance: dict[str, int]
    paths: list[str]


def gather(data: Path, home: Path, name: str) -> list[Gathered]:
    """Index a collection and gather the candidates of all its queries, once."""
    cache = home / f"{name}-{DEPTH}.pickle"
    if cache.is_file():
        with cache.open("rb") as stream:
            gathered: list[Gathered] = pickle.load(stream)
        return gathered
    beir = read_beir(data / name)
    session = Session(find_paths(home), Settings())
    session.add_records(records(beir), name)
    view = session.view(name)
    rows = view.reader.connection.execute("SELECT id, path FROM documents").fetchall()
    path_of = dict(rows)
    total = view.reader.count("passages")
    found = []
    for query_id, text in beir.queries.items():
        if not text.strip():
            continue
        query = parse(text)
        request = Request(text, "hybrid")
        side = Side(view, request, query, lambda row: session.encoder(row.location), Found())
        pool = side.candidates(DEPTH)
        ids = pool.keys[:, DOCUMENT].tolist()
        order = {document: i for i, document in enumerate(dict.fromkeys(ids))}
        found.append(
            Gathered(
                np.array([order[id_] for id_ in ids], dtype=np.int64),
                pool.cosines,
                pool.bm25s,
                np.array([_idf(view.reader.connection, word, total) for word in query.words]),
                dict(beir.relevance[query_id]),
                [path_of[id_] for id_ in order],
            )
        )
    with cache.open("wb") as stream:
        pickle.dump(found, stream)
    session.close()
    return found


def _idf(connection: Any, word: str, total: int) -> float:
    match = '"' + word.replace('"', '""') + '"'
    df = connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchone()[
        0
    ]
    return max(math.log((total - df + 0.5) / (df + 0.5)), 1e-6)


def span(values: Array) -> Array:
    """Scale to 0..1 over the candidates."""
    reach = np.ptp(values) if len(values) else 0.0
    return (values - values.min()) / reach if reach else np.ones_like(values)


def zscore(values: Array) -> Array:
    """Scale to mean 0 and deviation 1 over the candidates."""
    deviation = values.std() if len(values) else 0.0
    return (values - values.mean()) / deviation if deviation else np.zeros_like(values)


def reciprocal(values: Array) -> Array:
    """Return 1 / (60 + rank)."""
    ranks = np.empty(len(values))
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return 1 / (60 + ranks)


def top(values: Array) -> Array:
    """Scale to the best, 0 staying 0."""
    best = values.max(initial=0.0)
    return values / best if best > 0 else values


def ideal(q: Gathered) -> Array:
    """Scale BM25 to what a passage full of all the query's words would have."""
    most = 2.2 * q.idf.sum()
    return q.bm25s / most if most > 0 else q.bm25s


def adaptive(base: float, clear: float) -> Method:
    """Weigh the words by how far their best passage stands above the tenth."""
    return lambda q: q.cosines + (base + clear * clarity(q.bm25s)) * ideal(q)


def fixed(weight: float) -> Method:
    """Weigh the words the same for every query."""
    return lambda q: q.cosines + weight * ideal(q)


def agreement(q: Gathered) -> float:
    """Return the share of the ten best by words among the fifty best by meaning."""
    if not q.bm25s.max(initial=0.0) > 0:
        return 0.0
    words = set(np.argsort(-q.bm25s, kind="stable")[:10].tolist())
    return len(words & set(np.argsort(-q.cosines, kind="stable")[:50].tolist())) / 10


Method = Callable[[Gathered], Array]

METHODS: dict[str, Method] = {
    "dense": lambda q: q.cosines,
    "lexical": lambda q: q.bm25s,
    "reciprocal ranks": lambda q: reciprocal(q.cosines) + reciprocal(q.bm25s),
    "span .6 + top .4": lambda q: 0.6 * span(q.cosines) + 0.4 * top(q.bm25s),
    "span .5 + top .5": lambda q: 0.5 * span(q.cosines) + 0.5 * top(q.bm25s),
    "span .7 + top .3": lambda q: 0.7 * span(q.cosines) + 0.3 * top(q.bm25s),
    "span .8 + top .2": lambda q: 0.8 * span(q.cosines) + 0.2 * top(q.bm25s),
    "z .6 + z .4": lambda q: 0.6 * zscore(q.cosines) + 0.4 * zscore(q.bm25s),
    **{f"cosine + {w} ideal": fixed(w) for w in (0.2, 0.3, 0.4, 0.5, 0.7, 1.0)},
    "cosine + .7 ideal ^ 1.5": lambda q: q.cosines + 0.7 * ideal(q) ** 1.5,
    "cosine + (.1 + .5 agreement)": lambda q: q.cosines + (0.1 + 0.5 * agreement(q)) * ideal(q),
    "cosine + (.2 + .4 clarity)": adaptive(0.2, 0.4),
    "cosine + (.2 + .6 clarity)": adaptive(0.2, 0.6),
    "cosine + (.1 + .6 clarity)": adaptive(0.1, 0.6),
}


def score(method: Method, queries: list[Gathered]) -> float:
    """Return the mean nDCG@10 of a way of fusing."""
    total = 0.0
    for q in queries:
        scores = method(q)
        best = np.full(len(q.paths), -np.inf)
        np.maximum.at(best, q.documents, scores)
        ranking = [q.paths[i] for i in np.argsort(-best, kind="stable")[:10]]
        total += ndcg(ranking, q.relevance)
    return total / len(queries)


def main() -> None:
    """Print a table, a row for each way of fusing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, help="a folder of BEIR folders")
    parser.add_argument("--home", type=Path, required=True, help="kept between runs")
    options = parser.parse_args()
    gathered = {name: gather(options.data, options.home, name) for name in NAMES}
    print(f"{'':28}", *(f"{name:>10}" for name in NAMES), f"{'mean':>8}")
    for name, method in METHODS.items():
        values = [score(method, queries) for queries in gathered.values()]
        print(f"{name:28}", *(f"{v:10.4f}" for v in values), f"{sum(values) / len(values):8.4f}")


if __name__ == "__main__":
    main()
