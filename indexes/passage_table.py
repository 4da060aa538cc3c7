"""Columns of all passages in memory, aligned by row: what ranking and filters look at.

A passage's id is never reused and what is kept here of it never changes, so a new state of
the collection only adds rows. Those of passages that are gone stay until they are many: no
posting and no document that exists leads to them.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

Value = TypeVar("Value", bound=np.generic)

SPARE_SHARE, SPARE_ROWS = 1.5, 1000
"""Rows that are kept, gone ones among them: this many times the passages, and some more."""

_WORDS_COLUMNS = 3


class PassageTable:
    """The passages of one collection.

    Args:
        connection: Where they are read, as far as they are asked for.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._forget()

    def _forget(self) -> None:
        self.ids: Integers = np.zeros(0, dtype=np.int64)
        self._lengths: Integers | None = None
        self._documents: Integers | None = None
        self._texts: Integers | None = None
        self._by_text: tuple[Integers, Integers] | None = None
        self._gone = 0

    def __len__(self) -> int:
        return len(self.ids)

    def refresh(self, live: int) -> bool:
        """Add the passages that are new; False when all rows were numbered anew.

        Args:
            live: How many passages there are.
        """
        kept = len(self.ids) > 0
        if kept:
            added = self._column("SELECT group_concat(id) FROM passages WHERE id > ?", self.ids[-1])
            kept = len(self.ids) + len(added) <= SPARE_SHARE * live + SPARE_ROWS
        if not kept:
            # Without a condition SQLite reads an index, which is a fraction of the table.
            self._forget()
            added = self._column("SELECT group_concat(id) FROM passages")
        self.ids = np.concatenate([self.ids, np.sort(added)])
        self._gone = len(self.ids) - live
        return kept

    def hold_documents(self) -> None:
        """Read which document each passage belongs to; see `tells_keys`."""
        self._documents = self._whole(self._documents, "document_id")

    def hold_texts(self) -> None:
        """Read which encoded text each passage has; see `tells_keys`."""
        self._ordered_texts()

    @property
    def tells_keys(self) -> bool:
        """Whether documents and texts are in memory, and of no passage that is gone."""
        return self._by_text is not None and self._documents is not None and not self._gone

    def rows_of(self, passage_ids: Integers) -> Integers:
        """Return the rows of passages; those that are in none are left out."""
        if not len(self.ids):
            return np.zeros(0, dtype=np.int64)
        if self.ids[-1] - self.ids[0] + 1 == len(self.ids):
            offsets: Integers = passage_ids - self.ids[0]
            return offsets[(offsets >= 0) & (offsets < len(self.ids))]
        rows = np.minimum(np.searchsorted(self.ids, passage_ids), len(self.ids) - 1)
        found: Integers = rows[self.ids[rows] == passage_ids]
        return found

    @property
    def lengths(self) -> Integers:
        """Words of each passage as the full-text index counts them, all columns together."""
        done = 0 if self._lengths is None else len(self._lengths)
        if self._lengths is None or done < len(self.ids):
            first = int(self.ids[done]) if done < len(self.ids) else 0
            ids = self._column("SELECT group_concat(id) FROM words_docsize WHERE id >= ?", first)
            row = self._connection.execute(
                "SELECT group_concat(hex(sz), '') FROM words_docsize WHERE id >= ?", (first,)
            ).fetchone()
            sizes = read_varints(bytes.fromhex(row[0] or ""))
            totals = sizes.reshape(-1, _WORDS_COLUMNS).sum(axis=1)
            self._lengths = self._extended(self._lengths, ids, totals)
        return self._lengths

    @property
    def documents(self) -> Integers:
        """The id of each passage's document."""
        self.hold_documents()
        assert self._documents is not None
        return self._documents

    @property
    def texts(self) -> Integers:
        """The id of each passage's encoded text."""
        self._texts = self._whole(self._texts, "text_id")
        return self._texts

    def values_of(self, passage_ids: Integers, column: NDArray[Value]) -> NDArray[Value]:
        """Return what a column has of passages (n,); of one that is in no row, 0 or False."""
        rows = self.rows_of(passage_ids)
        if len(rows) == len(passage_ids):
            return column[rows]
        found = np.zeros(len(passage_ids), dtype=column.dtype)
        found[np.isin(passage_ids, self.ids)] = column[rows]
        return found

    def rows_with(self, text_ids: Integers) -> Integers:
        """Return the rows of all passages that have one of these encoded texts."""
        texts, rows = self._ordered_texts()
        first = np.searchsorted(texts, text_ids)
        counts = np.searchsorted(texts, text_ids, side="right") - first
        # Runs of places, each from its first on: all in one go.
        skipped = np.repeat(first - (np.cumsum(counts) - counts), counts)
        found: Integers = rows[skipped + np.arange(len(skipped))]
        return found

    def _ordered_texts(self) -> tuple[Integers, Integers]:
        """Return all texts' ids, ascending, and the rows that they are of."""
        if self._by_text is None or len(self._by_text[0]) < len(self.ids):
            rows = np.argsort(self.texts, kind="stable")
            self._by_text = self.texts[rows], rows
        return self._by_text

    def _whole(self, known: Integers | None, column: str) -> Integers:
        """Return a column, what is not known of it read."""
        done = 0 if known is None else len(known)
        if known is not None and done == len(self.ids):
            return known
        # The whole column is read from the index that has it, a few rows from the table.
        condition = f"WHERE id >= {self.ids[done]}" if done else ""
        row = self._connection.execute(
            f"SELECT group_concat(id), group_concat({column}) FROM passages {condition}"
        ).fetchone()
        ids, values = integers(row[0]), integers(row[1])
        order = np.argsort(ids)
        return self._extended(known, ids[order], values[order])

    def _extended(self, known: Integers | None, ids: Integers, values: Integers) -> Integers:
        """Append values, given with their ascending ids, for the rows that have none yet."""
        done = 0 if known is None else len(known)
        added = np.zeros(len(self.ids) - done, dtype=np.int64)
        wanted = np.searchsorted(self.ids, ids)
        inside = (wanted >= done) & (wanted < len(self.ids))
        inside[inside] = self.ids[wanted[inside]] == ids[inside]
        added[wanted[inside] - done] = values[inside]
        return added if known is None else np.concatenate([known, added])

    def _column(self, sql: str, *values: int) -> Integers:
        row = self._connection.execute(sql, [int(value) for value in values]).fetchone()
        return integers(row[0])


def integers(text: str | None) -> Integers:
    """Return the numbers of a list that SQLite made: a row object for each would cost more."""
    if not text:
        return np.zeros(0, dtype=np.int64)
    return np.fromstring(text, dtype=np.int64, sep=",")


def read_varints(data: bytes) -> Integers:
    """Decode SQLite's variable-length integers, up to 2**56, all at once."""
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets < 0x80)
    extra = np.diff(ends, prepend=-1) - 1
    values = octets[ends].astype(np.int64)
    for back in range(1, int(extra.max(initial=0)) + 1):
        longer = extra >= back
        values[longer] += (octets[ends[longer] - back].astype(np.int64) & 0x7F) << (7 * back)
    return values
