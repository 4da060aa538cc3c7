"""The interface in a real terminal: bytes in, bytes out, exit code."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 30
QUIT_WITHIN = 3
"""Twice and more what it takes on a busy machine; a second is what is promised on a free one."""


class Terminal:
    def __init__(self, kind, **environment):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tui.launch", kind],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
            env={**plain, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
        os.close(slave)
        self.output = b""

    def read(self, seconds=0.05):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.output += os.read(self.master, 65536)
            except OSError:  # how Linux says that the other side is closed
                return False
        return True

    @property
    def text(self):
        plain = re.sub(rb"\x1b(\[[0-9;?<=>]*[A-Za-z]|[=>])", b"", self.output)
        return plain.decode(errors="replace")

    def until(self, words):
        end = time.monotonic() + PATIENCE
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never came in:\n{self.text[-2000:]}"
            assert self.read(), f"ended before {words!r}:\n{self.text[-2000:]}"

    def send(self, keys):
        os.write(self.master, keys)

    def quit(self):
        began = time.monotonic()
        self.send(b"\x11")
        while self.read() and self.process.poll() is None:
            assert time.monotonic() < began + PATIENCE, "it does not quit"
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - began

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


@pytest.fixture
def start():
    started = []

    def launch(kind, **environment):
        started.append(Terminal(kind, **environment))
        return started[-1]

    yield launch
    for terminal in started:
        terminal.close()


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
    # The interface itself sends this, the shape of the pointer.
    sent = re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", terminal.output)
    assert b"\x1b]" not in sent
    assert b"\x1bP" not in sent
    assert b"\x07" not in sent
    assert b"\x1b[2J" not in sent
    assert "\x9b" not in sent.decode(errors="replace")
