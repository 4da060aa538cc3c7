"""A file of pairs, scored in memory that does not grow with its texts."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from app.scoring.ahead import read_ahead
from app.scoring.pairs import Pair, PairFile, Skipped
from app.scoring.vectors import Encoder, VectorCache

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_PAIRS = 1024
BATCH_CHARS = 1 << 20

DIGITS = 6


@dataclass(frozen=True)
class Scored:
    """How far a file is.

    Attributes:
        pairs: Scored so far.
        bytes: Read so far, which is ahead of what is scored by a few batches.
    """

    pairs: int
    bytes: int


@dataclass
class PairScores:
    """What a file's pairs gave, in 12 bytes a pair.

    Attributes:
        scores: Raw cosines in the order of the lines, float32.
        golds: Gold scores, float64, nan where there is none; empty when no line has one.
        spearman: Correlation with the gold scores; None when there is none.
        auc: How well scores tell gold's two classes apart; None unless it has two values.
        skipped: Line number and reason of each line that was passed over.
        first_line: Number of the first line that can hold a pair.
        encoding: What the file was read with.
        cut: Texts that were not read to their end.
    """

    scores: array[float] = field(default_factory=lambda: array("f"))
    golds: array[float] = field(default_factory=lambda: array("d"))
    spearman: float | None = None
    auc: float | None = None
    skipped: Skipped = field(default_factory=Skipped)
    first_line: int = 1
    encoding: str = "utf-8"
    cut: int = 0

    def line_of(self, index: int) -> int:
        """Return the number of the line that gave a score."""
        number = self.first_line + index
        passed = 0
        while True:  # each skipped line before it moves it on by one
            now = bisect_right(self.skipped, number, key=lambda item: item[0])
            if now == passed:
                return number
            number += now - passed
            passed = now


@dataclass(frozen=True)
class Disagreement:
    """A pair that the encoder sees otherwise than its gold.

    Attributes:
        line: Its line in the file.
        rank_difference: Share of the pairs that its rank by score is above its rank by gold;
            between -1 and 1, negative where the encoder finds it less alike.
    """

    line: int
    score: float
    gold: float
    rank_difference: float


def score_file(
    encoder: Encoder,
    pairs: PairFile,
    *,
    on_scores: Callable[[NDArray[np.float32]], None] = lambda scores: None,
    on_progress: Callable[[Scored], None] = lambda scored: None,
    count_cut: Callable[[Sequence[str]], int] = lambda texts: 0,
) -> PairScores:
    """Score a file's pairs, batch by batch; a text that comes again is encoded once.

    Args:
        encoder: Any encoder.
        pairs: The file.
        on_scores: Told the raw cosines of each batch, in the order of the lines.
        on_progress: Told how far it is after each batch.
        count_cut: Counts texts that are not read to their end.
    """
    vectors = VectorCache(encoder)
    result = PairScores(skipped=pairs.skipped, first_line=2 if pairs.has_header else 1)
    for batch in read_ahead(_batches(pairs)):
        texts = [text for pair in batch for text in (pair.a, pair.b)]
        encoded = vectors.encode(texts)
        result.cut += count_cut(texts)
        cosines: NDArray[np.float32] = np.einsum("nd,nd->n", encoded[0::2], encoded[1::2])
        _add_golds(result, batch)
        result.scores.frombytes(cosines.tobytes())
        on_scores(cosines)
        on_progress(Scored(len(result.scores), pairs.bytes_read))
    result.encoding = pairs.encoding
    if result.golds:
        _measure(result)
    return result


def _add_golds(result: PairScores, batch: list[Pair]) -> None:
    """Add a batch's gold scores, from the first that there is on."""
    if not result.golds:
        if all(pair.gold is None for pair in batch):
            return
        result.golds.extend(repeat(math.nan, len(result.scores)))
    result.golds.extend(math.nan if pair.gold is None else pair.gold for pair in batch)


def worst_disagreements(result: PairScores, count: int) -> list[Disagreement]:
    """Return the pairs whose ranks by score and by gold are furthest apart, worst first."""
    from jtcse_core.evaluation.metrics import rankdata

    scores, golds = with_gold(result)
    if not len(golds):
        return []
    indices = np.flatnonzero(~np.isnan(result.golds))
    difference = (rankdata(scores) - rankdata(golds)) / len(indices)
    order = np.argsort(-np.abs(difference), kind="stable")[:count]
    return [
        Disagreement(
            result.line_of(int(indices[i])),
            float(scores[i]),
            float(golds[i]),
            float(difference[i]),
        )
        for i in order
    ]


def _measure(result: PairScores) -> None:
    from jtcse_core.evaluation.metrics import spearman_by_block

    scores, golds = with_gold(result)
    if len(golds) < 2:
        return
    value = spearman_by_block(scores, golds)
    result.spearman = None if math.isnan(value) else round(value, DIGITS)
    low, high = golds.min(), golds.max()
    if low < high and bool(((golds == low) | (golds == high)).all()):
        result.auc = round(_auc(scores, golds == high), DIGITS)


def _auc(scores: NDArray[np.float32], positive: NDArray[np.bool_]) -> float:
    """Return what `jtcse_core.evaluation.pairs.auc` does, block by block."""
    from jtcse_core.evaluation.metrics import ranks_by_block

    total, start = 0.0, 0
    for ranks in ranks_by_block(scores):
        total += float(ranks[positive[start : start + len(ranks)]].sum())
        start += len(ranks)
    n_pos = int(positive.sum())
    n_neg = len(positive) - n_pos
    return (total - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)


def with_gold(result: PairScores) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return score and gold of the pairs that have gold, without copies where all have."""
    golds = np.frombuffer(result.golds, dtype=np.float64)
    scores = np.frombuffer(result.scores, dtype=np.float32)[: len(golds)]
    known = ~np.isnan(golds)
    return (scores, golds) if known.all() else (scores[known], golds[known])


def _batches(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Group pairs, by their number and by their size: a few lines may hold a megabyte each."""
    batch: list[Pair] = []
    chars = 0
    for pair in pairs:
        batch.append(pair)
        chars += len(pair.a) + len(pair.b)
        if len(batch) == BATCH_PAIRS or chars > BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch
