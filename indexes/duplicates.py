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
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from indexes.found import Found
from indexes.idsets import among
from indexes.ranking import Ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR_COSINE = 0.95
NEAR_OVERLAP = 0.95
"""Least share of the words, of the longer text, that both have."""

BLOCK = 256
"""Rows compared with all before them at a time: of thousands, all at once would fill memory."""

END = 64
"""Letters of a text's beginning and end that are compared before all of it is."""

Ends = tuple[str, str]

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
    texts = Texts([found.passage(item.candidate).text for item in ranked])
    groups: dict[int, Group] = {}
    by_ends: dict[Ends, list[int]] = {}
    near = _near(ranked, found)
    for i, item in enumerate(ranked):
        alike = by_ends.setdefault(texts.ends[i], [])
        same = (j for j in alike if texts.are_equal(j, i))
        nearly = (j for j in near.get(i, ()) if j in groups and texts.have_same_words(j, i))
        leader = next(chain(same, nearly), None)
        if leader is not None:
            groups[leader].others.append(item)
        elif len(groups) < k:
            groups[i] = Group(item)
            alike.append(i)
    return list(groups.values())


class Texts:
    """Texts to compare, each cut into words when that is first needed: most never are.

    Attributes:
        ends: Of each, how its first word begins and its last word ends.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.ends = [_ends(text) for text in texts]
        self._texts = texts
        self._plain: dict[int, list[str]] = {}
        self._words: dict[int, Counter[str]] = {}

    def are_equal(self, i: int, j: int) -> bool:
        """Whether two are the same, but for case and white space."""
        return self.ends[i] == self.ends[j] and self._cut(i) == self._cut(j)

    def have_same_words(self, i: int, j: int) -> bool:
        """Whether two have nearly the same words, and the same numbers."""
        return _same_words(self._counted(i), self._counted(j))

    def _cut(self, i: int) -> list[str]:
        if i not in self._plain:
            self._plain[i] = self._texts[i].casefold().split()
        return self._plain[i]

    def _counted(self, i: int) -> Counter[str]:
        if i not in self._words:
            self._words[i] = Counter(_WORD.findall(self._texts[i].casefold()))
        return self._words[i]


def _ends(text: str) -> Ends:
    first = text.lstrip()[:END].casefold().split(maxsplit=1)
    last = text.rstrip()[-END:].casefold().rsplit(maxsplit=1)
    return "".join(first[:1]), "".join(last[-1:])


def _near(ranked: Sequence[Ranked], found: Found) -> dict[int, list[int]]:
    """Return, by place in the ranking, the earlier places that are near in meaning.

    Only within one collection: vectors of two may be of two encoders.
    """
    near: dict[int, list[int]] = {}
    for view in dict.fromkeys(item.candidate.view for item in ranked):
        encoder = view.reader.encoder()
        if encoder is None:
            continue
        own = [i for i, item in enumerate(ranked) if item.candidate.view is view]
        texts = np.array([ranked[i].candidate.text_id for i in own])
        ids, vectors = found.vectors(view, encoder, texts)
        places = [i for i, told in zip(own, among(texts, ids).tolist(), strict=True) if told]
        for later, earlier in _close(vectors):
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


def _same_words(a: Counter[str], b: Counter[str]) -> bool:
    shorter, longer = sorted((a.total(), b.total()))
    if shorter < NEAR_OVERLAP * longer or (a & b).total() < NEAR_OVERLAP * longer:
        return False
    differing = (a - b) + (b - a)
    return not any(char.isdigit() for word in differing for char in word)
