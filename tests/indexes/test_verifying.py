"""A check says what is wrong with a collection, and nothing that is not."""

import resource
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexes.events import Checking
from indexes.health import verify
from tests.indexes.holding import held

STEPS = ["pages of the database", "rows", "links between rows", "words", "vectors",
         "graph and encoder"]  # fmt: skip


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "collection.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_collection_that_another_process_holds_is_sound(index, folder):
    index()
    began = time.monotonic()
    with held(folder):
        assert verify(folder) == []
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("when", STEPS)
def test_a_collection_that_is_written_to_while_it_is_checked_is_sound(index, folder, docs, when):
    index(graph_from=2)

    def writes(event: Checking) -> None:
        if event.what == when:
            (docs / "late.txt").write_text("late words")
            (docs / "bees.txt").unlink()
            index(graph_from=2)

    assert verify(folder, on_event=writes) == []


@pytest.mark.parametrize("when", STEPS[1:-1])
def test_contents_are_checked_as_they_stood_when_it_began(index, folder, when):
    index()

    def writes(event: Checking) -> None:
        if event.what == when:
            change(folder, "UPDATE vectors SET checksum = 1")
            change(folder, "UPDATE facts SET language = 'xx'")

    assert verify(folder, on_event=writes) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM words_data WHERE id > 10",
        "DELETE FROM words_docsize WHERE id = 1",
        "UPDATE words_data SET block = zeroblob(10) WHERE id = 1",
        "UPDATE words_config SET v = 99 WHERE k = 'version'",
        "INSERT INTO words (rowid, text) VALUES (99, 'bogus')",
        "INSERT INTO words (words, rowid, title, heading, text) "
        "SELECT 'delete', id, title, heading, text FROM passage_words WHERE id = 1",
    ],
)
def test_words_that_are_not_those_of_the_passages_are_damage(index, folder, statement):
    index()
    change(folder, statement)
    (finding,) = verify(folder)
    assert (finding.severity, "word index" in finding.what) == ("damage", True)


def test_words_that_there_is_no_room_to_check_are_no_damage(index, folder):
    """The check copies them into a temporary file, for which there is none here."""
    index()
    change(folder, "INSERT INTO words_data VALUES (1000, zeroblob(8000000))")
    code = (
        "import sys; from pathlib import Path; from indexes.health import verify\n"
        "for found in verify(Path(sys.argv[1])): print(found.severity, found.what)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert "note the word index could not be checked" in ended.stdout
    assert "damage" not in ended.stdout
