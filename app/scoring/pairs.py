"""Pairs of texts from a tab-separated file, one a line, as they stream by."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, overload

from app.errors import UsageError
from app.scoring.lines import Line, LineReader

MAX_REASONS = 1000
"""Different reasons that are kept word for word, so that a file of junk fills no memory."""

_SHOWN_CHARS = 20


@dataclass(frozen=True)
class Pair:
    """A line of the file."""

    line: int
    a: str
    b: str
    gold: float | None


class Skipped(Sequence[tuple[int, str]]):
    """Line number and reason of each line that was passed over, in a few bytes a line."""

    def __init__(self) -> None:
        self._lines = array("q")
        self._which = array("H")
        self._reasons: list[str] = []
        self._known: dict[str, int] = {}

    def add(self, line: int, reason: str, general: str = "") -> None:
        """Add a line; `general` is said instead when too many reasons differ."""
        if reason not in self._known:
            if general and len(self._reasons) >= MAX_REASONS:
                return self.add(line, general)
            self._known[reason] = len(self._reasons)
            self._reasons.append(reason)
        self._lines.append(line)
        self._which.append(self._known[reason])
        return None

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> tuple[int, str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[int, str] | list[tuple[int, str]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self._lines[index], self._reasons[self._which[index]]


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

    Quotes are part of a text, as in the public files of this kind: fields are what stands
    between tabs.

    Args:
        stream: Tab-separated lines; for their encodings see `LineReader`.
        columns: Of the first text, the second, and maybe the gold score, from 0. A third
            column that a line lacks only leaves it without gold.
        header: Whether the first line is none.

    Attributes:
        has_header: Whether the first line is none.
        skipped: The lines that were passed over so far.
    """

    def __init__(self, stream: IO[bytes], columns: tuple[int, ...], header: bool) -> None:
        self._lines = LineReader(stream)
        self._columns = columns
        self.has_header = header
        self.skipped = Skipped()

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the stream so far."""
        return self._lines.bytes_read

    @property
    def encoding(self) -> str:
        """The codec that the lines are read with, known once reading began."""
        return self._lines.encoding

    def __iter__(self) -> Iterator[Pair]:
        for line in self._lines:
            if line.number == 1 and self.has_header:
                continue
            pair = self._parse(line)
            if isinstance(pair, Pair):
                yield pair
            else:
                self.skipped.add(line.number, *pair)

    def _parse(self, line: Line) -> Pair | tuple[str, str]:
        """Return the pair of a line, or why it has none: in particular, and in general."""
        if line.problem or not line.text.strip():
            return line.problem or "empty", ""
        fields = line.text.split("\t")
        first, second = self._columns[:2]
        needed = max(first, second) + 1
        if needed > len(fields):
            return f"{len(fields)} columns, {needed} needed", "too few columns"
        a, b = fields[first].strip(), fields[second].strip()
        if not a or not b:
            return "an empty text", ""
        gold = None
        if len(self._columns) == 3 and self._columns[2] < len(fields):
            field = fields[self._columns[2]]
            gold = _number(field)
            if gold is None:
                return f"{field[:_SHOWN_CHARS]!r} is no score", "no score"
        return Pair(line.number, a, b, gold)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
