"""More like this: examples beside the query, or in its place.

What is looked for is the query's vector and those of the examples, weighed and added up
(Rocchio 1971); a document is the mean of its passages. Stored vectors are used where the
collection has the passage, else it is encoded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from indexes import lexical
from indexes.query import STOP_WORDS, Query
from indexes.reader import EncoderRow, Reader
from indexes.rows import PassageRow
from indexes.types import Encoder, Example, Passage, Request
from indexes.unsegmented import is_run
from indexes.words import distinct, key, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexes.postings import Postings

MOST_PASSAGES = 64
"""Passages that stand for a document, evenly spread over it."""

TELLING_WORDS = 12
_COUNTED_WORDS = 40
LEAST_LETTERS = 3

Item = TypeVar("Item")


def direction(
    reader: Reader, row: EncoderRow, encoder: Encoder, query: Query, examples: Sequence[Example]
) -> NDArray[np.float32]:
    """Return the unit vector (dim,) of what is looked for."""
    total = np.zeros(row.dim, dtype=np.float32)
    if query.text:
        total = encoder.encode([query.text])[0]
    if not examples:
        return total
    for example in examples:
        mean = _vectors(reader, row, encoder, example.texts).mean(axis=0)
        total = total + example.weight * _unit(mean)
    return _unit(total)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def _vectors(
    reader: Reader, row: EncoderRow, encoder: Encoder, texts: Sequence[str]
) -> NDArray[np.float32]:
    """Return the vector of each text (n, dim), read where it is stored."""
    from indexes.cutting import text_hash  # what most searches do not need

    hashes = [text_hash(text) for text in texts]
    marks = ",".join("?" * len(hashes))
    id_of = dict(
        reader.connection.execute(f"SELECT hash, id FROM texts WHERE hash IN ({marks})", hashes)
    )
    ids, stored = reader.vectors_of(row, list(id_of.values()))
    place = {text_id: i for i, text_id in enumerate(ids.tolist())}
    vectors = np.empty((len(texts), row.dim), dtype=np.float32)
    missing = []
    for i, hash_ in enumerate(hashes):
        if (found := place.get(id_of.get(hash_, -1))) is not None:
            vectors[i] = stored[found]
        else:
            missing.append(i)
    if missing:
        vectors[missing] = encoder.encode([texts[i] for i in missing])
    return vectors


def with_words(postings: Postings, query: Query, request: Request) -> Query:
    """Let the telling words of the examples be looked for, where the query's own are not enough.

    The words of a typed query stand alone, except where words are all that is compared.
    """
    liked = [example for example in request.like if example.weight > 0]
    if not liked or (query.words and request.mode != "lexical"):
        return query
    telling = [word for one in liked for word in _telling_words(postings, one.texts)]
    return query._replace(words=distinct([*query.words, *telling]))


def _telling_words(postings: Postings, texts: Sequence[str]) -> list[str]:
    """Return the words with the highest tf · idf, each as it was first spelled."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for word in chain.from_iterable(map(words_of, texts)):
        known = key(word)
        if known not in STOP_WORDS and (len(word) >= LEAST_LETTERS or is_run(word)):
            counts[spelled.setdefault(known, word)] += 1
    frequent = [word for word, _ in counts.most_common(_COUNTED_WORDS)]
    idf = lexical.inverse_frequencies(postings, frequent)
    return sorted(idf, key=lambda word: -counts[word] * idf[word])[:TELLING_WORDS]


def own_documents(reader: Reader, examples: Sequence[Example]) -> set[int]:
    """Return the documents that the examples stand in; they are no results."""
    return {id_ for example in examples for id_ in document_ids(reader, example.path)}


def document_ids(reader: Reader, path: str) -> list[int]:
    """Return the document of a path, as a list of one or none."""
    rows = reader.connection.execute("SELECT id FROM documents WHERE path = ?", (path,))
    return [row[0] for row in rows]


def paths_ending(reader: Reader, end: str) -> list[str]:
    """Return the paths of the documents that end with these parts."""
    rows = reader.connection.execute(
        "SELECT path FROM documents WHERE substr(path, -length(?1)) = ?1 ORDER BY path",
        (f"/{end}",),
    )
    return [row[0] for row in rows]


def example_from(
    reader: Reader, document_id: int, line: int | None = None, passage_id: int | None = None
) -> Example | None:
    """Make an example of a document, of its passage at a line (or page), or of a passage.

    None where there is no such document, passage or line.
    """
    document = reader.documents([document_id]).get(document_id)
    if document is None:
        return None
    keys = [passage for passage, _, _ in reader.passages_of_documents([document_id])]
    wanted = keys if passage_id is None else [passage_id]
    rows = sorted(reader.passages(wanted).values(), key=lambda row: row.ordinal)
    if line is not None:
        place = place_of(rows, line)
        rows = [] if place is None else [rows[place]]
    from indexes.cutting import encoded_text

    texts = tuple(encoded_text(document.context, row.heading, row.text) for row in spread(rows))
    return Example(texts, path=document.path, line=line) if texts else None


def place_of(passages: Sequence[PassageRow | Passage], line: int) -> int | None:
    """Return the index of the passage at a line, or on a page where there are pages.

    Between two passages, that is the one before; None after the last.
    """
    for i, passage in enumerate(passages):
        if line == passage.page or (
            passage.page is None and passage.line_start <= line <= passage.line_end
        ):
            return i
    before = [i for i, p in enumerate(passages) if (p.page or p.line_start) <= line]
    return None if len(before) == len(passages) else max(len(before) - 1, 0)


def spread(items: Sequence[Item]) -> list[Item]:
    """Return up to `MOST_PASSAGES` of them, evenly spread."""
    if len(items) <= MOST_PASSAGES:
        return list(items)
    return [items[i * len(items) // MOST_PASSAGES] for i in range(MOST_PASSAGES)]
