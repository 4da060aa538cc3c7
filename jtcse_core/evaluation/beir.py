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
        for _, row in _rows(folder / "corpus.jsonl")
    ]
    texts = _read_queries(folder / "queries.jsonl")
    relevance = _read_qrels(folder / "qrels" / f"{split}.tsv", texts)
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


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield each line's number and object."""
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, _parse_row(line, path, number)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}", LAYOUT_HINT) from error


def _parse_row(line: str, path: Path, number: int) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DataError(f"{path}:{number} is not JSON: {error}", LAYOUT_HINT) from error
    if not isinstance(row, dict) or "_id" not in row:
        raise DataError(f"{path}:{number} has no _id", LAYOUT_HINT)
    return row


def _read_queries(path: Path) -> dict[str, str]:
    texts = {}
    for number, row in _rows(path):
        text = row.get("text")
        if not isinstance(text, str):
            raise DataError(f"{path}:{number} has no text", LAYOUT_HINT)
        texts[str(row["_id"])] = text
    return texts


def _read_qrels(path: Path, queries: Collection[str]) -> dict[str, dict[str, int]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}", LAYOUT_HINT) from error
    relevance: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t")
        if not line.strip() or (number == 1 and _is_header(fields, queries)):
            continue
        if len(fields) < 3:
            raise DataError(f"{path}:{number} has {len(fields)} of 3 fields", LAYOUT_HINT)
        grade = _grade(fields[2])
        if grade is None:
            raise DataError(
                f"{path}:{number}: {fields[2]!r} is no whole number",
                "a line is query<TAB>document<TAB>grade, the grade a whole number",
            )
        relevance.setdefault(fields[0], {})[fields[1]] = grade
    return relevance


def _is_header(fields: Sequence[str], queries: Collection[str]) -> bool:
    """Whether a first line names columns: it has no grade, and is of no query."""
    return len(fields) >= 3 and _grade(fields[2]) is None and fields[0] not in queries


def _grade(text: str) -> int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() else None
