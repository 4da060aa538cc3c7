"""The interface in a real terminal: bytes in, bytes out, exit code."""

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.types import Root
from tests.app.tiny_encoder import write_tiny_encoder
from tests.tui.launch import NASTY
from tests.tui.terminal import F3, assert_harmless, paste

QUIT_WITHIN = 3
"""Twice and more what it takes on a busy machine; a second is what is promised on a free one."""


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}], ids=["colour", "no colour"])
def test_start_type_result_quit(start, environment):
    terminal = start("plain", **environment)
    terminal.until("Search")
    terminal.send(b"jam")
    terminal.until("Preserving fruit 1")
    terminal.until("3 documents in 7 ms")
    terminal.until("Fill the jars")
    code, took = terminal.quit()
    assert code == 0
    assert took < QUIT_WITHIN
    assert b"\x1b[?1049l" in terminal.output
    painted = re.findall(rb"\x1b\[([0-9;]*)m", terminal.output)
    colours = [
        style for style in painted if re.search(rb"(^|;)([34]8|[349][0-7]|10[0-7])(;|$)", style)
    ]
    assert bool(colours) == (not environment)


def test_keys_that_come_at_once_go_where_each_belongs(start):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(b"jam")
    terminal.until("3 documents in 7 ms")
    terminal.send(b"\x1bOR")
    terminal.until("First text")
    terminal.send(b"same\tsame")
    terminal.until("Similarity 1.0000")
    assert terminal.quit()[0] == 0


def test_quits_while_the_engine_loads(start):
    terminal = start("hangs")
    terminal.until("loading encoder")
    terminal.send(b"jam")
    terminal.until("jam")
    code, took = terminal.quit()
    assert code == 0
    assert took < QUIT_WITHIN
    assert "Traceback" not in terminal.text


def test_quits_within_a_second_while_work_goes_on(start):
    terminal = start("works")
    terminal.until("ready")
    terminal.send(b"\x1b[17~")
    terminal.until("encoder   tiny")
    terminal.send(b"u")
    terminal.until("indexing default")
    code, took = terminal.quit()
    assert code == 0
    assert took < QUIT_WITHIN
    assert "Traceback" not in terminal.text


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
    terminal = start("real")
    terminal.until("Search")
    if state != "loading":
        terminal.until("60 documents")
    if state == "searching":
        terminal.send(b"jam")
    if state == "indexing":
        terminal.send(b"\x1b[17~")  # F6
        terminal.until("just now")
        terminal.send(b"u")
        terminal.until("indexing default")
    if state == "comparing":
        terminal.send(F3)
        terminal.until("First text")
        terminal.send(F3)
        terminal.until("Columns (or none)")
        paste(terminal, "\r".join(f"line {n} of many words to compare" for n in range(800)))
    code, took = quit_with_all_held(terminal)
    assert code == 0
    assert took < QUIT_WITHIN
    assert "Traceback" not in terminal.text


def test_documents_cannot_act_on_the_terminal(start):
    terminal = start("nasty")
    terminal.until("ready")
    terminal.send(b"plums")
    terminal.until("1 document in")
    terminal.until("after")
    terminal.send(b"\r\x1b[19~")  # to the list; F8, the explanation
    terminal.until("carried by")
    terminal.send(b"\x1b[17~")  # F6, the collections
    terminal.until("cannot be opened")
    terminal.send(b"v")
    terminal.until("DAMAGED")
    terminal.send(b"s")
    terminal.until("not searchable")
    code, _ = terminal.quit()
    assert code == 0
    assert "[red]x[/red]" in terminal.text
    assert_harmless(terminal)


PASTED = "plums [red]x[/red]"
"""Terminals leave escapes out of what is pasted; the interface's own cleaning is tested apart."""


def test_what_is_compared_cannot_act_on_the_terminal(start, tmp_path):
    (tmp_path / "a.md").write_text(f"# {NASTY}\n\nSome {NASTY} here.\n")
    (tmp_path / "b.txt").write_text(f"Some {NASTY} here.\n")
    (tmp_path / "pairs.tsv").write_text(
        "".join(f"{NASTY} {n}\tab{'c' * n}\t{n % 4}\n" for n in range(9))
    )
    terminal = start("nasty")
    terminal.until("ready")
    paste(terminal, PASTED)  # into the query
    terminal.until("1 document in")
    terminal.send(F3)
    terminal.until("First text")
    paste(terminal, PASTED)
    terminal.send(b"\t")
    paste(terminal, PASTED)
    terminal.until("Similarity 1.0000")
    terminal.send(F3)
    terminal.until("Columns (or none)")
    paste(terminal, f"{PASTED}\rother")
    terminal.until("2 × 2")
    terminal.send(F3)
    terminal.until("Which two documents")
    paste(terminal, f"/nowhere/{PASTED}")
    terminal.send(b"\r")
    paste(terminal, str(tmp_path / "b.txt"))
    terminal.send(b"\r")
    terminal.until("check the path")
    terminal.send(b"\x1b[Z")
    time.sleep(0.5)
    terminal.send(b"\x15")
    paste(terminal, str(tmp_path / "a.md"))
    terminal.send(b"\r")
    terminal.until(" matched, ")
    terminal.send(F3)
    terminal.until("Which file?")
    paste(terminal, str(tmp_path / "pairs.tsv"))
    terminal.send(b"\r")
    terminal.until("9 pairs, Spearman")
    assert terminal.quit()[0] == 0
    assert "[red]x[/red]" in terminal.text
    assert_harmless(terminal)
