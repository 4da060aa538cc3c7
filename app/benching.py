"""A user's own list of queries, each with the documents that should be found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.errors import UsageError
from app.scoring.lines import LineReader
from indexes.types import Request

if TYPE_CHECKING:
    from app.session import Session
    from indexes.types import Duplicate, Hit, Mode

LAYOUT = "a line is QUERY<TAB>PATH[:LINE], or JSON with a query and a path"
HEADERS = ("query", "question")
DEEP = 100
"""How far down a document is looked for that should have been found."""

INSTEAD = 3
"""Hits that are named where the expected ones are not found."""

_PLACE = re.compile(r"(?P<path>.+):(?P<line>\d+)")


@dataclass(frozen=True)
class Expected:
    """A document that should be found: the end of its path, and a line where it matters."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def names(self, path: str) -> bool:
        """Whether this is the document at a path."""
        return path == self.path or path.endswith(f"/{self.path}")


@dataclass(frozen=True)
class Case:
    """A query of the list, and where it stands."""

    line: int
    query: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class CaseFile:
    """What a list holds.

    Attributes:
        skipped: Number of each line that is no case, and why.
    """

    cases: tuple[Case, ...]
    skipped: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Result:
    """How a query did.

    Attributes:
        rank: Of the first expected document, from 1; None when it is not among the first k.
        share: Share of the expected documents that are.
        why: What went wrong, in words; empty when nothing did.
        instead: The first hits, where something did.
    """

    case: Case
    rank: int | None
    share: float
    why: str
    instead: tuple[Hit, ...]


@dataclass(frozen=True)
class BenchReport:
    """How a mode did on a list."""

    mode: Mode
    k: int
    results: tuple[Result, ...]

    @property
    def found(self) -> int:
        """Queries with an expected document among the first k."""
        return sum(result.rank is not None for result in self.results)

    @property
    def recall(self) -> float:
        """Mean share of the expected documents among the first k."""
        return sum(result.share for result in self.results) / len(self.results)

    @property
    def first(self) -> float:
        """Share of queries whose first hit is an expected document."""
        return sum(result.rank == 1 for result in self.results) / len(self.results)

    @property
    def mrr(self) -> float:
        """Mean of one over the rank of the first expected document."""
        return sum(1 / r.rank for r in self.results if r.rank) / len(self.results)


def read_cases(stream: IO[bytes]) -> CaseFile:
    """Read a list of queries: tab-separated or JSON lines, `#` begins a comment.

    Raises:
        UsageError: Not a single line is a case.
    """
    cases: list[Case] = []
    skipped: list[tuple[int, str]] = []
    for line in LineReader(stream):
        text = line.text.strip("\r\n ")
        if line.problem:
            skipped.append((line.number, line.problem))
        elif text and not text.startswith("#"):
            try:
                case = _case(line.number, text)
            except ValueError as error:
                skipped.append((line.number, str(error)))
            else:
                if case.query.casefold() not in HEADERS or cases:
                    cases.append(case)
    if not cases:
        raise UsageError("the list holds no query with a path", LAYOUT)
    return CaseFile(tuple(cases), tuple(skipped))


def _case(number: int, text: str) -> Case:
    query, *paths = list(_json_fields(text)) if text.startswith("{") else text.split("\t")
    if not query.strip():
        raise ValueError("the query is empty")
    expected = tuple(_expected(path.strip()) for path in paths if path.strip())
    if not expected:
        raise ValueError("no path is expected")
    return Case(number, query.strip(), expected)


def _json_fields(text: str) -> Iterator[str]:
    """Yield the query, then the paths, of an object that names them in one of several ways."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    query = value.get("query", value.get("question"))
    found: object = next((value[n] for n in ("paths", "path", "expected") if n in value), [])
    paths = found if isinstance(found, list) else [found]
    if not isinstance(query, str) or not all(isinstance(path, str) for path in paths):
        raise ValueError("query and path are not text")
    line = value.get("line")
    # To Python true is a 1.
    if line is not None and (type(line) is not int or line < 1):
        raise ValueError("line is not a number from 1")
    yield query
    yield from (str(path) if line is None else f"{path}:{line}" for path in paths)


def _expected(text: str) -> Expected:
    match = _PLACE.fullmatch(text)
    path, line = (match["path"], int(match["line"])) if match else (text, None)
    return Expected(
        str(Path(path).expanduser()) if path.startswith("~") else path.removeprefix("./"), line
    )


def run_bench(
    session: Session, cases: Sequence[Case], names: Sequence[str], mode: Mode, k: int
) -> BenchReport:
    """Search for each query, and look where the expected documents are."""
    return BenchReport(mode, k, tuple(_result(session, case, names, mode, k) for case in cases))


def _result(session: Session, case: Case, names: Sequence[str], mode: Mode, k: int) -> Result:
    request = Request(case.query, mode, k, collapse=True)
    hits = session.search(request, names).hits
    ranks = [
        next((hit.rank for hit in hits if _answers(hit, expected)), None)
        for expected in case.expected
    ]
    found = [rank for rank in ranks if rank is not None]
    why = "" if found else "; ".join(_why(session, one, request, names) for one in case.expected)
    return Result(
        case,
        min(found, default=None),
        len(found) / len(case.expected),
        why,
        () if found else hits[:INSTEAD],
    )


def _answers(hit: Hit, expected: Expected) -> bool:
    places: tuple[Hit | Duplicate, ...] = (hit, *hit.duplicates)
    return any(
        expected.names(place.path) and (expected.line is None or _holds(hit, place, expected.line))
        for place in places
    )


def _holds(hit: Hit, place: Hit | Duplicate, line: int) -> bool:
    if place.page is not None:
        return line == place.page
    return place.line_start <= line <= place.line_start + hit.line_end - hit.line_start


def _why(session: Session, expected: Expected, request: Request, names: Sequence[str]) -> str:
    from indexes.likeness import document_ids, paths_ending

    deep = session.search(request._replace(k=max(DEEP, request.k)), names).hits
    for hit in deep:
        if _answers(hit, expected):
            return f"{expected} stands at rank {hit.rank}"
        if expected.names(hit.path):
            return f"{expected} is found with another passage, at rank {hit.rank}"
    readers = [session.view(name).reader for name in names]
    if not any(
        document_ids(reader, expected.path) or paths_ending(reader, expected.path)
        for reader in readers
    ):
        return f"{expected.path} is not indexed"
    return f"{expected} is not among the first {len(deep)}"
