"""The process in which the engine, or long work, is done: `python -m app.tui.host engine|work`.

Standard input brings the place of the session, then calls as (method, arguments); standard output
takes back what is told. Both are pickles, and both ends are this program.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from app.memory import Memory
    from app.paths import Paths
    from app.session import Session
    from app.settings import Settings
    from app.tui.engine import EngineThread
    from app.tui.worker import WorkThread

GRACE = 0.3
"""Seconds that the work at hand gets to end in good order."""

NICE = 10
"""How much the system prefers everybody else to long work."""

CALLS = {"engine": {"submit"}, "work": {"submit", "pause", "cancel", "watch"}}


class Place(NamedTuple):
    """Where the session stands, and the log."""

    paths: Paths
    settings: Settings
    memory: Memory


def main(kind: str) -> None:
    """Serve until the input ends."""
    # Whoever finds a collection locked is told this for a name.
    sys.argv = ["a window of jtcse"]
    calls = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not stand between the answers.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    place: Place = pickle.load(calls)
    served = _served(kind, place, answers)
    while True:
        try:
            method, arguments = pickle.load(calls)
        except (EOFError, pickle.UnpicklingError):
            break
        if method in CALLS[kind]:
            getattr(served, method)(*arguments)
    served.stop()
    if served.is_alive():
        served.join(GRACE)
    # An encoder that loads or computes cannot be interrupted, and a daemon thread inside native
    # code can abort an interpreter that shuts down.
    os._exit(0)


def _served(kind: str, place: Place, answers: BinaryIO) -> EngineThread | WorkThread:
    telling = threading.Lock()

    def emit(told: object) -> None:
        told_whole = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
        with telling:  # watchers tell too, from threads of their own
            answers.write(told_whole)
            answers.flush()

    def open_session() -> Session:
        from app.session import Session

        return Session(place.paths, place.settings)

    if kind == "work":
        from app.tui.worker import WorkThread

        os.nice(NICE)
        return WorkThread(open_session, emit, place.memory.log, place.paths.data)
    from app.tui.engine import EngineThread

    engine = EngineThread(open_session, emit, place.memory.log)
    engine.start()
    return engine


if __name__ == "__main__":
    main(sys.argv[1])
