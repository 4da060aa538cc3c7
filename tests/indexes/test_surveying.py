"""What is missing may only be out of reach: unmounted, or closed to whoever looks."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes.collection import describe
from indexes.preview import preview
from indexes.surveying import NOT_MOUNTED, is_below, mount_points, survey
from indexes.types import Root, Skip, SourceFile
from indexes.walking import walk


@pytest.fixture
def disk(docs: Path) -> Iterator[Path]:
    """A small file system mounted inside the documents."""
    folder = docs / "disk"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    try:
        ended = subprocess.run(mounted, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount here")
    if ended.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_what_stood_on_a_disk_that_is_not_mounted_is_kept(index, docs, folder, disk, ask):
    (disk / "far.txt").write_text("An albatross far out at sea.")
    assert index().added == 4
    subprocess.run(["umount", str(disk)], check=True)
    for _ in range(2):
        report = index()
        assert (report.removed, report.unreachable) == (0, (str(disk),))
        assert Skip(str(disk), NOT_MOUNTED) in report.skips
        assert ask("albatross", "lexical").hits
    report = index(prune_missing=True)
    assert (report.removed, report.unreachable) == (1, ())
    assert index().unreachable == ()


def test_a_mount_point_that_is_a_folder_again_is_followed_like_any(docs):
    (docs / "sea").mkdir()
    known = [str(docs / "sea" / "old.txt")]
    kept = survey(Root(docs), known, {str(docs / "sea")})
    assert kept.keeps(known[0])
    (docs / "sea" / "new.txt").write_text("here again")
    assert not survey(Root(docs), known, {str(docs / "sea")}).unreachable


def test_a_folder_that_was_simply_emptied_is_pruned(index, docs):
    (docs / "sea").mkdir()
    (docs / "sea" / "tide.txt").write_text("It rises twice a day.")
    index()
    (docs / "sea" / "tide.txt").unlink()
    report = index()
    assert (report.removed, report.unreachable) == (1, ())


def test_a_folder_that_vanishes_while_it_is_walked_is_gone(docs, index, folder):
    (docs / "sea").mkdir()
    (docs / "sea" / "tide.txt").write_text("It rises twice a day.")
    index()
    (docs / "sea" / "tide.txt").unlink()
    (docs / "sea").rmdir()
    assert index().removed == 1
    assert describe(folder).documents == 3


def test_a_dry_run_does_not_say_that_what_is_out_of_reach_goes(docs):
    from indexes.types import KnownDocument

    (docs / "sea").mkdir()
    lost = str(docs / "sea" / "tide.txt")
    known = {lost: KnownDocument(1, 1, b"", str(docs))}
    steps = preview([Root(docs)], known, mounts=[str(docs / "sea")])
    assert lost not in {step.path for step in steps}
    steps = preview([Root(docs)], known)
    assert [step.what for step in steps if step.path == lost] == ["remove"]


def test_mount_points_are_told_by_the_file_systems_of_folders():
    assert mount_points(Path("/"), [SourceFile(Path("/proc/self/status"), 0, 0)]) <= {"/proc"}
    assert mount_points(Path("/proc"), [SourceFile(Path("/proc/self/status"), 0, 0)]) == set()


@pytest.mark.parametrize(
    ("path", "folder", "below"),
    [("/a/b", "/a", True), ("/a", "/a", True), ("/ab", "/a", False), ("/a", "/", True)],
)
def test_what_lies_below_a_folder(path, folder, below):
    assert is_below(path, folder) is below


def test_what_is_passed_over_stands_in_the_report(index, docs):
    (docs / ".hidden.md").write_text("x")
    (docs / "link.md").symlink_to("bread.md")
    report = index()
    assert [(Path(skip.path).name, skip.reason.split(";")[0]) for skip in report.passed_over] == [
        (".hidden.md", "hidden"), ("link.md", "a link"),
    ]  # fmt: skip
    named = {Path(item.path) for item in walk(Root(docs), name_all=True)}
    told = {Path(skip.path) for skip in (*report.skips, *report.passed_over)}
    assert named == told | {docs / name for name in ("bees.txt", "boats.md", "bread.md")}
