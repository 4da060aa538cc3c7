"""Watching: a burst of changes is told once, hidden ones never."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes import watching


@pytest.fixture
def bursts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Watch `tmp_path/docs` in a thread; the list grows with every burst."""
    monkeypatch.setattr(watching, "DEBOUNCE_MS", 400)
    monkeypatch.setattr(watching, "STEP_MS", 50)
    monkeypatch.setattr(watching, "TICK_MS", 200)
    docs = tmp_path / "docs"
    docs.mkdir()
    stop, ready = threading.Event(), threading.Event()
    found: list[int] = []

    def run() -> None:
        ready.set()
        counts = watching.changes([docs], tmp_path / "docs" / "home", stop)
        found.extend(count for count in counts if count)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    stop.wait(0.5)  # until the system tells of changes
    yield found
    stop.set()
    thread.join(10)


def wait_for(found: list[int]) -> bool:
    return any(found or threading.Event().wait(0.05) for _ in range(200))


def test_many_changes_at_once_are_one_burst(bursts, tmp_path):
    for i in range(50):
        (tmp_path / "docs" / f"{i}.txt").write_text("x")
    assert wait_for(bursts)
    threading.Event().wait(1)
    assert len(bursts) <= 2


def test_hidden_and_own_files_are_no_change(bursts, tmp_path):
    for name in (".git", "home", "node_modules"):
        (tmp_path / "docs" / name).mkdir()
        (tmp_path / "docs" / name / "x").write_text("x")
    (tmp_path / "docs" / ".swp").write_text("x")
    threading.Event().wait(1.5)
    assert bursts == []


def test_a_root_that_vanishes_is_watched_again_when_it_is_back(bursts, tmp_path):
    docs = tmp_path / "docs"
    docs.rename(tmp_path / "away")
    assert wait_for(bursts)
    docs.mkdir()
    threading.Event().wait(1)
    bursts.clear()
    (docs / "new.txt").write_text("x")
    assert wait_for(bursts)


def test_while_nothing_changes_it_says_so_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "TICK_MS", 50)
    (tmp_path / "docs").mkdir()
    counts = watching.changes([tmp_path / "docs"], tmp_path / "home")
    assert [next(counts), next(counts)] == [0, 0]


def test_a_file_that_is_replaced_by_another_is_still_watched(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "TICK_MS", 100)
    path = tmp_path / "a.txt"
    path.write_text("x")
    counts = watching.changes([path], tmp_path / "home")
    assert next(counts) == 0
    for text in ("y", "z"):
        (tmp_path / "new").write_text(text)
        (tmp_path / "new").replace(path)
        assert any(count for count, _ in zip(counts, range(50), strict=False))


def test_what_changes_before_a_folder_that_was_replaced_is_watched_again_is_told(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(watching, "TICK_MS", 100)
    docs, new = tmp_path / "docs", tmp_path / "new"
    for folder in (docs, new):
        folder.mkdir()
    counts = watching.changes([docs], tmp_path / "home")
    assert next(counts) == 0
    docs.rename(tmp_path / "old")
    new.rename(docs)
    assert any(count for count, _ in zip(counts, range(50), strict=False))
    (docs / "a.txt").write_text("while the caller sees to the change")
    assert any(count for count, _ in zip(counts, range(10), strict=False))
    assert [next(counts), next(counts)] == [0, 0]


def test_a_root_that_is_gone_is_one_change(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "TICK_MS", 100)
    (tmp_path / "docs").mkdir()
    counts = watching.changes([tmp_path / "docs"], tmp_path / "home")
    assert next(counts) == 0
    (tmp_path / "docs").rmdir()
    assert any(count for count, _ in zip(counts, range(50), strict=False))
    assert [next(counts), next(counts)] == [0, 0]


def test_a_root_that_cannot_be_looked_at_does_not_end_the_watch(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "TICK_MS", 100)
    (tmp_path / "docs").mkdir()
    counts = watching.changes([tmp_path / "docs", tmp_path / ("x" * 300)], tmp_path / "home")
    assert next(counts) == 0
