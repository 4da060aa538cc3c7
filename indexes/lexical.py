"""Lexical search: SQLite's full-text index with BM25 over title, headings and text."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from indexes.query import Query, contains_phrase, quote
from indexes.reader import Reader

_OPEN, _CLOSE = "\U0010fe01", "\U0010fe02"  # private use: no document has them
_TEXT_COLUMN = 2

_SATURATION = 2.2
"""What bm25() gives for endless repetitions of a word of weight 1: k1 + 1, k1 = 1.2."""

_MIN_COUNTED = 1000

MAX_READ = 20_000
"""Rows read at most for scores below the best; further down they are next to nothing."""


def search(
    reader: Reader,
    query: Query,
    k: int,
    allowed: set[int] | None = None,
    also: Collection[int] = frozenset(),
) -> list[tuple[int, float]]:
    """Return passage ids with their BM25 scores (higher is better), best first.

    Args:
        k: How many of the best are wanted.
        allowed: Passage ids to choose from; None for all.
        also: Passage ids whose scores are wanted even below the k best.
    """
    if not query.words:
        return []
    rows = reader.connection.execute(
        "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank, rowid", (query.match(),)
    )
    found: list[tuple[int, float]] = []
    awaited = set(also)
    for read, (passage_id, rank) in enumerate(rows):
        if len(found) >= k and (not awaited or read >= MAX_READ):
            break
        if (allowed is None or passage_id in allowed) and (len(found) < k or passage_id in awaited):
            found.append((passage_id, -rank))
            awaited.discard(passage_id)
    rows.close()
    return found


def ideal_score(reader: Reader, query: Query) -> float:
    """Return the BM25 that a passage full of all the query's words would have.

    A word of the collection counts with its inverse document frequency, one that is nowhere
    with the highest there could be: what the collection does not have, no passage covers.
    """
    total = reader.count("passages")
    idf = sum(_idf(_document_frequency(reader, word, total), total) for word in query.words)
    return _SATURATION * idf


def inverse_frequencies(reader: Reader, words: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of those words that the collection has."""
    total = reader.count("passages")
    counts = {word: _document_frequency(reader, word, total) for word in words}
    return {word: _idf(count, total) for word, count in counts.items() if count}


def _document_frequency(reader: Reader, word: str, total: int) -> int:
    # Counting a common word to its end takes long and tells little.
    limit = max(total // 4, _MIN_COUNTED)
    row = reader.connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
        (quote(word), limit),
    ).fetchone()
    return int(row[0])


def _idf(frequency: int, total: int) -> float:
    """Inverse document frequency as SQLite's bm25() has it."""
    return max(math.log((total - frequency + 0.5) / (frequency + 0.5)), 1e-6)


def documents_with(reader: Reader, match: str) -> set[int]:
    """Return the documents of which a passage matches a full-text query."""
    rows = reader.connection.execute(
        "SELECT DISTINCT p.document_id FROM words w JOIN passages p ON p.id = w.rowid "
        "WHERE words MATCH ?",
        (match,),
    )
    return {row[0] for row in rows}


def passages_with_phrases(reader: Reader, query: Query) -> set[int]:
    """Return the passages in which every quoted phrase stands as it was typed."""
    rows = reader.connection.execute(
        "SELECT p.id, p.heading, p.text FROM words w JOIN passages p ON p.id = w.rowid "
        "WHERE words MATCH ?",
        (query.phrase_match(),),
    )
    return {
        id_
        for id_, heading, text in rows
        if all(contains_phrase(text, p) or contains_phrase(heading, p) for p in query.phrases)
    }


def has_every_word(reader: Reader, query: Query, passage_id: int) -> bool:
    """Whether each word of the query, in some form, stands in the passage."""
    match = " AND ".join(quote(word) for word in query.words)
    if not match:
        return False
    found = reader.connection.execute(
        "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?", (match, passage_id)
    )
    return found.fetchone() is not None


def highlights(
    reader: Reader, query: Query, passage_ids: Sequence[int]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return where the query's words stand in each passage's text, spans in code points."""
    if not query.words:
        return {}
    spans = {}
    for passage_id in passage_ids:
        row = reader.connection.execute(
            f"SELECT highlight(words, {_TEXT_COLUMN}, ?, ?) FROM words "
            "WHERE words MATCH ? AND rowid = ?",
            (_OPEN, _CLOSE, query.match(), passage_id),
        ).fetchone()
        if row is not None:
            spans[passage_id] = _spans(row[0])
    return spans


def _spans(marked: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    position = start = 0
    for char in marked:
        if char == _OPEN:
            start = position
        elif char == _CLOSE:
            spans.append((start, position))
        else:
            position += 1
    return tuple(spans)
