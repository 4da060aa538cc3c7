"""Roots that cannot be looked at: kept and named, and no other one waits for them."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexes.collection import Collection
from indexes.errors import SourceMissing
from indexes.health import verify
from indexes.types import Root, Skip
from tests.indexes.word_encoder import WordEncoder

NOBODY = 65534

Close = Callable[[Path], None]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that an ordinary user can reach, which a test's own may not be."""
    folder = Path(tempfile.mkdtemp(prefix="jtcse-test-"))
    (folder / "near").mkdir()
    (folder / "near" / "honey.txt").write_text("honey from clover")
    (folder / "away" / "disk").mkdir(parents=True)
    (folder / "away" / "disk" / "tide.txt").write_text("the tide rises")
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def close(place: Path) -> Iterator[Close]:
    """Return a function that closes a folder, to whoever it is that runs from then on."""
    me = os.geteuid()

    def shut(folder: Path, mode: int = 0) -> None:
        folder.chmod(mode)
        if me == 0:  # whom no permission binds
            for path in [place, *place.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
            os.seteuid(NOBODY)

    yield shut
    os.seteuid(me)


@pytest.fixture
def collection(place: Path, encoder: WordEncoder) -> Collection:
    """A collection of both folders."""
    collection = Collection(place / "collection")
    collection.index([Root(place / "near"), Root(place / "away" / "disk")], encoder)
    return collection


def test_a_root_that_cannot_be_looked_at_is_kept_and_the_others_are_updated(
    collection, place, close, encoder
):
    (place / "near" / "honey.txt").unlink()
    (place / "near" / "folder").mkdir()
    (place / "near" / "wax.txt").write_text("honey from clover")
    close(place / "away")
    report = collection.index([], encoder)
    disk = str(place / "away" / "disk")
    assert (report.added, report.removed, report.unreachable) == (1, 1, (disk,))
    assert report.skips == (Skip(disk, "permission denied"),)


def test_a_root_that_is_a_file_and_cannot_be_looked_at_is_kept(collection, place, close, encoder):
    file = place / "away" / "disk" / "tide.txt"
    collection.index([Root(file)], encoder)
    close(place / "away")
    report = collection.index([Root(file)], encoder)
    assert (report.removed, report.unreachable) == (0, (str(file),))


@pytest.mark.parametrize("mode", [0, 0o400])
def test_a_folder_that_is_closed_or_only_listed_is_kept_and_named_once(place, close, encoder, mode):
    disk = place / "away" / "disk"
    (disk / "ebb.txt").write_text("it falls twice a day")
    collection = Collection(place / "collection")
    collection.index([Root(place)], encoder)
    close(disk, mode)
    report = collection.index([], encoder)
    assert (report.removed, report.unreachable) == (0, (str(disk),))
    assert [skip for skip in report.skips if "disk" in skip.path] == [
        Skip(str(disk), "permission denied")
    ]


def test_a_new_root_that_cannot_be_looked_at_is_refused_with_the_reason(
    collection, place, close, encoder
):
    close(place / "away")
    with pytest.raises(SourceMissing, match=r"secret cannot be looked at: permission denied"):
        collection.index([Root(place / "away" / "secret")], encoder)


def test_a_path_that_is_refused_leaves_no_unfinished_run(index, docs, folder):
    index()
    with pytest.raises(SourceMissing):
        index(docs / "nowhere")
    assert verify(folder) == []


def test_a_root_that_is_no_regular_file_is_named_like_one_in_a_folder(index, docs, folder):
    os.mkfifo(docs / "pipe")
    report = index(docs / "pipe")
    assert report.skips == (Skip(str(docs / "pipe"), "not a regular file"),)
    assert report.unreachable == ()
    assert verify(folder) == []
