"""Lexical search: BM25 over title, headings and text, every passage scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from indexes.idsets import distinct
from indexes.postings import K1, Postings
from indexes.query import Query
from indexes.reader import Reader
from indexes.unsegmented import merged, runs, spans_of
from indexes.words import all_of, any_of, folded, forms, to_its_marks

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STRIDE = 16

_MARKS = range(0x10FFFD, 0xDFFF, -1)
"""Characters that may mark what was found: first those that mean nothing, then any."""


def scores(postings: Postings, query: Query) -> NDArray[np.float64]:
    """Return the BM25 of every row of the passage table, (n,)."""
    return postings.scores(query.words)


def best(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return the rows of the k best scores above 0, best first; of equal ones the first."""
    rows = _likely(scores, k)
    if len(rows) > k:
        floor = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= floor]
    return rows[np.lexsort((rows, -scores[rows]))[:k]]


def _likely(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return the rows above 0, of many only those that may be among the k best.

    The k-th best of a part is no better than that of all, so nothing below it is wanted.
    """
    part = scores[::_STRIDE]
    floor = np.partition(part, len(part) - k)[len(part) - k] if len(part) > k else 0.0
    return np.flatnonzero(scores >= floor if floor > 0 else scores)


def ideal_score(postings: Postings, query: Query) -> float:
    """Return the BM25 that a passage full of all the query's words would have.

    A word of the collection counts with its inverse document frequency, one that is nowhere
    with the highest there could be: what the collection does not have, no passage covers.
    """
    return (K1 + 1) * sum(posting.idf for posting in postings.of(query.words))


def inverse_frequencies(postings: Postings, words: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of those words that the collection has."""
    found = zip(words, postings.of(words), strict=True)
    return {word: posting.idf for word, posting in found if posting.count}


def documents_with_any(postings: Postings, words: Sequence[str]) -> NDArray[np.int64]:
    """Return the documents of which a passage has one of the words, in some form."""
    rows = np.concatenate([posting.rows for posting in postings.of(words)])
    return distinct(postings.table.documents[rows])


def passages_with_phrases(reader: Reader, query: Query) -> NDArray[np.int64]:
    """Return the passages in which every quoted phrase stands as it was typed."""
    unsegmented = [run for phrase in query.phrases for run in runs(phrase)]
    if unsegmented:
        inside = forms(max(unsegmented, key=len))
        stands = " OR ".join(["instr(heading || ' ' || text, ?)"] * len(inside))
        rows = reader.connection.execute(
            f"SELECT id, heading, text FROM passages WHERE {stands}", inside
        )
    else:
        rows = reader.connection.execute(
            "SELECT p.id, p.heading, p.text FROM words w JOIN passages p ON p.id = w.rowid "
            "WHERE words MATCH ?",
            (all_of(query.phrases),),
        )
    phrases = [folded(phrase) for phrase in query.phrases]
    found = [id_ for id_, heading, text in rows if _have_all(phrases, folded(text), heading)]
    return np.array(found, dtype=np.int64)


def _have_all(phrases: Sequence[str], text: str, heading: str) -> bool:
    return all(phrase in text or phrase in folded(heading) for phrase in phrases)


def has_every_word(postings: Postings, query: Query, passage_id: int) -> bool:
    """Whether each word of the query, in some form, stands in the passage."""
    rows = postings.table.rows_of(np.array([passage_id], dtype=np.int64)).tolist()
    found = [posting.has(row) for posting in postings.of(query.words) for row in rows]
    return bool(found) and all(found)


def highlights(
    postings: Postings, query: Query, texts: Mapping[int, str]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return where the query's words stand in texts, spans in code points.

    Args:
        postings: The collection's words.
        texts: Texts by any number, which is that of their spans.
    """
    if not query.words:
        return {}
    opening, closing = _unused(texts.values())
    marked = postings.tokens.highlight(texts, any_of(query.words), opening, closing)
    spans = {
        number: tuple(to_its_marks(texts[number], span) for span in _spans(text, opening, closing))
        for number, text in marked.items()
    }
    looked_for = [form for word in query.words for form in forms(word)]
    for number, text in texts.items():
        if inside := spans_of(text, looked_for):
            spans[number] = tuple(merged([*spans.get(number, ()), *inside]))
    return spans


def _unused(texts: Iterable[str]) -> tuple[str, str]:
    """Return two characters that stand in none of the texts."""
    known = list(texts)
    unused = (mark for mark in map(chr, _MARKS) if not any(mark in text for text in known))
    return next(unused), next(unused)


def _spans(marked: str, opening: str, closing: str) -> tuple[tuple[int, int], ...]:
    """Return where the marked parts stand in the text without its marks."""
    before, *marked_parts = marked.split(opening)
    spans, position = [], len(before)
    for part in marked_parts:
        inside, _, after = part.partition(closing)
        spans.append((position, position + len(inside)))
        position += len(inside) + len(after)
    return tuple(spans)
