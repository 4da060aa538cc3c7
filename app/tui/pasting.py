"""What is pasted into the terminal is text: no byte of it is ever taken for a key.

Textual's parser reads escape sequences within a paste too, so that one that leads nowhere becomes
keys. Here only what stands outside of pastes reaches that parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual import events
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.message import Message

START, END = "\x1b[200~", "\x1b[201~"
_MARKS = re.compile("\x1b\\[20[01]~")

BURST = 0.02
"""Seconds of silence that end a paste after its end mark: terminals that leave that mark in what
is pasted send it, and what follows it, in one go with the true one."""

LONGEST_BURST = 0.3

STALLED = 1.0
"""Seconds of silence after which a paste may have lost its end, so that a key by itself is one."""

_KEY = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]|\x1b\[[\d;:]*[A-Za-z~]|\x1bO.")
"""A key by itself: one that writes something cannot be told from what is pasted."""

_ESCAPE = re.compile(r"\x1b(?:\[27[\d;:]*u)?")

MOST = 2_000_000
"""Characters of a paste that are kept: more would be no query, and no text to compare."""


class PasteParser(XTermParser):
    """Turns what the terminal sends into events."""

    def __init__(self, debug: bool = False) -> None:
        self._seen = ""
        self._pasted: list[str] | None = None
        self._kept = 0
        self._last = 0.0
        self._end_came: float | None = None
        super().__init__(debug)

    @property
    def patience(self) -> float | None:
        """Seconds after which `tick` has something to do; None when it has not."""
        now = get_time()
        if self._end_came is not None:
            return max(0.0, self._burst_ends - now)
        return None if self._timeout_time is None else max(0.0, self._timeout_time - now)

    @property
    def _burst_ends(self) -> float:
        assert self._end_came is not None
        return min(self._last + BURST, self._end_came + LONGEST_BURST)

    def feed(self, data: str) -> Iterable[Message]:
        """Take what was read, and give the events that it makes."""
        now = get_time()
        if self._pasted is None:
            yield from self._typed(data)
        elif self._end_came is None and now - self._last > STALLED and _KEY.fullmatch(data):
            yield self._paste("".join(self._pasted))
            if not _ESCAPE.fullmatch(data):  # which would empty what was just pasted into
                yield from self._typed(data)
        else:
            self._take(data)
        self._last = now

    def tick(self) -> Iterable[Message]:
        """Give the events that come from nothing more having been sent."""
        if self._end_came is not None and get_time() >= self._burst_ends:
            assert self._pasted is not None
            text, _, rest = "".join(self._pasted).rpartition(END)
            yield self._paste(text)
            yield from self._typed(rest)
        yield from super().tick()

    def _typed(self, data: str) -> Iterable[Message]:
        before = len(self._seen)
        found = (self._seen + data).find(START)
        if found < 0:
            self._seen = (self._seen + data)[-len(START) + 1 :]
            if data:
                yield from super().feed(data)
            return
        # The last character of the mark is kept from the parser, which then begins afresh: it never
        # learns that there is a paste.
        after = found + len(START) - before
        if after > 1:
            yield from super().feed(data[: after - 1])
        self._gen = self.parse(self._tokens.append)
        self._awaiting = next(self._gen)
        self._timeout_time = None
        self._seen, self._pasted, self._kept, self._end_came = "", [], 0, None
        self._take(data[after:])

    def _take(self, data: str) -> None:
        assert self._pasted is not None
        joined = self._seen + data
        self._seen = joined[-len(END) + 1 :]
        if END in joined and self._end_came is None:
            self._end_came = get_time()
        if self._kept < MOST:
            self._pasted.append(data)
            self._kept += len(data)
        elif END in joined:
            self._pasted.append(END)

    def _paste(self, text: str) -> Message:
        self._seen, self._pasted, self._end_came = "", None, None
        return events.Paste(_MARKS.sub("", text))
