"""The interface over a session that tests steer, as a process of its own."""

import sys
import time

from app.settings import Settings
from app.tui.app import run
from tests.tui.fakes import FakeSession, hit

NASTY = "plums \x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1bP+q544e\x1b\\\x9b31m [red]x[/red]"


def main(kind):
    def factory():
        if kind == "hangs":
            time.sleep(600)
        if kind == "nasty":
            bad = hit(text=NASTY, title=NASTY, heading=NASTY, path=f"/home/{NASTY}.md")
            return FakeSession([bad], f"before\n{NASTY}\nafter")
        return FakeSession()

    return run(factory, ("default",), Settings())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
