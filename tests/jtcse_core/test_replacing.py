"""Files and folders that take another's place: whatever fails, one of the two stands."""

from pathlib import Path

import pytest

from jtcse_core.replacing import put_back, replacement, write_whole
from jtcse_core.training.resuming import BEST, drop_incomplete
from tests.jtcse_core.disk import no_room_on_the_disk


@pytest.fixture
def best(tmp_path: Path) -> Path:
    folder = tmp_path / BEST
    folder.mkdir()
    (folder / "weights").write_text("old")
    return folder


def leave_killed(folder: Path) -> Path:
    """Leave what a process leaves that is killed between the two renames; return its scratch."""
    scratch = folder.parent / f".{folder.name}-ab_c1234"
    (scratch / "new").mkdir(parents=True)
    (scratch / "new" / "weights").write_text("new")
    folder.rename(scratch / "old")
    return scratch


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_takes_the_place_of_the_old_one_and_nothing_is_left(best: Path) -> None:
    with replacement(best) as work:
        (work / "weights").write_text("new")
        (work.parent / "scratch").write_text("x")
    assert (best / "weights").read_text() == "new"
    assert names(best.parent) == [BEST]


def test_an_error_in_the_block_leaves_the_old_folder(best: Path) -> None:
    with pytest.raises(KeyboardInterrupt), replacement(best):
        raise KeyboardInterrupt
    assert (best / "weights").read_text() == "old"
    assert names(best.parent) == [BEST]


def test_a_new_folder_that_cannot_be_moved_leaves_the_old_one(best: Path) -> None:
    with pytest.raises(OSError), replacement(best) as work:
        work.rmdir()  # so that the second rename fails
    assert (best / "weights").read_text() == "old"
    assert names(best.parent) == [BEST]


def test_what_was_killed_out_of_its_place_is_put_back(best: Path) -> None:
    leave_killed(best)
    put_back(best)
    assert (best / "weights").read_text() == "old"


def test_what_stands_in_its_place_is_left_there(best: Path) -> None:
    leave_killed(best)
    best.mkdir()
    put_back(best)
    assert names(best) == []


def test_what_belongs_to_a_folder_of_another_name_is_left_alone(best: Path) -> None:
    other = best.with_name(f"{BEST}-2")
    best.rename(other)
    leave_killed(other)
    put_back(best)
    assert not best.exists()


def test_a_run_that_goes_on_keeps_its_best_encoder(best: Path) -> None:
    scratch = leave_killed(best)
    drop_incomplete(best.parent)
    assert (best / "weights").read_text() == "old"
    assert not scratch.exists()


def test_a_file_that_cannot_be_written_in_full_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "best.json"
    write_whole(path, "old")
    with no_room_on_the_disk(), pytest.raises(OSError, match="too large"):
        write_whole(path, "new")
    assert path.read_text() == "old"
