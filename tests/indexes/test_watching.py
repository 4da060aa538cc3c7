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
    docs = tmp_path / "docs"
    docs.mkdir()
    stop, ready = threading.Event(), threading.Event()
    found: list[int] = []

    def run() -> None:
        ready.set()
        found.extend(watching.changes([docs], tmp_path / "docs" / "home", stop))

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
