"""While nobody asks, the engine reads ahead; whatever is asked goes first, and nothing is told."""

import threading
from typing import Any, cast

from app.tui.engine import EngineThread
from app.tui.events import Ready, Released
from app.tui.jobs import Load, Release


class Patient:
    """A session that notes what it is asked, and lets a test hold its reading ahead."""

    def __init__(self):
        self.done: list[object] = []
        self.go_on = threading.Event()
        self.reading = threading.Event()

    def prepare(self, names):
        self.done.append("prepared")

    def warm(self, names, step):
        self.reading.set()
        assert self.go_on.wait(20)
        self.done.append(step)
        return step + 1 if step < 2 else None

    def release(self, name):
        self.done.append("asked")

    def close(self):
        self.done.append("closed")


def test_what_is_asked_goes_before_what_is_read_ahead():
    session, events, ended = Patient(), [], threading.Event()

    def emit(event):
        events.append(type(event))
        if len(events) == 2:
            ended.set()

    engine = EngineThread(lambda: cast(Any, session), emit)
    engine.submit(Load(("default",)))
    engine.start()
    assert session.reading.wait(20)
    engine.submit(Release("default"))
    session.go_on.set()
    assert ended.wait(20)
    while len(session.done) < 5:
        threading.Event().wait(0.01)
    engine.stop()
    engine.join(20)
    assert session.done == ["prepared", 0, "asked", 1, 2, "closed"]
    assert events == [Ready, Released]
