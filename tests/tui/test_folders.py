"""Paths as they are typed."""

import os

import pytest

from app.tui.folders import complete, folder_problem, is_folder, is_there, start_folder, typed_path

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
