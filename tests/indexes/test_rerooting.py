"""What moves along with a folder, and what of a moved file is read anew."""

import os
from pathlib import Path

from indexes.collection import Collection
from indexes.health import verify
from indexes.reader import Reader
from indexes.surveying import MOUNTS_KEY, mounts_as_text, mounts_from_text
from indexes.types import Root
from indexes.writing import writing


def set_mounts(folder: Path, *mounts: Path) -> None:
    """Have the collection take folders for mount points, as an index run does that finds one."""
    with writing(folder) as (store, _), store.transaction():
        store.set_meta(MOUNTS_KEY, mounts_as_text(map(str, mounts)))


def test_a_disk_inside_a_moved_folder_is_still_known_for_one(index, folder, docs, encoder):
    disk = docs / "disk"
    disk.mkdir()
    (disk / "far.txt").write_text("An albatross far out at sea.")
    index()
    set_mounts(folder, disk, Path("/elsewhere"))
    new = docs.with_name("moved")
    docs.rename(new)
    Collection(folder).reroot(docs, new)
    assert mounts_from_text(Reader(folder).meta(MOUNTS_KEY)) == {str(new / "disk"), "/elsewhere"}
    (new / "disk" / "far.txt").unlink()  # as when the disk is not mounted
    report = Collection(folder).index([], encoder)
    assert (report.removed, report.unreachable) == (0, (str(new / "disk"),))
    assert verify(folder) == []


def test_a_file_that_was_renamed_is_known_by_its_new_name(folder, docs, encoder, ask):
    collection = Collection(folder)
    collection.index([Root(docs / "bees.txt")], encoder)
    new = docs / "wasps.txt"
    (docs / "bees.txt").rename(new)
    collection.reroot(docs / "bees.txt", new)
    assert ask("honey", "lexical").hits[0].path == str(new)
    encoder.encoded.clear()
    assert collection.index([], encoder).updated == 1
    assert not [text for text in encoder.encoded if "hive" in text]
    (hit,) = ask("wasps", "lexical").hits
    assert (hit.path, hit.title) == (str(new), "wasps.txt")
    assert verify(folder) == []


def test_a_skipped_file_that_was_renamed_is_read_anew(folder, docs, encoder):
    (docs / "notes.ipynb").write_text("no such document at all")
    os.utime(docs / "notes.ipynb", (1, 1))
    collection = Collection(folder)
    assert collection.index([Root(docs / "notes.ipynb")], encoder).skipped == 1
    new = docs / "notes.txt"
    (docs / "notes.ipynb").rename(new)
    collection.reroot(docs / "notes.ipynb", new)
    assert verify(folder) == []
    assert collection.index([], encoder).added == 1


def test_documents_follow_to_another_place_of_the_whole_disk(index, folder, docs, encoder):
    index()
    collection = Collection(folder)
    collection.reroot(docs, Path("/"))
    assert "/bees.txt" in Reader(folder).known_documents()
    collection.reroot(Path("/"), docs)
    assert collection.index([], encoder).unchanged == 3
    assert verify(folder) == []
