"""Documents that say the same in the same words, told once.

Two passages are the same when their texts are, but for case and white space, or nearly: when
both meaning and words agree. What differs in a number, a version or a code is not the same.
The thresholds are those of docs/decisions/0008.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from indexes.database import storage_errors
from indexes.ranking import Ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexes.rows import PassageRow
    from indexes.view import View

NEAR_COSINE = 0.95
NEAR_OVERLAP = 0.95
"""Least share of the words, of the longer text, that both have."""

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


@dataclass
class _Leader:
    """What is known of a group's best passage."""

    group: Group
    view: View
    text: str
    vector: NDArray[np.float32] | None
    words: Counter[str] | None = None

    def counts(self) -> Counter[str]:
        if self.words is None:
            self.words = _words(self.text)
        return self.words


def grouped(ranked: Sequence[Ranked], k: int) -> list[Group]:
    """Group documents that say the same; the first k groups, whole as far as `ranked` goes."""
    texts, vectors = _read(ranked)
    leaders: list[_Leader] = []
    by_text: dict[str, Group] = {}
    for item, row, vector in zip(ranked, texts, vectors, strict=True):
        text = " ".join(row.text.casefold().split())
        group = by_text.get(text) or _near(leaders, item.candidate.view, text, vector)
        if group is not None:
            group.others.append(item)
        elif len(leaders) < k:
            group = by_text[text] = Group(item)
            leaders.append(_Leader(group, item.candidate.view, text, vector))
    return [leader.group for leader in leaders]


def _read(
    ranked: Sequence[Ranked],
) -> tuple[list[PassageRow], list[NDArray[np.float32] | None]]:
    """Return the passage, and the vector where it has one, of each."""
    rows: dict[tuple[View, int], PassageRow] = {}
    vectors: dict[tuple[View, int], NDArray[np.float32]] = {}
    for view in dict.fromkeys(item.candidate.view for item in ranked):
        own = [item.candidate for item in ranked if item.candidate.view is view]
        with storage_errors(view.reader.folder):
            found = view.reader.passages([candidate.passage_id for candidate in own])
            rows |= {(view, id_): row for id_, row in found.items()}
            encoder = view.reader.encoder()
            if encoder is not None:
                ids, matrix = view.reader.vectors_of(encoder, [c.text_id for c in own])
                vectors |= {(view, id_): matrix[i] for i, id_ in enumerate(ids.tolist())}
    keys = [item.candidate for item in ranked]
    return (
        [rows[key.view, key.passage_id] for key in keys],
        [vectors.get((key.view, key.text_id)) for key in keys],
    )


def _near(
    leaders: Sequence[_Leader], view: View, text: str, vector: NDArray[np.float32] | None
) -> Group | None:
    """Return the group that a passage nearly repeats; vectors of two collections may differ."""
    words: Counter[str] | None = None
    for leader in leaders:
        if vector is None or leader.vector is None or leader.view is not view:
            continue
        if float(leader.vector @ vector) < NEAR_COSINE:
            continue
        words = words or _words(text)
        if _same_words(leader.counts(), words):
            return leader.group
    return None


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _same_words(a: Counter[str], b: Counter[str]) -> bool:
    longer = max(a.total(), b.total())
    if (a & b).total() < NEAR_OVERLAP * longer:
        return False
    differing = (a - b) + (b - a)
    return not any(char.isdigit() for word in differing for char in word)
