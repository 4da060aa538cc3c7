"""What every search needs is read before anyone asks, a part at a time."""

import numpy as np

from indexes import warming
from indexes.view import View


def test_what_was_read_ahead_is_not_read_again(folder, docs, index):
    (docs / "tides.txt").write_text("The water rises in the evening.")
    index()
    view = View(folder, 10_000)
    step: int | None = 0
    taken = []
    while step is not None:
        taken.append(step)
        step = warming.warm([view], step)
    assert len(taken) > len(warming.WORDS)
    asked: list[str] = []
    with view.reader.consistent():
        view.reader.connection.set_trace_callback(asked.append)
        (the,) = view.postings().of(["the"])
        keys = view.keys().of_texts(np.arange(10))
    assert len(the.rows)
    assert len(keys)
    assert not any("vocabulary" in one or "passages" in one for one in asked)
    view.close()


def test_of_a_very_large_collection_nothing_is_read(folder, index, monkeypatch):
    monkeypatch.setattr(warming, "MOST_PASSAGES", 0)
    index()
    view = View(folder, 10_000)
    step: int | None = 0
    while step is not None:
        step = warming.warm([view], step)
    asked: list[str] = []
    with view.reader.consistent():
        view.reader.connection.set_trace_callback(asked.append)
        view.postings().of([warming.WORDS[0]])
        view.keys().of_texts(np.arange(10))
    assert any("vocabulary" in statement for statement in asked)
    assert any("passages" in statement for statement in asked)
    view.close()
