"""Two documents side by side: which sentence of one says what a sentence of the other says."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.errors import UsageError
from app.inputs import open_input

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.scoring.vectors import Encoder
    from indexes.extract.sandbox import Limits
    from indexes.types import Block, Extracted

DEFAULT_THRESHOLD = 0.5
"""For encoders whose background was not measured."""

_BLOCK_ROWS = 512
_MARK = re.compile(r"\A(?:[-*+•>]|\d{1,3}[.)])\s+")
"""A list item's or a quotation's, which says nothing."""

_NUMBER = re.compile(r"\d{1,3}[.)]")
"""What is left of an item's mark where the full stop was taken for the end of a sentence."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the line of its document that it begins on."""

    text: str
    line: int


@dataclass(frozen=True)
class Match:
    """Two sentences that say the same, or nearly.

    Attributes:
        a: Index of the first document's sentence.
        b: Index of the second's.
        score: Raw cosine.
    """

    a: int
    b: int
    score: float


@dataclass(frozen=True)
class Alignment:
    """How the sentences of two documents answer to each other.

    Attributes:
        a: Sentences of the first document, in its order.
        b: Sentences of the second.
        matches: In the order of the first document; no sentence is in two.
        unmatched_a: Indices of the first document's other sentences.
        unmatched_b: Indices of the second's.
        threshold: The cosine that a match needed.
    """

    a: Sequence[Sentence]
    b: Sequence[Sentence]
    matches: Sequence[Match]
    unmatched_a: Sequence[int]
    unmatched_b: Sequence[int]
    threshold: float


def read_sentences(path: Path, limits: Limits | None = None) -> list[Sentence]:
    """Read a document's sentences; any format that can be indexed.

    Args:
        path: The document.
        limits: What reading it may cost.

    Raises:
        UsageError: It cannot be read, or holds no sentence.
    """
    from indexes.errors import SkipDocument
    from indexes.extract.sandbox import Sandbox
    from indexes.textpaths import extension_of

    try:
        with Sandbox(limits) as sandbox, BufferedReader(open_input(path)) as stream:
            data = stream.read((sandbox.limits.file_mb << 20) + 1)
            extracted = sandbox.extract(data, extension_of(path))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "check the path") from error
    except SkipDocument as skip:
        raise UsageError(f"{path}: {skip.message}", "align documents that hold text") from skip
    sentences = list(_sentences(extracted))
    if not sentences:
        raise UsageError(f"{path} holds no sentence", "align documents that hold text")
    return sentences


def align(
    encoder: Encoder, a: Sequence[Sentence], b: Sequence[Sentence], threshold: float
) -> Alignment:
    """Match the sentences of two documents one to one, the closest first.

    Two sentences are matched when they are at least as close as `threshold` and neither has a
    closer one that is still free. Of equally close ones, as of a sentence that is repeated,
    those at like places of their documents are matched.

    Args:
        encoder: Any encoder.
        a: Sentences of the first document.
        b: Sentences of the second.
        threshold: The lowest cosine of a match.
    """
    vectors = encoder.encode([sentence.text for sentence in (*a, *b)])
    rows, columns, scores = _close_pairs(vectors[: len(a)], vectors[len(a) :], threshold)
    shift = np.abs(rows / max(len(a), 1) - columns / max(len(b), 1))
    taken_a, taken_b = [False] * len(a), [False] * len(b)
    matches = []
    for k in np.lexsort((shift, -scores.round(6))):
        i, j = int(rows[k]), int(columns[k])
        if not taken_a[i] and not taken_b[j]:
            taken_a[i] = taken_b[j] = True
            matches.append(Match(i, j, float(scores[k])))
    matches.sort(key=lambda match: match.a)
    return Alignment(
        a,
        b,
        matches,
        [i for i, taken in enumerate(taken_a) if not taken],
        [j for j, taken in enumerate(taken_b) if not taken],
        threshold,
    )


def _close_pairs(
    a: NDArray[np.float32], b: NDArray[np.float32], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Return row, column and cosine of all pairs from the threshold on.

    Block by block: the whole matrix of two books would fill the memory.
    """
    rows, columns, scores = [], [], []
    for start in range(0, len(a), _BLOCK_ROWS):
        block = a[start : start + _BLOCK_ROWS] @ b.T
        i, j = np.nonzero(block >= threshold)
        rows.append(i + start)
        columns.append(j)
        scores.append(block[i, j])
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(scores)


def _sentences(extracted: Extracted) -> Iterator[Sentence]:
    from indexes.extract.blocks import line_starts
    from indexes.sentences import sentence_spans

    text = extracted.text
    starts = line_starts(text)
    for block in extracted.blocks:
        spans: Iterable[tuple[int, int]]
        if block.kind == "heading" and block.label:
            yield Sentence(" ".join(block.label.split()), _line(text, block, block.start, starts))
            continue
        if block.kind == "code":
            spans = _lines(text, block)
        else:
            spans = sentence_spans(text, block.start, block.end)
        for start, end in spans:
            words = " ".join(_MARK.sub("", text[start:end]).split())
            if any(map(str.isalnum, words)) and not _NUMBER.fullmatch(words):
                yield Sentence(words, _line(text, block, start, starts))


def _line(text: str, block: Block, start: int, starts: Sequence[int]) -> int:
    if block.line is None:
        return bisect_right(starts, start)
    return block.line + text.count("\n", block.start, start)


def _lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    start = block.start
    for line in text[block.start : block.end].split("\n"):
        yield start, start + len(line)
        start += len(line) + 1
