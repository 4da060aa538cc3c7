"""The terminal that the interface runs in, as far as it is not as Textual has it."""

from __future__ import annotations

import array
import fcntl
import os
import selectors
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from textual.drivers.linux_driver import LinuxDriver

from app.tui.pasting import PasteParser
from app.tui.placing import placed
from app.tui.prelude import ALTERNATE_SCREEN, painted_on

if TYPE_CHECKING:
    from app.tui.prelude import Prelude

LOOK_UP = 0.1
"""Seconds between two looks at whether the interface is being left."""

READ_BYTES = 65536


class Output:
    """What is painted goes there; once the terminal is gone, nowhere.

    Textual's thread that writes would end with the error, and whoever paints wait for it for ever.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.fileno = stream.fileno

    def write(self, text: str) -> None:
        """Write."""
        with suppress(OSError):  # the keyboard is gone with it: its reader ends the interface
            self._stream.write(text)

    def flush(self) -> None:
        """Send what was written."""
        with suppress(OSError):
            self._stream.flush()


class TerminalDriver(LinuxDriver):
    """Reads the keyboard so that pastes stay text and keys that were typed early count too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self._file is not None:
            self._file = Output(painted_on())  # type: ignore[assignment]  # all that is asked of it
        self._prelude: Prelude | None = getattr(self._app, "prelude", None)
        self._typed = b""

    def start_application_mode(self) -> None:
        """Begin to read and write; what was shown until now stays until it is painted over."""
        prelude = self._prelude
        if prelude is not None:
            self._typed = prelude.hand_over()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if prelude is not None:
            self.attrs_before = prelude.attributes
        self._prelude = None  # the terminal was given back when this begins anew

    def _sigcont_application(self, *arguments: object) -> None:
        """Take the terminal again, if it was given back: a stop that asks nobody leaves no time."""
        if self._must_signal_resume:
            super()._sigcont_application(*arguments)
        elif self._auto_restart:
            self._app.post_message(self.SignalResume())

    def write(self, data: str) -> None:
        """Write to the terminal."""
        # Some terminals clear the alternate screen where it is asked for again.
        if self._prelude is None or data != ALTERNATE_SCREEN:
            super().write(placed(data, self._app.size.width))

    def run_input_thread(self) -> None:
        """Read until the interface is left, or the terminal is gone."""
        typed, self._typed = self._typed, b""
        early = 0 if typed else _waiting(self.fileno)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = PasteParser(self._debug)
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            for event in parser.feed(decode(typed)):
                self.process_message(event)
            while not self.exit_event.is_set():
                patience = parser.patience
                if selector.select(LOOK_UP if patience is None else min(LOOK_UP, patience)):
                    read = _read(self.fileno)
                    if not read:
                        self._loop.call_soon_threadsafe(self._app.exit)
                        return
                    if early > 0:
                        # Until now the terminal made line feeds of what Enter sends.
                        head = read[:early].replace(b"\n", b"\r")
                        early, read = early - len(head), head + read[early:]
                    for event in parser.feed(decode(read)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)


def _waiting(file: int) -> int:
    """Return how many bytes can be read at once."""
    count = array.array("i", [0])
    try:
        fcntl.ioctl(file, termios.FIONREAD, count)
    except OSError:  # not a terminal
        return 0
    return count[0]


def _read(file: int) -> bytes:
    try:
        return os.read(file, READ_BYTES)
    except OSError:  # how Linux says that the other side is closed
        return b""
