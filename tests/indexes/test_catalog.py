"""Names of collections: free again after a first run that ended before its collection was there."""

import shutil
from pathlib import Path

import pytest

from indexes.catalog import Catalog
from indexes.database import UNFINISHED_FILE
from indexes.errors import Busy, CollectionExists
from indexes.locking import LOCK_FILE, writer_lock


@pytest.fixture
def catalog(index, folder):
    index()
    return Catalog(folder.parent)


@pytest.fixture
def taken(folder: Path) -> Path:
    """What a first run leaves that is killed at once."""
    taken = folder.with_name("taken")
    taken.mkdir()
    for name in (LOCK_FILE, UNFINISHED_FILE, f"{UNFINISHED_FILE}-wal"):
        (taken / name).touch()
    return taken


def test_a_name_that_a_killed_first_run_left_is_free_for_another_collection(catalog, folder, taken):
    catalog.rename("notes", "taken")
    assert catalog.names() == ["taken"]
    assert [path.name for path in folder.parent.iterdir()] == ["taken"]


def test_a_name_that_a_killed_first_run_left_is_free_for_an_import(catalog, folder, taken):
    with catalog.beside("taken") as incoming:
        shutil.copytree(folder, incoming, dirs_exist_ok=True)
    assert catalog.names() == ["notes", "taken"]


def test_a_name_that_a_first_run_is_about_to_take_is_not_free(catalog, taken):
    with writer_lock(taken), pytest.raises(Busy, match="'taken'"):
        catalog.rename("notes", "taken")
    assert catalog.names() == ["notes"]


def test_files_that_are_no_collections_are_left_alone(catalog, taken):
    (taken / "letter.txt").write_text("mine")
    with pytest.raises(CollectionExists, match="no collection's"):
        catalog.rename("notes", "taken")
    assert (taken / "letter.txt").read_text() == "mine"
    assert catalog.names() == ["notes"]
