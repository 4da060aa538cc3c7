"""Paths as they are typed."""

import os

import pytest

from app.paths import is_there
from app.tui.folders import (
    Completing,
    complete,
    folder_problem,
    is_folder,
    start_folder,
    typed_path,
)

ODD = ["~nobody-has-this-name/x", "\0", "x" * 5000, "/proc/1/root/x", "\udc80", ""]


@pytest.mark.parametrize("typed", ODD)
def test_no_path_is_too_odd(typed):
    path = typed_path(typed)
    assert is_there(path) == (not typed)
    assert is_folder(path) == (not typed)
    assert complete(typed) is None
    assert folder_problem(typed)
    assert start_folder(typed)


def test_a_folder_that_was_removed_is_no_place_to_begin(tmp_path, monkeypatch):
    here = tmp_path / "gone"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    assert start_folder("").startswith("~/")


def test_what_may_not_be_looked_at_is_as_if_it_were_not_there(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may look everywhere")
    folder = tmp_path / "closed"
    (folder / "in").mkdir(parents=True)
    folder.chmod(0)
    try:
        assert not is_there(folder / "in")
    finally:
        folder.chmod(0o700)


async def test_a_path_is_completed_as_far_as_it_is_sure_then_by_each_in_turn(tmp_path):
    for name in ("docs", "docs2", "dogs"):
        (tmp_path / name).mkdir()
    (tmp_path / "docs" / "deep").mkdir()
    (tmp_path / ".hidden").mkdir()
    completing, at, shown = Completing(), f"{tmp_path}/doc", []
    for _ in range(4):
        at = await completing.complete(at)
        shown.append(at.removeprefix(f"{tmp_path}/"))
    assert shown == ["docs", "docs/", "docs2/", "docs/"]
    assert await Completing().complete(f"{tmp_path}/docs/") == f"{tmp_path}/docs/deep/"
    assert await completing.complete(f"{tmp_path}/x") == f"{tmp_path}/x"
    assert await Completing().complete(f"{tmp_path}/") == f"{tmp_path}/do"
