"""Postings of the words that questions are full of, read before anyone asks.

Such a word stands in most passages, so its postings are the longest there are, and reading
them takes its time, once. Whoever keeps a view open can do it while idle.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexes.passage_table import PassageTable
from indexes.view import View

WORDS = tuple(
    "the of and to in is how a for what when who why where which are does can do with on it be "
    "that from by as at or not an this was i my if between without".split()
)

_COLUMNS = (PassageTable.hold_documents, PassageTable.hold_texts)

MOST_PASSAGES = 250_000
"""Above this, a word without a list, or the keys, take longer than a key may wait for."""


def warm(views: Sequence[View], step: int) -> int | None:
    """Read a part of each view; returns the next step, None after the last.

    First what passages belong to, then the postings of a word a step.
    """
    if step >= len(_COLUMNS) + len(WORDS):
        return None
    for view in views:
        with view.reader.consistent():
            few = view.reader.count("passages") <= MOST_PASSAGES
            postings = view.postings()
            if step < len(_COLUMNS) and few:
                _COLUMNS[step](postings.table)
            elif step >= len(_COLUMNS) and (few or postings.has_lists):
                postings.of([WORDS[step - len(_COLUMNS)]])
    return step + 1
