"""Engine and long work in processes of their own: real ones, over a real session."""

import os
import signal
import subprocess
import sys
import time

import pytest

from app.courtesy import MARK
from app.memory import LOG_FILE, Memory
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from app.tui.app import SearchApp
from app.tui.events import Event, Opened, Ready
from app.tui.remote import Processes, RemoteEngine, RemoteWork
from app.tui.tasks import IndexTask
from app.tui.widgets.results import Results
from indexes.types import Root
from tests.app.tiny_encoder import write_tiny_encoder
from tests.conftest import ROOT
from tests.tui.fakes import field, screen_text, until

QUICK = Settings(tui_debounce_ms=0)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(write_tiny_encoder(tmp_path / "encoder")))
    notes = tmp_path / "notes"
    notes.mkdir()
    for number, words in enumerate(("plum jam and jars", "a gear of a pump", "owls at night")):
        (notes / f"{number}.md").write_text(f"# About {words}\n\nThis is about **{words}**.\n")
    return tmp_path


@pytest.fixture
def make(home):
    apps = []

    def made(memory=None):
        paths = find_paths(home / "home")
        crew = Processes(paths, QUICK, memory or Memory(None))
        apps.append(SearchApp(crew, ("default",), QUICK, memory))
        return apps[-1]

    yield made
    for app in apps:
        app.engine.stop()
        app.work.stop()


async def indexed(pilot, home):
    app = pilot.app
    await until(pilot, lambda: "Press Enter to choose a folder" in screen_text(app))
    await pilot.press("enter")
    await until(pilot, lambda: "Which folder" in screen_text(app))
    field(app, "answer").value = str(home / "notes")
    await pilot.press("enter")
    await until(pilot, lambda: "default: 3 documents" in screen_text(app))
    await until(pilot, lambda: app.work.task is None)


async def test_a_folder_that_is_forgotten_is_found_no_more(make, home):
    app = make()
    async with app.run_test(size=(110, 30)) as pilot:
        await indexed(pilot, home)
        (home / "papers").mkdir()
        (home / "papers" / "p.md").write_text("# A paper\n\nOwls hunt at night.\n")
        app.work.index_folder("default", str(home / "papers"))
        await pilot.press(*"owls")
        await until(pilot, lambda: "p.md" in screen_text(app))
        await pilot.press("down", "f6")
        await until(pilot, lambda: str(home / "papers") in screen_text(app))
        await pilot.press("f", *"papers", "enter", "y")
        await until(pilot, lambda: "forgetting papers of default: done" in screen_text(app))
        await pilot.press("f2")
        await until(pilot, lambda: "default: 3 documents" in screen_text(app))
        await until(pilot, lambda: "p.md" not in screen_text(app))
        assert "2.md" in screen_text(app)
    assert (home / "papers" / "p.md").is_file()


def processes(app):
    assert isinstance(app.engine, RemoteEngine)
    assert isinstance(app.work.worker, RemoteWork)
    return app.engine.host, app.work.worker.host


async def test_from_nothing_to_a_result_in_processes_of_their_own(make, home):
    app = make()
    async with app.run_test(size=(110, 30)) as pilot:
        await indexed(pilot, home)
        await pilot.press(*"owls")
        await until(pilot, lambda: "2.md" in screen_text(app))
        await until(pilot, lambda: "This is about owls at night." in screen_text(app))
        engine, work = processes(app)
        assert len({engine.process_id, work.process_id, os.getpid()}) == 3
    assert app.return_code in (0, None)


async def test_long_work_is_asked_to_stand_still_with_each_key(make, home):
    app = make()
    mark = find_paths(home / "home").state / MARK
    async with app.run_test(size=(110, 30)) as pilot:
        assert not mark.exists()
        await pilot.press("o")
        await until(pilot, mark.exists)


@pytest.mark.parametrize("name", ["default", "missing"])
def test_an_engine_may_begin_before_there_is_an_interface_to_tell(home, name):
    paths = find_paths(home / "home")
    session = Session(paths, QUICK)
    session.index([Root(home / "notes")])
    session.close()
    crew = Processes(paths, QUICK, Memory(None))
    told: list[Event] = []
    crew.begin((name,))
    engine = crew.engine(told.append, lambda error: None)
    assert isinstance(engine, RemoteEngine)
    begun = engine.host.process_id
    engine.reopen(("default",))
    try:
        end = time.monotonic() + 30
        while not told or not isinstance(told[-1], Ready):
            assert time.monotonic() < end, told
            time.sleep(0.02)
        assert begun == engine.host.process_id
        assert [type(event) for event in told] == [Opened, Ready]
    finally:
        engine.stop()


def test_the_engine_begins_before_the_interface_is_imported():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, app.tui.start; print('textual' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "False\n", done.stderr


async def test_an_engine_that_dies_is_told_and_started_again(make, home, tmp_path):
    app = make(Memory(tmp_path / "state"))
    async with app.run_test(size=(110, 30)) as pilot:
        await indexed(pilot, home)
        engine, _ = processes(app)
        dead = engine.process_id
        os.kill(dead, signal.SIGSTOP)
        await pilot.press("o")
        await pilot.pause(0.1)
        os.kill(dead, signal.SIGKILL)
        await until(pilot, lambda: "ended by SIGKILL" in screen_text(app))
        assert "it is started again" in " ".join(screen_text(app).split())
        await pilot.press("w")
        await until(pilot, lambda: app.screen.query_one(Results).hits)
        assert engine.process_id not in (None, dead)
    assert "SIGKILL" in (tmp_path / "state" / LOG_FILE).read_text()


async def test_a_collection_is_removed_while_work_on_another_is_paused(make, home):
    app = make()
    async with app.run_test(size=(110, 30)) as pilot:
        await indexed(pilot, home)
        for number in range(100):
            (home / "notes" / f"more-{number}.md").write_text(f"# {number}\n\nPlum {number}.\n")
        await pilot.press("f6")
        app.work.submit(IndexTask("papers", (Root(home / "notes"),)))
        app.work.pause()
        await until(pilot, lambda: "(paused)" in app.work.line)
        await pilot.press("d", "y")
        await until(pilot, lambda: "removing default: removed" in screen_text(app))
        assert app.work.line.startswith("indexing papers")
        await pilot.press("p")
        await until(pilot, lambda: "103 added" in screen_text(app))
        assert app.work.line == ""


async def test_work_that_dies_is_told_and_can_be_tried_again(make, home):
    app = make()
    async with app.run_test(size=(110, 30)) as pilot:
        await indexed(pilot, home)
        _, work = processes(app)
        os.kill(work.process_id, signal.SIGSTOP)
        await pilot.press("f6")
        app.work.submit(IndexTask("default"))
        os.kill(work.process_id, signal.SIGKILL)
        await until(pilot, lambda: "failed: its process was ended by SIGKILL" in screen_text(app))
        await pilot.press("u")
        await until(pilot, lambda: "3 unchanged" in screen_text(app))


async def test_processes_end_with_the_interface(make, home):
    app = make()
    async with app.run_test(size=(110, 30)) as pilot:
        await indexed(pilot, home)
        ids = [host.process_id for host in processes(app)]
        await pilot.press("ctrl+q")
    for process_id in ids:
        end = time.monotonic() + 10
        while is_running(process_id):
            assert time.monotonic() < end, "it goes on"
            time.sleep(0.02)


def is_running(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process_id}/stat") as stream:  # noqa: PTH123  a place, not a file
        return stream.read().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("kind", ["engine", "work"])
def test_a_host_without_an_interface_ends(kind):
    ended = subprocess.run(
        [sys.executable, "-m", "app.tui.host", kind], stdin=subprocess.DEVNULL, cwd=ROOT,
        capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode != 0 or ended.stdout == b""


def test_hosts_load_neither_the_interface_nor_training():
    code = (
        "import sys, app.tui.host, app.tui.engine, app.tui.worker, app.session;"
        "print(*({'textual', 'rich', 'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
