"""Quitting takes less than a second and exits with 0, whatever goes on."""

import os
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.memory import Memory
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.types import Root
from tests.app.tiny_encoder import write_tiny_encoder
from tests.tui.terminal import F3, PATIENCE, Terminal, paste

WITHIN = 1.0
ATTEMPTS = 3
"""The least of so many counts: a machine that is busy with other things says nothing of this."""

F6, F7 = b"\x1b[17~", b"\x1b[18~"


def assert_quits(start, kind, reach, leave=Terminal.quit):
    """Start, reach a state, quit; anew when it took too long."""
    times = []
    for _ in range(ATTEMPTS):
        terminal = start(kind)
        reach(terminal)
        code, took = leave(terminal)
        assert code == 0
        assert "Traceback" not in terminal.text
        assert b"\x1b[?1049l" in terminal.output  # the screen of before is back
        times.append(took)
        if took < WITHIN:
            return
    pytest.fail(f"quitting took {times} s")


def loading(terminal):
    terminal.until("loading encoder")
    terminal.send(b"jam")
    terminal.until("jam")


def idle(terminal):
    terminal.until("ready")


def typing(terminal):
    idle(terminal)
    terminal.send(b"jam jam jam" * 50)


def searched(terminal):
    idle(terminal)
    terminal.send(b"jam\r")
    terminal.until("3 documents in")


def keys(*sent, shows):
    def reach(terminal):
        idle(terminal)
        for one in sent:
            terminal.send(one)
        terminal.until(shows)

    return reach


def pasting(terminal):
    idle(terminal)
    terminal.send(b"\x1b[200~plums and no more")
    time.sleep(1.2)  # only then can a key by itself be one


def hung_up_paste(terminal):
    idle(terminal)
    terminal.send(b"\x1b[200~" + b"plum " * 20000 + b"\x1b[201~")


def following(terminal):
    idle(terminal)
    with TemporaryDirectory(dir="/tmp") as run:
        (Path(run) / "events.out.tfevents.1").touch()
        terminal.send(F7 + b"f" + b"\x15" + run.encode() + b"\r")
        terminal.until("Following /tmp")


STATES = {
    "loading": ("hangs", loading),
    "idle": ("plain", idle),
    "typing": ("plain", typing),
    "searched": ("plain", searched),
    "palette": ("plain", keys(b"\x10", shows="Search for commands")),
    "help": ("plain", keys(b"\x1bOP", shows="Rank by meaning")),
    "question": ("plain", keys(F6 + b"a", shows="Which folder")),
    "confirmation": ("plain", keys(F6 + b"d", shows="y: yes")),
    "a folder to forget": ("plain", keys(F6 + b"f", shows="Forget the folder")),
    "list to choose from": ("plain", keys(b"\x0c", shows="type to narrow")),
    "indexing": ("works", keys(F6 + b"u", shows="indexing default")),
    "paused": ("works", keys(F6 + b"up", shows="p goes on")),
    "a paste that never ends": ("plain", pasting),
    "a long paste": ("plain", hung_up_paste),
    "a run is followed": ("nasty", following),
}


@pytest.mark.parametrize(("kind", "reach"), STATES.values(), ids=STATES)
def test_quits_at_once(start, kind, reach):
    assert_quits(start, kind, reach)


@pytest.fixture
def real(tmp_path, monkeypatch):
    """A home, an encoder, and a folder to index, for the whole program."""
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(write_tiny_encoder(tmp_path / "encoder")))
    monkeypatch.setenv("JTCSE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\n" + "Some plum jam. " * 50)
    session = Session(find_paths(None), Settings())
    session.index([Root(folder)], "default")
    session.close()
    return folder


def test_quits_when_the_editor_has_just_been_left(start, real, tmp_path, monkeypatch):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho EDITING $1\nsleep 0.2\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))

    def reach(terminal):
        terminal.until("60 documents")
        terminal.send(b"jam")
        terminal.until(" ms")
        terminal.send(b"\r\r")
        terminal.until("EDITING")
        time.sleep(0.3)

    assert_quits(start, "real", reach)


def children(terminal):
    process_id = terminal.process.pid
    found = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [int(one) for one in found]


def quit_with_all_held(terminal):
    """Quit while whatever works elsewhere is stuck, as in native code that takes its time."""
    held = children(terminal)
    assert held
    for process_id in held:
        os.kill(process_id, signal.SIGSTOP)
    try:
        return terminal.quit()
    finally:
        for process_id in held:
            os.kill(process_id, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for children in /proc")
@pytest.mark.parametrize("state", ["loading", "indexing", "searching", "comparing"])
def test_quits_whatever_the_processes_are_at(start, real, state):
    def reach(terminal):
        terminal.until("Search")
        if state != "loading":
            terminal.until("60 documents")
        if state == "searching":
            terminal.send(b"jam")
        if state == "indexing":
            terminal.send(F6)
            terminal.until("just now")
            terminal.send(b"u")
            terminal.until("indexing default")
        if state == "comparing":
            terminal.send(F3)
            terminal.until("First text")
            terminal.send(F3)
            terminal.until("Columns (or none)")
            paste(terminal, "\r".join(f"line {n} of many words to compare" for n in range(800)))

    assert_quits(start, "real", reach, quit_with_all_held)


def test_what_it_did_not_come_to_the_end_of_is_told_where_one_goes_on(start):
    terminal = start("works")
    keys(F6 + b"u", shows="indexing default")(terminal)
    terminal.quit()
    after = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
    assert "jtcse: not finished: indexing default; what was stored stays" in after


def test_ends_when_its_terminal_is_gone(start):
    terminal = start("plain")
    terminal.until("ready")
    os.close(terminal.master)
    terminal.process.wait(PATIENCE)
    terminal.master = os.open(os.devnull, os.O_RDONLY)


@pytest.mark.parametrize("signalled", [False, True])
def test_how_it_was_left_is_kept_when_its_terminal_is_closed(start, tmp_path, signalled):
    terminal = start("jtcse", JTCSE_HOME=str(tmp_path))
    terminal.until("a question, or a few words")
    terminal.send(b"\x1bOS")
    terminal.until("dense search")
    if signalled:
        terminal.process.send_signal(signal.SIGHUP)
    else:
        os.close(terminal.master)
        terminal.master = os.open(os.devnull, os.O_RDONLY)
    terminal.process.wait(PATIENCE)
    assert Memory(tmp_path / "state").state()["mode"] == "dense"


def stand_still(terminal):
    """Have the interface paint more than a terminal takes that nobody reads."""
    terminal.until("a question, or a few words")
    for number in range(40):
        terminal.resize(150 + number % 2, 50)
        time.sleep(0.1)


def test_ends_when_a_terminal_that_stood_still_is_gone(start):
    terminal = start("jtcse")
    stand_still(terminal)
    os.close(terminal.master)
    terminal.process.wait(PATIENCE)
    terminal.master = os.open(os.devnull, os.O_RDONLY)


def test_a_signal_ends_it_though_its_terminal_stands_still(start):
    terminal = start("jtcse")
    stand_still(terminal)
    terminal.process.terminate()
    assert terminal.process.wait(PATIENCE) == 128 + signal.SIGTERM
