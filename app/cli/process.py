"""What the process owes to those around it: its streams, its signals, its arguments."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

GARBAGE_AFTER = (100_000, 50, 50)
"""Objects made before garbage is looked for. What a start imports is none, and Python would look it
through over and over, after every 700."""

TURN = 0.001
"""Seconds that a thread may go on while another waits for Python's lock, which are five
thousandths otherwise: the thread that writes a list to the terminal waits for the one that paints
the rest, and those that encode for the one that reads documents."""


def prepare() -> None:
    """Make the process ready: streams open, an orderly end by signals, single sums, short turns."""
    _open_standard_streams()
    gc.set_threshold(*GARBAGE_AFTER)
    sys.setswitchinterval(TURN)
    # Read when numpy is first imported. A search multiplies one vector, where two threads cost
    # more than they give, on a busy machine ten times as much; encoding has threads of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not where nohup has it ignored
            signal.signal(number, _end)


def _open_standard_streams() -> None:
    """Give each closed standard stream a place that swallows what is written.

    Without that, a database opened later would become standard output, and be written to.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            stream = os.fdopen(number, mode, encoding="utf-8", closefd=False)
            setattr(sys, name, stream)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End as the signal asks, but close and clear away on the way out."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def on_terminal() -> bool:
    """Whether a person sits there, who reads and types."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def readable(argument: str) -> str:
    """Return an argument that is no path as text: UTF-8 whatever the locale, nothing else."""
    return os.fsencode(argument).decode("utf-8", "replace")


def abandon_stdout() -> None:
    """Nobody reads any more: keep the interpreter from failing as it flushes at the end."""
    sys.stdout = sys.__stdout__
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
