"""Long work stands still while somebody types, and only then."""

import os
import threading
import time

import pytest

from app import courtesy
from app.courtesy import MARK, MOMENT, Courtesy
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.types import Request, Root

SHORT = MOMENT / 2


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def waited(call):
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_work_waits_until_the_keyboard_has_rested(state):
    interface, work = Courtesy(state), Courtesy(state)
    interface.ask()
    with work.working():
        assert MOMENT / 2 < waited(work.give_way) < MOMENT + 0.5
        assert waited(work.give_way) < SHORT


def test_a_key_meanwhile_makes_it_wait_longer(state):
    interface, work = Courtesy(state), Courtesy(state)
    interface.ask()
    later = threading.Timer(MOMENT * 0.6, interface.ask)
    later.start()
    with work.working():
        assert waited(work.give_way) > MOMENT * 1.3
    later.join()


def test_it_waits_for_nothing_where_nobody_ever_typed(state):
    work = Courtesy(state)
    with work.working():
        assert waited(work.give_way) < SHORT
    assert not state.exists()


def test_what_is_not_long_work_never_waits(state):
    one = Courtesy(state)
    one.ask()
    assert waited(one.give_way) < SHORT
    with one.working():
        pass
    assert waited(one.give_way) < SHORT


def test_a_clock_that_was_set_back_holds_nothing_up(state):
    work = Courtesy(state)
    work.ask()
    ahead = time.time() + 3600
    os.utime(state / MARK, (ahead, ahead))
    with work.working():
        assert waited(work.give_way) < SHORT


def test_a_home_that_cannot_be_written_stops_no_typing(tmp_path):
    (tmp_path / "file").write_text("")
    Courtesy(tmp_path / "file" / "state").ask()


def test_the_mark_is_for_its_owner_only(state):
    Courtesy(state).ask()
    assert (state / MARK).stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700


def test_many_keys_at_once_touch_the_disk_once(state):
    interface = Courtesy(state)
    interface.ask()
    os.utime(state / MARK, (1, 1))
    for _ in range(20):
        interface.ask()
    assert (state / MARK).stat().st_mtime == 1


@pytest.fixture
def looks(monkeypatch):
    """When long work looked whether somebody types."""
    looks: list[float] = []
    left = Courtesy._left

    def looked(self):
        looks.append(time.monotonic())
        return left(self)

    monkeypatch.setattr(courtesy.Courtesy, "_left", looked)
    return looks


def test_indexing_gives_way_before_each_batch_and_searching_never_does(tmp_path, looks):
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(30):
        (notes / f"{number}.md").write_text(f"# Note {number}\n\n" + "some words of it " * number)
    paths = find_paths(tmp_path / "home")
    session = Session(paths, Settings(threads=1))
    session.index([Root(notes)])
    texts = session.describe("default").passages
    assert len(looks) > texts / 4
    looks.clear()
    Courtesy(paths.state).ask()
    session.search(Request("some words"))
    assert not looks
    session.close()


def test_what_comes_through_a_pipe_gives_way_too(tmp_path, looks):
    session = Session(find_paths(tmp_path / "home"), Settings(threads=1))
    session.add_piped(b"some words that were piped", "Piped", "default")
    assert looks
    session.close()
