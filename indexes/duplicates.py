"""Documents that say the same in the same words, told once.

Two passages are the same when their texts are, but for case and white space, or nearly: when
both meaning and words agree. What differs in a number, a version or a code is not the same.
The thresholds are those of docs/decisions/0008.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from indexes.database import storage_errors
from indexes.found import Found
from indexes.ranking import Ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR_COSINE = 0.95
NEAR_OVERLAP = 0.95
"""Least share of the words, of the longer text, that both have."""

BLOCK = 256
"""Rows compared with all before them at a time: of thousands, all at once would fill memory."""

_WORD = re.compile(r"\w+")


@dataclass
class Group:
    """A document with those that say the same.

    Attributes:
        best: The highest ranked.
        others: The rest, in the order of the ranking.
    """

    best: Ranked
    others: list[Ranked] = field(default_factory=list)


def grouped(ranked: Sequence[Ranked], k: int, found: Found) -> list[Group]:
    """Group documents that say the same; the first k groups, whole as far as `ranked` goes.

    Args:
        ranked: Documents, best first.
        k: Groups wanted.
        found: Where their passages are read.

    Raises:
        Damaged: A row is not what was written.
    """
    found.read_passages([item.candidate for item in ranked])
    texts = [" ".join(found.passage(i.candidate).text.casefold().split()) for i in ranked]
    words: dict[int, Counter[str]] = {}
    groups: dict[int, Group] = {}
    by_text: dict[str, Group] = {}
    near = _near(ranked)
    for i, (item, text) in enumerate(zip(ranked, texts, strict=True)):
        group = by_text.get(text)
        for leader in near.get(i, ()) if group is None else ():
            if leader in groups and _same_words(*(_words(j, texts, words) for j in (leader, i))):
                group = groups[leader]
                break
        if group is not None:
            group.others.append(item)
        elif len(groups) < k:
            groups[i] = by_text[text] = Group(item)
    return list(groups.values())


def _near(ranked: Sequence[Ranked]) -> dict[int, list[int]]:
    """Return, by place in the ranking, the earlier places that are near in meaning.

    Only within one collection: vectors of two may be of two encoders.
    """
    near: dict[int, list[int]] = {}
    for view in dict.fromkeys(item.candidate.view for item in ranked):
        encoder = view.reader.encoder()
        if encoder is None:
            continue
        texts = [item.candidate.text_id if item.candidate.view is view else 0 for item in ranked]
        with storage_errors(view.reader.folder):
            ids, vectors = view.reader.vectors_of(encoder, list({*texts} - {0}))
        row_of = {id_: row for row, id_ in enumerate(ids.tolist())}
        places = [i for i, text in enumerate(texts) if text in row_of]
        matrix = vectors[[row_of[texts[i]] for i in places]]
        for later, earlier in _close(matrix):
            near.setdefault(places[later], []).append(places[earlier])
    return near


def _close(vectors: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Yield pairs of rows, the later first, whose cosine says that they may be the same."""
    for start in range(0, len(vectors), BLOCK):
        end = min(start + BLOCK, len(vectors))
        cosines = vectors[start:end] @ vectors[:end].T
        for later, earlier in np.argwhere(cosines >= NEAR_COSINE).tolist():
            if earlier < start + later:
                yield start + later, earlier


def _words(i: int, texts: Sequence[str], known: dict[int, Counter[str]]) -> Counter[str]:
    if i not in known:
        known[i] = Counter(_WORD.findall(texts[i]))
    return known[i]


def _same_words(a: Counter[str], b: Counter[str]) -> bool:
    longer = max(a.total(), b.total())
    if (a & b).total() < NEAR_OVERLAP * longer:
        return False
    differing = (a - b) + (b - a)
    return not any(char.isdigit() for word in differing for char in word)
