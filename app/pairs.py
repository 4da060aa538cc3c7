"""Pairs of sentences from a tab-separated file, scored as they stream by."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from app.errors import UsageError

if TYPE_CHECKING:
    from app.session import Session

BATCH_PAIRS = 1024


@dataclass(frozen=True)
class Pair:
    """A line of the file."""

    line: int
    a: str
    b: str
    gold: float | None


@dataclass
class PairScores:
    """What a file's pairs gave.

    Attributes:
        spearman: Correlation with the gold scores; None when there are none.
        skipped: Line number and reason of each line that was passed over.
    """

    scores: list[float] = field(default_factory=list)
    spearman: float | None = None
    skipped: list[tuple[int, str]] = field(default_factory=list)


def parse_columns(text: str) -> tuple[int, ...]:
    """Parse `A,B[,GOLD]`, columns counted from 1.

    Raises:
        UsageError: It is not of that form.
    """
    try:
        columns = tuple(int(part) - 1 for part in text.split(","))
    except ValueError:
        columns = ()
    if len(columns) not in (2, 3) or min(columns) < 0:
        raise UsageError(f"--columns {text!r} is not A,B or A,B,GOLD", "for STS files: 2,3,1")
    return columns


class PairFile:
    """Reads pairs from a stream of bytes, one a line.

    Args:
        stream: UTF-8, tab-separated.
        columns: Of the first text, the second, and maybe the gold score, from 0. A third
            column that a line lacks only leaves it without gold.
        header: Whether the first line is none.
    """

    def __init__(self, stream: IO[bytes], columns: tuple[int, ...], header: bool) -> None:
        self._stream = stream
        self._columns = columns
        self._header = header
        self.skipped: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[Pair]:
        for number, raw in enumerate(self._stream, start=1):
            if number == 1 and self._header:
                continue
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                self.skipped.append((number, "not UTF-8"))
                continue
            pair = self._parse(number, text)
            if isinstance(pair, Pair):
                yield pair
            else:
                self.skipped.append((number, pair))

    def _parse(self, number: int, text: str) -> Pair | str:
        if not text.strip():
            return "empty"
        fields = text.split("\t")
        first, second = self._columns[:2]
        if max(first, second) >= len(fields):
            return f"{len(fields)} columns, {max(first, second) + 1} needed"
        a, b = fields[first].strip(), fields[second].strip()
        if not a or not b:
            return "an empty text"
        gold = None
        if len(self._columns) == 3 and self._columns[2] < len(fields):
            gold = _number(fields[self._columns[2]])
            if gold is None:
                return f"{fields[self._columns[2]][:20]!r} is no score"
        return Pair(number, a, b, gold)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def score_file(
    session: Session,
    pairs: PairFile,
    encoder: str | None = None,
    on_score: Callable[[float], None] = lambda value: None,
) -> PairScores:
    """Score a file's pairs, batch by batch.

    Args:
        on_score: Told each score as it is known, in the order of the lines.
    """
    result = PairScores(skipped=pairs.skipped)
    golds: list[float | None] = []
    batch: list[Pair] = []

    def flush() -> None:
        if batch:
            for value in session.score([(pair.a, pair.b) for pair in batch], encoder):
                result.scores.append(float(value))
                on_score(float(value))
            golds.extend(pair.gold for pair in batch)
            batch.clear()

    for pair in pairs:
        batch.append(pair)
        if len(batch) == BATCH_PAIRS:
            flush()
    flush()
    result.spearman = _spearman(result.scores, golds)
    return result


def _spearman(scores: list[float], golds: list[float | None]) -> float | None:
    from jtcse_core.evaluation.metrics import spearman

    known = [(s, gold) for s, gold in zip(scores, golds, strict=True) if gold is not None]
    if len(known) < 2:
        return None
    value = spearman([s for s, _ in known], [gold for _, gold in known])
    return None if math.isnan(value) else round(value, 6)
