"""The interface over a session that tests steer, as a process of its own."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from app.explanation import Explanation, Word
from app.memory import Memory
from app.paths import find_paths
from app.settings import Settings
from app.status import Problem
from app.tui.app import run
from app.tui.crew import Crew
from app.tui.remote import Processes
from indexes.types import Finding, Root, Skip
from tests.tui.fakes import FakeSession, Threads, hit

NASTY = (
    "plums \x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1bP+q544e\x1b\\\x9b31m [red]x[/red] "
    "[@click=app.quit]q[/] \u202egnp.exe \u200b\u200d\ufeff b\u0301\u0301 "
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 漢字 \u2764\ufe0f."
)


class NastySession(FakeSession):
    """Everything that a file, or a name of one, can say is said here."""

    def describe_all(self):
        infos, _ = super().describe_all()
        roots = (Root(Path(f"/home/{NASTY}")),)
        problem = Problem("broken", NASTY, NASTY)
        return [replace(info, roots=roots, encoder=NASTY) for info in infos], [problem]

    def explain(self, hit, query, like=()):
        return Explanation(0.5, 0.5, 0.5, (NASTY,), (Word(NASTY, 0.3, ()),))

    def skips(self, name):
        return [Skip(f"/home/{NASTY}", NASTY)]

    def verify(self, name, *, repair, on_event):
        return [Finding("damage", NASTY, NASTY)]

    def curves(self, run):
        return {NASTY: [(1, 1.0)], "loss": [(1, 1.0)]}


def show_prelude():
    """Show the frame that is kept, for as long as SHOWN says, and tell what was typed."""
    from app.tui.prelude import Frame, frame_key, prelude

    memory = Memory(Path(os.environ["STATE"]))
    if not memory.frame(frame_key(("default",), Settings(), {})):
        frame = Frame("\x1b[2;1HFRAME", 4, 1, 12, "<", ">")
        memory.keep_frame(frame_key(("default",), Settings(), {}), frame)
    with prelude(memory, ("default",), Settings()) as shown:
        time.sleep(float(os.environ["SHOWN"]))
        typed = shown.hand_over()
    sys.stdout.write(f"typed {typed!r}\n")


def main(kind):
    if kind == "prelude":
        show_prelude()
        return 0

    def factory():
        if kind == "hangs":
            time.sleep(600)
        if kind == "nasty":
            bad = hit(text=NASTY, title=NASTY, heading=NASTY, path=f"/home/{NASTY}.md")
            return NastySession([bad], f"before\n{NASTY}\nafter")
        session = FakeSession()
        if kind == "works":
            session.gate("file 2")
        return session

    crew: Crew = Threads(factory)
    if kind == "real":
        crew = Processes(find_paths(None), Settings(), Memory(None))
    state = os.environ.get("STATE")
    code = run(crew, ("default",), Settings(), Memory(Path(state) if state else None))
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
