"""The first frame of the interface as it was the last time, shown while the interface is imported.

Importing takes half a second and more, in which a terminal would stay empty. What is typed
meanwhile stands in the field of that frame, and goes to the interface once it reads the keyboard.
Where no frame is kept, as at the first start, the field stands there alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import termios
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from app import __version__

if TYPE_CHECKING:
    from app.memory import Memory
    from app.settings import Settings

ALTERNATE_SCREEN = "\x1b[?1049h"
_LEAVE = "\x1b[?1049l\x1b[?25h"
_HIDE_CURSOR = "\x1b[?25l"
_CURSOR = "\x1b[7m \x1b[27m"

_LOCAL, _INPUT, _CHARACTERS = 3, 0, 6
"""Places in a terminal's attributes; see `termios.tcgetattr`."""

_DISABLED = 0 if sys.platform == "linux" else 255
"""What stands for no character in a terminal's attributes."""

_ERASE = "\x7f"
READ_BYTES = 4096

_LABEL = " Search "
INVITATION = "a question, or a few words"
"""Stands in the field for the query before anything is typed."""

DRESS = ("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "COLUMNS", "LINES")
"""Variables that decide how a frame is painted."""


class Frame(NamedTuple):
    """A frame, and its field for the query.

    Attributes:
        text: What paints it.
        x: Column of the field's first cell, from 0.
        y: Its line, from 0.
        width: Its cells.
        before: Sequences before what stands in the field.
        after: Sequences behind it.
    """

    text: str
    x: int
    y: int
    width: int
    before: str
    after: str


def frame_key(names: Sequence[str], settings: Settings, left: Mapping[str, object]) -> str:
    """Return what decides how the first frame looks, as a key.

    Args:
        names: The collections that are searched.
        settings: What the user set.
        left: How the interface was left.

    Raises:
        OSError: There is no terminal.
    """
    size = tuple(os.get_terminal_size(sys.__stdin__.fileno()))  # type: ignore[union-attr]
    dress = [os.environ.get(name) for name in DRESS]
    keys = sorted(settings.tui_keys.items())
    state = [left.get("theme"), left.get("mode") or settings.search_mode, bool(left.get("why"))]
    return json.dumps([__version__, size, list(names), settings.tui_theme, keys, state, dress])


@contextlib.contextmanager
def prelude(memory: Memory, names: Sequence[str], settings: Settings) -> Iterator[Prelude | None]:
    """Show the frame that is remembered, until the interface takes over or does not come about."""
    frame = _frame_for(memory, names, settings)
    if frame is None:
        yield None
        return
    shown = Prelude(frame)
    try:
        yield shown if shown.show() else None
    finally:
        shown.close()


def _frame_for(memory: Memory, names: Sequence[str], settings: Settings) -> Frame | None:
    if os.environ.get("TEXTUAL_DRIVER"):  # it may paint elsewhere
        return None
    try:
        kept = memory.frame(frame_key(names, settings, memory.state()))
        width = os.get_terminal_size(sys.__stdin__.fileno()).columns  # type: ignore[union-attr]
    except OSError:
        return None
    return Frame(*kept) if kept and _is_frame(kept) else plain_frame(width)


def plain_frame(width: int) -> Frame | None:
    """Return the line for the query alone, without colours; None where it does not fit."""
    if width < len(_LABEL) + len(INVITATION) + 3:
        return None
    text = (
        f"\x1b[1;1H\x1b[1;7m{_LABEL}\x1b[0m \x1b[7m{INVITATION[0]}\x1b[0;2m{INVITATION[1:]}\x1b[0m"
    )
    return Frame(text, len(_LABEL) + 1, 0, width - len(_LABEL) - 2, "", "")


def _is_frame(kept: list[Any]) -> bool:
    return [type(value) for value in kept] == [str, int, int, int, str, str]


class Prelude:
    """Shows a frame, and what is typed in its field.

    Args:
        frame: The frame.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._input = sys.__stdin__.fileno()  # type: ignore[union-attr]
        self._output = painted_on().fileno()
        self.attributes: list[Any] = []
        """The terminal's, as they were."""
        self._typed = b""
        self._over = False
        self._stop, stopped = os.pipe()
        self._stopped: int | None = stopped
        self._thread = threading.Thread(target=self._echo, name="prelude", daemon=True)

    def show(self) -> bool:
        """Begin; False where there is no terminal, or it takes nothing."""
        try:
            self.attributes = termios.tcgetattr(self._input)
            termios.tcsetattr(self._input, termios.TCSANOW, _quiet(self.attributes))
            self._write(f"{ALTERNATE_SCREEN}{_HIDE_CURSOR}{self._frame.text}")
        except (OSError, termios.error):
            return False
        self._thread.start()
        return True

    def hand_over(self) -> bytes:
        """End, and leave the frame standing; returns what was typed."""
        self._end()
        self._over = True
        return self._typed

    def close(self) -> None:
        """Give the terminal back as it was, unless the interface took over, which will."""
        if self._over:
            return
        self._end()
        if self.attributes:
            with contextlib.suppress(OSError, termios.error):
                self._write(_LEAVE)
                termios.tcsetattr(self._input, termios.TCSANOW, self.attributes)

    def _end(self) -> None:
        if self._stopped is None:
            return
        os.close(self._stopped)
        self._stopped = None
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._stop)

    def _echo(self) -> None:
        while True:
            ready = select.select([self._input, self._stop], [], [])[0]
            if self._stop in ready:
                return
            try:
                read = os.read(self._input, READ_BYTES)
            except OSError:  # how Linux says that the other side is closed
                return
            if not read:
                return
            # What was typed before the attributes changed has line feeds for what Enter sends.
            self._typed += read.replace(b"\n", b"\r")
            with contextlib.suppress(OSError):
                self._show(echoed(self._typed))

    def _show(self, text: str) -> None:
        frame = self._frame
        seen = text[-max(0, frame.width - 1) :]
        rest = " " * (frame.width - 1 - len(seen))
        place = f"\x1b[{frame.y + 1};{frame.x + 1}H"
        self._write(f"{place}{frame.before}{seen}{_CURSOR}{rest}{frame.after}")

    def _write(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self._output, data) :]


def painted_on() -> TextIO:
    """Return the terminal's stream: standard error as Textual has it, unless that is led away."""
    error, out = sys.__stderr__, sys.__stdout__
    assert error is not None  # whoever has none was given one
    assert out is not None
    return out if out.isatty() and not error.isatty() else error


def echoed(typed: bytes) -> str:
    """Return what of typed bytes stands in the field: letters up to the first key that acts."""
    found: list[str] = []
    for char in typed.decode(errors="ignore"):
        if char == _ERASE:
            del found[-1:]
        elif char.isprintable() and _is_narrow(char):
            found.append(char)
        else:
            break
    return "".join(found)


def _is_narrow(char: str) -> bool:
    return unicodedata.east_asian_width(char) not in "WF" and not unicodedata.combining(char)


def _quiet(attributes: list[Any]) -> list[Any]:
    """Return attributes with which keys are read one by one and not echoed; Ctrl-C still ends."""
    quiet = [*attributes[:_CHARACTERS], [*attributes[_CHARACTERS]]]
    quiet[_LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    quiet[_INPUT] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
    quiet[_CHARACTERS][termios.VMIN] = 1
    # Who stopped it here would find a strange terminal.
    quiet[_CHARACTERS][termios.VSUSP] = bytes([_DISABLED])
    return quiet
