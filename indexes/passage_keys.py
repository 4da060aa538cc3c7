"""Which document and which encoded text a passage belongs to, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexes.passage_table import PassageTable
from indexes.reader import Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


class PassageKeys:
    """Ids of passages with those of their documents and encoded texts, int64 (n, 3).

    They are asked of SQLite; once the table holds them, and no passage that is gone, they are
    found there in a tenth of the time.

    Args:
        reader: The collection.
        table: Its passages in the state that is read.
    """

    def __init__(self, reader: Reader, table: PassageTable) -> None:
        self._reader = reader
        self._table = table

    def of_passages(self, passage_ids: Integers) -> Integers:
        """Return the keys of those of the passages that there are."""
        if not self._table.tells_keys:
            return _array(self._reader.passage_keys(passage_ids.tolist()))
        return self._at(self._table.rows_of(passage_ids))

    def of_texts(self, text_ids: Integers) -> Integers:
        """Return the keys of all passages that have one of these encoded texts."""
        if not self._table.tells_keys:
            return _array(self._reader.passages_of_texts(text_ids.tolist()))
        return self._at(self._table.rows_with(text_ids))

    def _at(self, rows: Integers) -> Integers:
        table = self._table
        return np.stack([table.ids[rows], table.documents[rows], table.texts[rows]], axis=1)


def _array(keys: list[tuple[int, int, int]]) -> Integers:
    return np.array(keys, dtype=np.int64).reshape(-1, 3)
