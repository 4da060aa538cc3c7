"""How long a user waits for the interface: a real terminal, whole processes.

    python -m benchmarks.first_paint [--passages N] [--home DIR] [--runs N]

Makes the collection of `benchmarks.cold_start`, unless the home holds one, and opens the interface
in a pseudo-terminal of 80 x 24. Told are the times from the command to the first paint of the
search screen (that of the last time, which stands while the interface is imported; where none
is kept, that is told apart), from the question that is typed at that moment to its first letters on
the screen, from the command until the interface itself takes over and to the results of that
question, and from Ctrl-Q to the end of the process. Medians, the lowest and the highest; nothing is
judged.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from benchmarks.cold_start import prepare, print_medians
from benchmarks.processes import user_environment

RUNS = 7
PATIENCE_S = 60.0
COLUMNS, ROWS = 80, 24
QUESTION = "who repaired the telescope mirror"
FIELD = re.compile("a question, or a few words")
LETTERS = re.compile("who")
RESULT = re.compile(r"Report \d+")
TAKES_OVER = b"\x1b[?1000h"
"""With this the interface itself begins to talk to the terminal."""

QUIT = b"\x11"
_SEQUENCE = re.compile(r"\x1b(\[[0-9;?<=>]*[A-Za-z]|[=>])")


def main() -> None:
    """Open the interface as often as asked, and print what it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="keep the collection here for the next time")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jtcse-paint-") as scratch:
        home = options.home or Path(scratch)
        passages = prepare(home, options.passages)
        open_once(home)  # which warms the disk
        runs = [open_twice(home) for _ in range(options.runs)]
    medians = print_medians("interface", {name: [run[name] for run in runs] for name in runs[0]})
    print(json.dumps({"passages": passages, "runs": options.runs, "median_s": medians}))


def open_twice(home: Path) -> dict[str, float]:
    """Open the interface with no frame kept, and again; the seconds that each took."""
    for kept in home.rglob("frames.json"):
        kept.unlink()
    first = open_once(home)["first paint"]
    return {"first paint, nothing kept": first, **open_once(home)}


def open_once(home: Path) -> dict[str, float]:
    """Open the interface, ask at once, quit; the seconds that each took."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=user_environment(TERM="xterm-256color", JTCSE_HOME=str(home)),
    )
    os.close(slave)
    try:
        seen = _read_until(master, FIELD)
        painted = time.perf_counter()
        os.write(master, QUESTION.encode())
        before = _read_until(master, LETTERS)
        shown = time.perf_counter()
        own = painted if TAKES_OVER in seen else 0.0
        while not own:
            before += _read(master)
            own = time.perf_counter() if TAKES_OVER in before else 0.0
        _read_until(master, RESULT)
        found = time.perf_counter()
        os.write(master, QUIT)
        while _read(master):
            pass
        process.wait(PATIENCE_S)
        ended = time.perf_counter()
    finally:
        process.kill()
        os.close(master)
    return {
        "first paint": painted - began,
        "letters shown after": shown - painted,
        "taken over": own - began,
        "first results": found - began,
        "quit": ended - found,
    }


def _read_until(master: int, wanted: re.Pattern[str]) -> bytes:
    """Read until something stands on the screen; returns the bytes."""
    read, text, end = b"", "", time.monotonic() + PATIENCE_S
    while not wanted.search(text):
        if time.monotonic() > end:
            raise SystemExit(f"{wanted.pattern!r} never came; the screen said: {text[-500:]}")
        part = _read(master)
        read += part
        text += _SEQUENCE.sub("", part.decode(errors="replace"))
    return read


def _read(master: int) -> bytes:
    """Return what the interface painted; nothing once it has ended."""
    if not select.select([master], [], [], PATIENCE_S)[0]:
        return b""
    try:
        return os.read(master, 65536)
    except OSError:  # how Linux says that the other side is closed
        return b""


if __name__ == "__main__":
    main()
