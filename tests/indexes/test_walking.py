"""Which files a walk finds."""

from pathlib import Path

import pytest

from indexes.types import Root, Skip
from indexes.walking import walk


def names(root: Path, **options: tuple[str, ...]) -> list[str]:
    found = walk(Root(root, **options))
    return [str(item.path.relative_to(root)) for item in found if not isinstance(item, Skip)]


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")


def test_files_come_in_the_order_of_their_names(tmp_path):
    make(tmp_path, "b.md", "a/z.md", "a/b/c.md")
    assert names(tmp_path) == ["a/b/c.md", "a/z.md", "b.md"]


def test_hidden_and_generated_things_are_passed_over(tmp_path):
    make(tmp_path, ".git/config", ".hidden.md", "node_modules/x.js", "seen.md")
    assert names(tmp_path) == ["seen.md"]


@pytest.mark.parametrize("ignore_file", [".gitignore", ".jtcseignore"])
def test_ignore_files_work_as_in_git(tmp_path, ignore_file):
    make(tmp_path, "a.log", "keep.log", "build/x.md", "sub/build/y.md", "sub/a.md")
    (tmp_path / ignore_file).write_text("*.log\n!keep.log\n/build/\n")
    assert names(tmp_path) == ["keep.log", "sub/a.md", "sub/build/y.md"]


def test_an_inner_ignore_file_overrules_an_outer_one(tmp_path):
    make(tmp_path, "a.log", "sub/a.log")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "sub" / ".gitignore").write_text("!*.log\n")
    assert names(tmp_path) == ["sub/a.log"]


def test_globs_include_and_exclude(tmp_path):
    make(tmp_path, "a.md", "b.txt", "old/c.md")
    assert names(tmp_path, include=("*.md",), exclude=("old/",)) == ["a.md"]


def test_a_root_may_be_a_file(tmp_path):
    make(tmp_path, "a.md")
    (item,) = walk(Root(tmp_path / "a.md"))
    assert item.path == tmp_path / "a.md"


def test_links_inside_are_found_once_and_links_out_are_named(tmp_path):
    root = tmp_path / "root"
    make(root, "real.md")
    make(tmp_path, "outside.md")
    (root / "inside.md").symlink_to(root / "real.md")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    assert names(root) == ["real.md"]
    skips = {
        Path(item.path).name: item.reason for item in walk(Root(root)) if isinstance(item, Skip)
    }
    assert skips["out.md"] == "a link that leads out of the folder"
    assert "self" in skips
