"""Postings of the words that questions are full of, read before anyone asks.

Such a word stands in most passages, so its postings are the longest there are, and reading
them takes its time, once. Whoever keeps a view open can do it while idle.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexes.view import View

WORDS = tuple(
    "the of and to in is how a for what when who why where which are does can do with on it be "
    "that from by as at or not an this was i my if between without".split()
)

MOST_PASSAGES = 250_000
"""Above this, a word without a list takes longer than a key may wait for."""


def warm(views: Sequence[View], step: int) -> int | None:
    """Read the postings of one word in each view; returns the next step, None after the last."""
    if step >= len(WORDS):
        return None
    for view in views:
        with view.reader.consistent():
            postings = view.postings()
            if postings.has_lists or view.reader.count("passages") <= MOST_PASSAGES:
                postings.of([WORDS[step]])
    return step + 1
