"""Is a query without an answer recognised? `python -m benchmarks.no_match DATA --home DIR`.

The signal is the score of the best hit, which decides on "no good match"; within a collection
`match`, the percentage that is shown, grows with it.
Queries that do have an answer are told from queries of other collections, and from themselves
with their relevant documents taken out. DIR is kept and reused.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.evaluation import records
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.background import GOOD_MATCH
from indexes.candidates import DOCUMENT, Side
from indexes.found import Found
from indexes.query import parse
from indexes.ranking import parts
from indexes.types import Mode, Request
from indexes.view import View
from jtcse_core.evaluation.beir import BeirData, read_beir
from jtcse_core.evaluation.pairs import auc

NAMES = ("cranfield", "scifact", "xquad-en", "cosqa", "stackfaq")
DEPTH = 100
QUERIES = 200
"""Of each collection; as many of the others', in equal parts."""


@dataclass(frozen=True)
class Told:
    """How well queries without an answer are told from those with one.

    Attributes:
        others: Area under the ROC curve against queries of other collections.
        removed: The same against the own queries with their relevant documents taken out.
        missed: Share of the queries of other collections that are not called "no good match".
        doubted: Share of the own queries that are.
    """

    others: float
    removed: float
    missed: float
    doubted: float


def measure(
    data: Path, home: Path, mode: Mode = "hybrid", queries: int = QUERIES
) -> dict[str, Told]:
    """Measure the collections, indexing those that `home` lacks."""
    session = Session(find_paths(home), Settings())
    collections = {name: read_beir(data / name) for name in NAMES}
    for name, beir in collections.items():
        if name not in session.catalog.names():
            session.add_records(records(beir), name)
    told = {name: _measure(session, name, collections, mode, queries) for name in collections}
    session.close()
    return told


def _measure(
    session: Session,
    name: str,
    collections: Mapping[str, BeirData],
    mode: Mode,
    queries: int,
) -> Told:
    view = session.view(name)
    own = _queries(collections[name], queries)
    foreign = [
        text
        for other, beir in collections.items()
        if other != name
        for text in _queries(beir, queries // (len(collections) - 1)).values()
    ]
    relevant = {query: _relevant(view, collections[name], query) for query in own}
    background = view.background()
    assert background is not None

    def best(text: str, left_out: frozenset[int] = frozenset()) -> float:
        return _best_score(session, view, text, mode, left_out)

    answered = np.array([best(text) for text in own.values()])
    others = np.array([best(text) for text in foreign])
    removed = np.array([best(text, relevant[query]) for query, text in own.items()])
    good = [background.match(mode, score) >= GOOD_MATCH for score in (*answered, *others)]
    return Told(
        _auc(answered, others),
        _auc(answered, removed),
        float(np.mean(good[len(answered) :])),
        float(1 - np.mean(good[: len(answered)])),
    )


def _best_score(
    session: Session,
    view: View,
    text: str,
    mode: Mode,
    left_out: frozenset[int],
) -> float:
    """Return the score of the best hit, some documents left out."""
    with view.reader.consistent():
        request = Request(text, mode)
        side = Side(view, request, parse(text), lambda row: session.encoder(row.location), Found())
        pool = side.candidates(DEPTH)
        kept = np.isin(pool.keys[:, DOCUMENT], list(left_out), invert=True)
        coverages = side.coverages(pool.bm25s)
    dense, words = parts(pool.cosines[kept], coverages[kept], mode)
    return float((dense + words).max(initial=0.0))


def _queries(beir: BeirData, count: int) -> dict[str, str]:
    """Return up to that many queries, evenly spread."""
    items = [(query, text) for query, text in beir.queries.items() if text.strip()]
    step = max(len(items) / count, 1.0)
    return dict(items[int(i * step)] for i in range(min(count, len(items))))


def _relevant(view: View, beir: BeirData, query: str) -> frozenset[int]:
    paths = [path for path, grade in beir.relevance[query].items() if grade > 0]
    marks = ",".join("?" * len(paths))
    rows = view.reader.connection.execute(
        f"SELECT id FROM documents WHERE path IN ({marks})", paths
    )
    return frozenset(row[0] for row in rows)


def _auc(positive: np.ndarray, negative: np.ndarray) -> float:
    labels = np.arange(len(positive) + len(negative)) < len(positive)
    return auc(np.concatenate([positive, negative]), labels)


def main() -> None:
    """Print a table, a row for each collection."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, help="a folder of BEIR folders")
    parser.add_argument("--home", type=Path, required=True, help="kept between runs")
    parser.add_argument("--mode", default="hybrid", choices=("hybrid", "dense", "lexical"))
    parser.add_argument("--queries", type=int, default=QUERIES, help="of each collection, at most")
    options = parser.parse_args()
    told = measure(options.data, options.home, options.mode, options.queries)
    print(f"{'':12}{'others':>9}{'removed':>9}{'missed':>9}{'doubted':>9}")
    rows = {name: [t.others, t.removed, t.missed, t.doubted] for name, t in told.items()}
    rows["mean"] = np.mean(list(rows.values()), axis=0).tolist()
    for name, values in rows.items():
        print(f"{name:12}", *(f"{value:8.3f}" for value in values))


if __name__ == "__main__":
    main()
