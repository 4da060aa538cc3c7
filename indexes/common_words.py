"""Where common words stand, packed beside the word index so that it is read at once.

The word index gives a word's places one by one; of a word that most passages have, that takes
longer than all else in a search. So for each common word the passages that had it, and how often,
are kept as of some commit: two bytes or so a passage. What came since is read from the word
index, and what went is left out. It is derived from the word index and never the truth: a list
that is not what was written is passed over.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes.checksums import row_checksum
from indexes.passage_table import integers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexes.store import Store

    Integers = NDArray[np.int64]

SINCE = 4
"""Schema version from which there are lists."""

LEAST_COLLECTION = 5_000
"""Passages from which a collection has lists; in fewer, no word is slow."""

LEAST_PASSAGES, LEAST_SHARE = 1_000, 0.002
"""A word is common when it has this many passages, and this share of all beside."""

OUTGROWN = 0.02
"""Share of the passages that may have come or gone before the lists are made anew."""

_KEY = "common_words"
_STEP = 255
"""The byte that adds this much and ends no number."""


class Extent(NamedTuple):
    """What lists were made of.

    Attributes:
        last: The highest id of a passage then.
        passages: How many passages there were.
    """

    last: int
    passages: int


def extent(connection: sqlite3.Connection) -> Extent | None:
    """Return what the lists were made of; None while there are none."""
    if connection.execute("PRAGMA user_version").fetchone()[0] < SINCE:
        return None
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return Extent(**json.loads(row[0])) if row else None


def read(connection: sqlite3.Connection, term: str) -> tuple[Integers, Integers] | None:
    """Return the passages that had a term, ascending, and how often; None when it has no list."""
    row = connection.execute(
        "SELECT passages, counts, checksum FROM common_words WHERE term = ?", (term,)
    ).fetchone()
    if row is None or not _is_sound(term, *row):
        return None
    return unpack(row[0]), np.diff(unpack(row[1]), prepend=0)


def damaged(connection: sqlite3.Connection) -> int:
    """Count the lists that are not what was written."""
    if connection.execute("PRAGMA user_version").fetchone()[0] < SINCE:
        return 0
    rows = connection.execute("SELECT term, passages, counts, checksum FROM common_words")
    return sum(not _is_sound(*row) for row in rows)


def _is_sound(term: object, passages: object, counts: object, checksum: object) -> bool:
    whole = isinstance(passages, bytes) and isinstance(counts, bytes)
    return whole and checksum == row_checksum(term, passages, counts)


def is_stale(connection: sqlite3.Connection) -> bool:
    """Whether the lists are worth making anew."""
    size = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    known = extent(connection)
    if known is None:
        return bool(size >= LEAST_COLLECTION)
    came = count_after(connection, known.last)
    gone = known.passages - (size - came)
    return bool(came + gone > max(OUTGROWN * size, OUTGROWN * LEAST_COLLECTION))


def count_after(connection: sqlite3.Connection, passage_id: int) -> int:
    """Count the passages with a higher id."""
    row = connection.execute("SELECT count(*) FROM passages WHERE id > ?", (passage_id,))
    return int(row.fetchone()[0])


def forget(connection: sqlite3.Connection) -> None:
    """Remove all lists; searches read the word index."""
    connection.execute("DELETE FROM common_words")
    connection.execute("DELETE FROM meta WHERE key = ?", (_KEY,))


def refresh(store: Store) -> None:
    """Make the lists anew, in a commit of their own, where that is worth it."""
    if is_stale(store.connection):
        with store.transaction():
            build(store.connection)


def build(connection: sqlite3.Connection) -> None:
    """Make the lists of the state that the writer's transaction is in."""
    forget(connection)
    size, last = connection.execute("SELECT count(*), max(id) FROM passages").fetchone()
    least = LEAST_PASSAGES + LEAST_SHARE * size
    for view, kind in (("word_counts", "row"), ("word_places", "instance")):
        connection.execute(f"DROP TABLE IF EXISTS temp.{view}")
        connection.execute(f"CREATE VIRTUAL TABLE temp.{view} USING fts5vocab(main, words, {kind})")
    terms = connection.execute("SELECT term FROM temp.word_counts WHERE doc >= ?", (least,))
    connection.executemany(
        "INSERT INTO common_words (term, passages, counts, checksum) VALUES (?, ?, ?, ?)",
        _lists(connection, [term for (term,) in terms]),
    )
    known = Extent(last or 0, size)
    connection.execute(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, json.dumps(known._asdict()))
    )


def _lists(
    connection: sqlite3.Connection, terms: list[str]
) -> Iterator[tuple[str, bytes, bytes, int]]:
    for term in terms:
        row = connection.execute(
            "SELECT group_concat(doc) FROM temp.word_places WHERE term = ?", (term,)
        ).fetchone()
        ids, counts = counted(integers(row[0]))
        passages, times = pack(ids), pack(np.cumsum(counts))
        yield term, passages, times, row_checksum(term, passages, times)


def counted(places: Integers) -> tuple[Integers, Integers]:
    """Return distinct passages and how often each comes among places, which ascend."""
    firsts = np.flatnonzero(np.diff(places, prepend=-1))
    return places[firsts], np.diff(firsts, append=len(places))


def pack(numbers: Integers) -> bytes:
    """Pack numbers that ascend from 0 or more: the steps between them, a byte each if small."""
    steps, rests = np.divmod(np.diff(numbers, prepend=0), _STEP)
    ends = np.cumsum(steps + 1) - 1
    packed = np.full(int(ends[-1]) + 1 if len(ends) else 0, _STEP, dtype=np.uint8)
    packed[ends] = rests
    return packed.tobytes()


def unpack(packed: bytes) -> Integers:
    """Return the numbers that were packed, int64 (n,)."""
    steps = np.frombuffer(packed, dtype=np.uint8)
    numbers: Integers = np.cumsum(steps, dtype=np.int64)[steps != _STEP]
    return numbers
