"""A scored file of pairs as a person looks at it: the agreement, a cloud of points, the worst."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.errors import UsageError
from app.inputs import open_input
from app.scoring.lines import LineReader

if TYPE_CHECKING:
    from app.scoring.files import PairScores, Scored
    from app.scoring.service import Scoring

POINTS = 4000
"""Points of the cloud: more would only hide each other."""

WORST = 50
_SEED = 20250502
_GUESSED_FROM = 20
_WITH_GOLD = 3


@dataclass(frozen=True)
class Worst:
    """A pair that the encoder sees otherwise than its gold; see `app.scoring.files`."""

    line: int
    a: str
    b: str
    score: float
    gold: float
    rank_difference: float


@dataclass(frozen=True)
class FileReport:
    """What a file of pairs gave.

    Attributes:
        columns: Where the texts and the gold stand, from 0.
        pairs: Pairs scored.
        skipped: Lines that were passed over.
        spearman: Correlation with the gold; None without.
        auc: How well scores tell gold's two classes apart; None unless it has two values.
        points: Score and gold of some pairs, drawn with a fixed seed; gold is None without.
        worst: The worst disagreements, worst first.
        cut: How many texts were not read to their end, in words; empty when all were.
    """

    path: Path
    columns: tuple[int, ...]
    pairs: int
    skipped: int
    spearman: float | None
    auc: float | None
    points: tuple[tuple[float, float | None], ...]
    worst: tuple[Worst, ...]
    cut: str = ""


def report_file(
    scoring: Scoring,
    path: Path,
    columns: tuple[int, ...] | None = None,
    header: bool = False,
    *,
    on_progress: Callable[[Scored], None] = lambda scored: None,
) -> FileReport:
    """Score a file and report it.

    Args:
        scoring: Scores it.
        path: The file.
        columns: Where texts and gold stand, from 0; None guesses.
        header: Whether its first line is none.
        on_progress: Told how far it is.

    Raises:
        UsageError: It cannot be read, or holds no pair.
    """
    from app.scoring.files import worst_disagreements
    from app.scoring.pairs import PairFile

    chosen = columns
    if chosen is None:
        with open_input(path) as stream:
            chosen = guess_columns(stream)
    with open_input(path) as stream:
        result = scoring.file(PairFile(stream, chosen, header), on_progress=on_progress)
    if not result.scores:
        raise UsageError(
            f"{path.name} holds no pair of texts",
            "one pair a line, a tab between; name the columns, as in 2,3,1",
        )
    worst = {one.line: one for one in worst_disagreements(result, WORST)}
    texts: dict[int, tuple[str, str]] = {}
    if worst:
        with open_input(path) as stream:
            for pair in PairFile(stream, chosen, header):
                if pair.line in worst:
                    texts[pair.line] = (pair.a, pair.b)
    return FileReport(
        path,
        chosen,
        len(result.scores),
        len(result.skipped),
        result.spearman,
        result.auc,
        _points(result),
        tuple(
            Worst(line, *texts[line], one.score, one.gold, one.rank_difference)
            for line, one in worst.items()
            if line in texts
        ),
        scoring.cut(result.cut),
    )


def guess_columns(stream: IO[bytes]) -> tuple[int, ...]:
    """Return where texts and gold stand, by the first lines: gold is the column of numbers."""
    rows = []
    for line in LineReader(stream):
        fields = line.text.split("\t")
        if len(fields) > 1:
            rows.append(fields)
        if len(rows) == _GUESSED_FROM:
            break
    # A header counts for nothing: its line is the only one without a number.
    width = min((len(row) for row in rows), default=2)
    numbers = [
        column
        for column in range(width)
        if sum(_is_number(row[column]) for row in rows) >= max(1, len(rows) - 1)
    ]
    texts = sorted(
        sorted(
            (column for column in range(width) if column not in numbers),
            key=lambda column: -sum(len(row[column]) for row in rows),
        )[:2]
    )
    if len(texts) < 2:
        return 0, 1, 2
    gold = [column for column in numbers if column < _WITH_GOLD] or numbers
    return (*texts, gold[0]) if gold else (*texts,)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _points(result: PairScores) -> tuple[tuple[float, float | None], ...]:
    import numpy as np

    from app.scoring.files import with_gold

    scores, golds = np.frombuffer(result.scores, dtype=np.float32), None
    if result.golds:
        scores, golds = with_gold(result)
    count = len(scores)
    chosen = np.arange(count)
    if count > POINTS:
        chosen = np.random.default_rng(_SEED).choice(count, POINTS, replace=False)
    values = scores[chosen].tolist()
    of = [None] * len(values) if golds is None else golds[chosen].tolist()
    return tuple(zip(values, of, strict=True))
