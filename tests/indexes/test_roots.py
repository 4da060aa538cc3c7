"""Roots that lie within each other: whose a document is, and when it is gone."""

from pathlib import Path

import pytest

from indexes.collection import Collection, describe
from indexes.health import verify
from indexes.preview import preview
from indexes.reader import Reader
from indexes.types import Root


@pytest.fixture
def inner(docs: Path) -> Path:
    """A folder inside the documents, with two of its own."""
    folder = docs / "sea"
    folder.mkdir()
    (folder / "tide.txt").write_text("It rises twice a day.")
    (folder / "birds.txt").write_text("An albatross far out.")
    return folder


def names(folder: Path) -> set[str]:
    reader = Reader(folder)
    found = {Path(path).name for path in reader.known_documents()}
    reader.close()
    return found


def would_remove(folder: Path, *roots: Root) -> set[str]:
    reader = Reader(folder)
    steps = preview(roots, reader.known_documents(), remembered=reader.roots())
    reader.close()
    return {Path(step.path).name for step in steps if step.what == "remove"}


@pytest.mark.parametrize("all_roots", [False, True])
def test_a_file_that_was_a_root_itself_goes_with_the_folder_around_it(
    index, docs, folder, encoder, all_roots
):
    index(docs / "bees.txt")
    index(docs)
    (docs / "bees.txt").unlink()
    assert would_remove(folder, Root(docs)) == {"bees.txt"}
    roots = [] if all_roots else [Root(docs)]
    report = Collection(folder).index(roots, encoder)
    assert (report.removed, report.unreachable) == (1, ())
    assert names(folder) == {"bread.md", "boats.md"}


def test_a_file_that_is_a_root_and_gone_is_kept_where_no_other_root_holds_it(index, docs, folder):
    index(docs / "bees.txt")
    (docs / "bees.txt").unlink()
    assert index(docs / "bees.txt").unreachable == (str(docs / "bees.txt"),)
    assert names(folder) == {"bees.txt"}


@pytest.mark.parametrize("inner_first", [False, True])
@pytest.mark.parametrize("walk_inner", [False, True])
def test_a_removed_file_is_gone_whichever_root_indexed_it(
    index, docs, folder, inner, inner_first, walk_inner
):
    for root in (inner, docs) if inner_first else (docs, inner):
        index(root)
    (inner / "tide.txt").unlink()
    report = index(inner if walk_inner else docs)
    assert (report.removed, report.unreachable) == (1, ())
    assert "tide.txt" not in names(folder)


def test_a_skipped_file_is_forgotten_whichever_root_found_it(index, docs, folder, inner):
    (inner / "image.png").write_bytes(b"\x89PNG\r\n\x00\x01")
    index(inner)
    index(docs)
    (inner / "image.png").unlink()
    index(docs)
    assert describe(folder).skipped == 0


def test_an_inner_root_that_became_empty_at_once_is_kept_and_named(index, docs, folder, inner):
    index(inner)
    index(docs)
    for path in inner.iterdir():
        path.unlink()
    assert would_remove(folder, Root(docs)) == set()
    for _ in range(2):
        report = index(docs)
        assert (report.removed, report.unreachable) == (0, (str(inner),))
    assert index(docs, prune_missing=True).removed == 2


def test_a_root_behind_a_link_is_not_the_outer_ones_to_prune(index, docs, folder, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    (away / "far.txt").write_text("far away")
    (away / "farther.txt").write_text("farther away")
    (docs / "link").symlink_to(away)
    index(docs / "link")
    (away / "far.txt").unlink()
    assert index(docs).removed == 0
    assert index(docs / "link").removed == 1


def test_what_the_outer_root_leaves_out_stays_with_the_inner_one(folder, docs, encoder, inner):
    collection = Collection(folder)
    collection.index([Root(inner)], encoder)
    outer = Root(docs, exclude=("sea/",))
    assert collection.index([outer], encoder).removed == 0
    assert "tide.txt" in names(folder)


def test_an_exclude_that_is_new_removes_what_no_other_root_covers(folder, docs, encoder, inner):
    collection = Collection(folder)
    collection.index([Root(docs)], encoder)
    collection.index([Root(inner, include=("birds.*",))], encoder)
    outer = Root(docs, exclude=("sea/",))
    assert collection.index([outer], encoder).removed == 1
    assert "birds.txt" in names(folder)


def test_a_file_that_is_ignored_from_now_on_goes_whichever_root_indexed_it(
    index, docs, folder, inner
):
    index(inner)
    index(docs)
    (inner / ".gitignore").write_text("tide.txt\n")
    assert index(docs).removed == 1
    assert "tide.txt" not in names(folder)


def test_forgetting_an_inner_root_keeps_what_the_outer_one_covers(index, docs, folder, inner, ask):
    (inner / "image.png").write_bytes(b"\x89PNG\r\n\x00\x01")
    (docs / ".gitignore").write_text("tide.txt\n")
    index(inner)
    index(docs)
    assert Collection(folder).forget(inner)
    assert names(folder) == {"bread.md", "boats.md", "bees.txt", "birds.txt"}
    assert ask("albatross", "lexical").hits
    assert describe(folder).skipped == 1
    assert [root.path for root in describe(folder).roots] == [docs]
    assert verify(folder) == []
    assert index(docs).removed == 0


def test_forgetting_an_outer_root_keeps_what_an_inner_one_covers(folder, docs, encoder, inner):
    collection = Collection(folder)
    collection.index([Root(docs)], encoder)
    collection.index([Root(inner, exclude=("tide.*",))], encoder)
    assert collection.forget(docs)
    assert names(folder) == {"birds.txt"}
    assert collection.index([], encoder).unchanged == 1


def test_forgetting_what_is_no_root_says_so(index, docs, folder):
    index()
    assert not Collection(folder).forget(docs / "nowhere")
    assert describe(folder).documents == 3
