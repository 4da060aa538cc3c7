"""Start the interface, its engine first."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from app.memory import names_to_open
from app.tui.remote import Processes

if TYPE_CHECKING:
    from types import FrameType

    from app.memory import Memory
    from app.paths import Paths
    from app.settings import Settings
    from app.tui.prelude import Prelude

    Frame = FrameType | None

GRACE = 2.0
"""Seconds in which the interface ends in good order after a signal, if its terminal lets it."""


def start(names: Sequence[str], paths: Paths, settings: Settings, memory: Memory) -> int:
    """Show the interface until the user quits, and return the exit code.

    Args:
        names: The collections to search; empty for those of the last time.
        paths: Where things are kept.
        settings: What the user set.
        memory: What is remembered from one run to the next.

    Raises:
        SettingError: A setting of the interface is wrong.
    """
    _end_by_signals()
    names = names_to_open(names, memory.state())
    with _prelude(memory, names, settings) as shown:
        crew = Processes(paths, settings, memory)
        crew.begin(names)
        # Imported while the engine loads: either takes longer than the first paint should.
        from app.tui.app import run

        return run(crew, names, settings, memory, shown)


def _prelude(
    memory: Memory, names: Sequence[str], settings: Settings
) -> AbstractContextManager[Prelude | None]:
    if sys.platform == "win32":  # it has other terminals
        return nullcontext()
    from app.tui.prelude import prelude

    return prelude(memory, names, settings)


def _end_by_signals() -> None:
    """Have signals end the interface also where a terminal that takes nothing more holds all up."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        orderly = signal.getsignal(number)
        if callable(orderly):
            signal.signal(number, partial(_end, orderly))


def _end(orderly: Callable[[int, Frame], object], number: int, frame: Frame) -> None:
    last = threading.Timer(GRACE, os._exit, (128 + number,))
    last.daemon = True
    last.start()
    orderly(number, frame)
