"""What a passage belongs to is told the same from memory as from SQLite, in every state."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexes.collection import Collection
from indexes.sync import Record
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder


def add(folder: Path, *texts: str, first: int = 0) -> None:
    """Add documents with consecutive names, or give those that there are new texts."""
    records = (Record(f"/r/{first + i}", "Same", "txt", text) for i, text in enumerate(texts))
    Collection(folder).add_records(records, WordEncoder())


@pytest.fixture
def view(folder: Path) -> Iterator[View]:
    """A view of three documents, two of which say the same, that holds its keys in memory."""
    add(folder, "one common word", "one common word", "another")
    view = View(folder, 10_000)
    with view.reader.consistent():
        view.postings().table.hold_documents()
        view.postings().table.hold_texts()
    yield view
    view.close()


def told(view: View) -> tuple[list[list[int]], list[list[int]], bool]:
    """Return the keys of any passages, of any texts, and whether SQLite was asked for them."""
    some = np.arange(20)
    with view.reader.consistent():
        keys = view.keys()
        asked: list[str] = []
        view.reader.connection.set_trace_callback(asked.append)
        by_passage, by_text = keys.of_passages(some), keys.of_texts(some)
        view.reader.connection.set_trace_callback(None)
    return by_passage.tolist(), sorted(by_text.tolist()), bool(asked)


def stored(folder: Path) -> list[list[int]]:
    """Return the keys of all passages as the database has them."""
    fresh = View(folder, 10_000)
    rows = fresh.reader.connection.execute(
        "SELECT id, document_id, text_id FROM passages ORDER BY id"
    ).fetchall()
    fresh.close()
    return [list(row) for row in rows]


def test_keys_in_memory_are_those_of_the_database(view: View, folder: Path) -> None:
    assert told(view) == (stored(folder), stored(folder), False)


def test_a_text_leads_to_every_passage_that_has_it(view: View) -> None:
    _, by_text, _ = told(view)
    texts = [text for _, _, text in by_text]
    assert len(texts) == 3
    assert len(set(texts)) == 2


def test_what_is_added_is_told_from_memory(view: View, folder: Path) -> None:
    add(folder, "something new", first=3)
    told(view)  # the new ones are read once
    assert told(view) == (stored(folder), stored(folder), False)
    assert len(stored(folder)) == 4


def test_a_passage_that_is_gone_is_not_told(view: View, folder: Path) -> None:
    add(folder, "now it says something else")
    by_passage, by_text, asked = told(view)
    assert by_passage == by_text == stored(folder)
    assert asked


def test_without_keys_in_memory_the_database_is_asked(folder: Path) -> None:
    add(folder, "one common word")
    view = View(folder, 10_000)
    assert told(view) == (stored(folder), stored(folder), True)
    view.close()
