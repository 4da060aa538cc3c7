"""Which sentence of a passage answers? Found for the hits that are shown, after the ranking."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from app.likeness import direction
from indexes.preambles import without_preambles
from indexes.sentences import piece_spans, sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.session import Session
    from indexes.types import Encoder, Example, Hit

Span = tuple[int, int]

LONGEST = 300
"""Code points; a longer sentence, or code, is shown and compared in pieces."""

COMPARED_CHARS = 1200
"""Code points of a list's hits that are encoded for it, from the first on: two or three hits.
Encoding all of ten takes ten times as long as the search; further down the words choose."""

REMEMBERED = 4096
"""Sentences whose vectors are kept (6 MB): while a user types, the same hits come again."""


class Sentences:
    """Finds the best sentences of hits, and remembers vectors of sentences.

    Args:
        session: Whose encoders are used.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._vectors: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()

    def best(
        self, hits: Sequence[Hit], query: str, like: Sequence[Example] = ()
    ) -> list[Span | None]:
        """Return the sentence of each hit's passage that answers best, a span into its text.

        A sentence is scored as its passage was: its own cosine weighs what the passage's
        weighed, and it has the share of the words' part that it has of the words. After the
        first `COMPARED_CHARS`, words alone count. None where nothing tells the sentences apart.
        """
        spans_of = [list(candidates(hit)) for hit in hits]
        count = _compared(hits)
        cosines = self._cosines(hits[:count], spans_of[:count], query, like)
        cosines += [[0.0] * len(spans) for spans in spans_of[count:]]
        return [_best(*item) for item in zip(hits, spans_of, cosines, strict=True)]

    def _cosines(
        self,
        hits: Sequence[Hit],
        spans_of: Sequence[Sequence[Span]],
        query: str,
        like: Sequence[Example],
    ) -> list[list[float]]:
        """Return the cosine of each candidate with the query; 0 where none is needed."""
        wanted: dict[str, list[str]] = {}
        for hit, spans in zip(hits, spans_of, strict=True):
            if _is_compared(hit, spans):
                wanted.setdefault(hit.collection, []).extend(hit.text[a:b] for a, b in spans)
        of_text: dict[tuple[str, str], float] = {}
        for collection, texts in wanted.items():
            distinct = list(dict.fromkeys(texts))
            encoder, sought = direction(self._session, collection, query, like)
            values = self._encode(encoder, distinct) @ sought
            of_text |= {(collection, t): float(v) for t, v in zip(distinct, values, strict=True)}
        return [
            [of_text.get((hit.collection, hit.text[a:b]), 0.0) for a, b in spans]
            for hit, spans in zip(hits, spans_of, strict=True)
        ]

    def _encode(self, encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [(encoder.fingerprint, text) for text in texts]
        missing = [text for key, text in zip(keys, texts, strict=True) if key not in self._vectors]
        for text, vector in zip(missing, encoder.encode(missing), strict=True):
            self._vectors[encoder.fingerprint, text] = vector
        vectors = np.stack([self._vectors[key] for key in keys])
        for key in keys:
            self._vectors.move_to_end(key)
        while len(self._vectors) > REMEMBERED:
            self._vectors.popitem(last=False)
        return vectors


def _compared(hits: Sequence[Hit]) -> int:
    """Return how many of the first hits are compared by meaning, one at least."""
    ends = accumulate(len(hit.text) for hit in hits)
    return max(1, sum(end <= COMPARED_CHARS for end in ends))


def _best(hit: Hit, spans: Sequence[Span], cosines: Sequence[float]) -> Span | None:
    scores = [
        _weight(hit) * cosine + hit.lexical_part * _share_of_words(hit, span)
        for span, cosine in zip(spans, cosines, strict=True)
    ]
    if len(spans) > 1 and not any(scores):
        return None
    return spans[int(np.argmax(scores))] if spans else None


def _is_compared(hit: Hit, spans: Sequence[Span]) -> bool:
    return hit.cosine is not None and len(spans) > 1


def _weight(hit: Hit) -> float:
    """Return what a unit of cosine weighed in the hit's score."""
    return hit.dense_part / hit.cosine if hit.cosine else 1.0


def _share_of_words(hit: Hit, span: Span) -> float:
    if not hit.terms:
        return 0.0
    inside = {hit.text[a:b].casefold() for a, b in hit.highlight if span[0] <= a and b <= span[1]}
    return len(inside) / len(hit.terms)


def candidates(hit: Hit) -> Iterator[Span]:
    """Yield the sentences of a passage.

    Headings, and what is said of the text above it, only where there is nothing else.
    """
    headings = {hit.title.casefold(), *(part.casefold() for part in hit.heading.split(" > "))}
    said = (span for stretch in without_preambles(hit.text) for span in _pieces(hit.text, *stretch))
    telling = [span for span in said if not _is_heading(hit.text[slice(*span)], headings)]
    yield from telling or _pieces(hit.text, 0, len(hit.text))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    for sentence in sentence_spans(text, start, end):
        for piece in piece_spans(text, *sentence, LONGEST):
            if any(char.isalnum() for char in text[slice(*piece)]):
                yield piece


def _is_heading(text: str, headings: set[str]) -> bool:
    first = text.partition("\n")[0].strip("#=*_ \t").casefold()
    rest = text.partition("\n")[2]
    return first in headings and not any(char.isalnum() for char in rest)
