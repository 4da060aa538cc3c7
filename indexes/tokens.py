"""Words as the full-text index has them: cut and stemmed by SQLite itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from indexes.versions import TOKENIZER
from indexes.words import forms

Terms = tuple[str, ...]
"""What the index makes of a word: one term, none, or several where it is cut."""

_REMEMBERED = 4096


class Tokens:
    """Cuts words into the terms of the full-text index."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.execute(
            f"CREATE VIRTUAL TABLE cut USING fts5(word, content='', tokenize='{TOKENIZER}')"
        )
        self._connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(cut, instance)")
        self._connection.execute(
            f"CREATE VIRTUAL TABLE shown USING fts5(text, tokenize='{TOKENIZER}')"
        )
        self._known: dict[str, Terms] = {}

    def of(self, words: Sequence[str]) -> list[Terms]:
        """Return each word's terms in order: none, one, or several where it is cut."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if new:
            if len(self._known) + len(new) > _REMEMBERED:
                self._known.clear()
                new = list(dict.fromkeys(words))
            self._cut(new)
        return [self._known[word] for word in words]

    def readings(self, words: Sequence[str]) -> list[tuple[Terms, ...]]:
        """Return what documents that have a word may have in the index: its forms' terms."""
        forms_of = [forms(word) for word in words]
        terms = iter(self.of([form for of_word in forms_of for form in of_word]))
        return [tuple(dict.fromkeys(next(terms) for _ in of_word)) for of_word in forms_of]

    def _cut(self, words: Sequence[str]) -> None:
        found: list[list[str]] = [[] for _ in words]
        with self._connection:
            self._connection.execute("INSERT INTO cut (cut) VALUES ('delete-all')")
            self._connection.executemany(
                "INSERT INTO cut (rowid, word) VALUES (?, ?)", enumerate(words)
            )
        for row, term in self._connection.execute(
            "SELECT doc, term FROM terms ORDER BY doc, offset"
        ):
            found[row].append(term)
        self._known.update(zip(words, map(tuple, found), strict=True))

    def highlight(
        self, texts: Mapping[int, str], match: str, opening: str, closing: str
    ) -> dict[int, str]:
        """Return those texts that match a full-text query, what matched between two marks.

        A handful of texts is indexed here in a fraction of the time that the collection's
        index needs to find its way to each of them.
        """
        connection = self._connection
        try:
            connection.executemany("INSERT INTO shown (rowid, text) VALUES (?, ?)", texts.items())
            return dict(
                connection.execute(
                    "SELECT rowid, highlight(shown, 0, ?, ?) FROM shown WHERE shown MATCH ?",
                    (opening, closing, match),
                ).fetchall()
            )
        finally:
            connection.rollback()
