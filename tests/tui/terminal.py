"""A terminal that a test types into and reads from."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 30


def plain(output):
    """Return what was written, without the sequences."""
    return re.sub(rb"\x1b(\[[0-9;?<=>]*[A-Za-z]|[=>])", b"", output).decode(errors="replace")


def heed_signals():
    """Where the tests run in the background, a shell has interrupts ignored, and nohup hangups."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    def __init__(self, kind, errors=None, **environment):
        """Open the interface over a session that is steered, or as users do: `kind` "jtcse".

        `errors` is a file that standard error is led to.
        """
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        steered = ["-m", "tests.tui.launch", kind]
        plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.process = subprocess.Popen(
            [sys.executable, *(["-m", "app"] if kind == "jtcse" else steered)],
            stdin=slave, stdout=slave, stderr=errors or slave, cwd=ROOT, start_new_session=True,
            env={**plain, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment},
            preexec_fn=heed_signals,
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
        return plain(self.output)

    @property
    def seen(self):
        return " ".join(dict.fromkeys(self.text.split()))[-3000:]

    def until(self, words):
        end = time.monotonic() + PATIENCE
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never came in:\n{self.seen}"
            assert self.read(), f"ended before {words!r}:\n{self.seen}"

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def send(self, keys):
        while keys:
            keys = keys[os.write(self.master, keys) :]

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


def assert_harmless(terminal):
    # The interface itself sends this, the shape of the pointer.
    sent = re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", terminal.output)
    assert b"\x1b]" not in sent
    assert b"\x1bP" not in sent
    assert b"\x07" not in sent
    assert b"\x1b[2J" not in sent
    assert "\x9b" not in sent.decode(errors="replace")


F3 = b"\x1bOR"


def paste(terminal, text):
    time.sleep(0.5)  # nobody pastes before the field stands there
    terminal.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")
    time.sleep(0.5)
