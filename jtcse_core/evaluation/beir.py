"""Read a retrieval collection in BEIR layout, and measure rankings against its judgements."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from jtcse_core.errors import DataError
from jtcse_core.evaluation.metrics import average_precision, ndcg, recall, reciprocal_rank

LAYOUT_HINT = "a BEIR folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv"


@dataclass(frozen=True)
class BeirDocument:
    """A document of the collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class BeirData:
    """A collection with queries and judgements.

    Attributes:
        queries: Text by id, only of queries with a relevant document.
        relevance: By query id, grade by document id.
    """

    name: str
    documents: Sequence[BeirDocument]
    queries: Mapping[str, str]
    relevance: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class RetrievalScores:
    """Measures of a query, or their means, each between 0 and 1."""

    ndcg_10: float
    recall_100: float
    map: float
    mrr_10: float


def read_beir(folder: Path, split: str = "test") -> BeirData:
    """Read a BEIR folder.

    Raises:
        DataError: A file is missing or not of the layout, or no query has a relevant document.
    """
    documents = [
        BeirDocument(str(row["_id"]), str(row.get("title") or ""), str(row.get("text") or ""))
        for row in _rows(folder / "corpus.jsonl")
    ]
    texts = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    relevance = _read_qrels(folder / "qrels" / f"{split}.tsv")
    queries = {
        query: texts[query]
        for query, grades in relevance.items()
        if query in texts and any(grade > 0 for grade in grades.values())
    }
    if not documents or not queries:
        raise DataError(f"{folder} holds no query with a relevant document", LAYOUT_HINT)
    return BeirData(folder.name, documents, queries, relevance)


def measure_each(
    rankings: Mapping[str, Sequence[str]], relevance: Mapping[str, Mapping[str, int]]
) -> dict[str, RetrievalScores]:
    """Measure each ranking, document ids best first by query id, against the judgements."""
    return {
        query: RetrievalScores(
            ndcg_10=ndcg(ranking, relevance[query], 10),
            recall_100=recall(ranking, relevance[query], 100),
            map=average_precision(ranking, relevance[query]),
            mrr_10=reciprocal_rank(ranking, relevance[query], 10),
        )
        for query, ranking in rankings.items()
    }


def mean_scores(each: Collection[RetrievalScores]) -> RetrievalScores:
    """Return the means over the queries, one at least."""
    names = [field.name for field in fields(RetrievalScores)]
    return RetrievalScores(
        **{name: sum(getattr(one, name) for one in each) / len(each) for name in names}
    )


def _rows(path: Path) -> Iterator[dict[str, object]]:
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict) or "_id" not in row:
                        raise DataError(f"{path}:{number} has no _id", LAYOUT_HINT)
                    yield row
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}", LAYOUT_HINT) from error


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    relevance: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        for line in lines[1:]:
            if line.strip():
                query, document, grade = line.split("\t")[:3]
                relevance.setdefault(query, {})[document] = int(float(grade))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}", LAYOUT_HINT) from error
    return relevance
