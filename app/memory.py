"""What the interface remembers from one run to the next, in the state folder, for its owner only.

Nothing here may stop the interface: what cannot be read is as if it were not there, and what cannot
be written is not remembered. Whoever saves or drops a search is told so.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.errors import OutputError
from app.visible import visible

DEFAULT = "default"
"""The collection where none is named and none remembered."""

HISTORY = 1000
"""Queries kept; older ones are forgotten."""

FRAMES = 4
"""First frames kept, as of other sizes of the terminal."""

_LINE_CHARS = 4000
_HISTORY_FILE, _STATE_FILE, _SAVED_FILE = "history", "interface.json", "searches.json"
_FRAMES_FILE = "frames.json"
LOG_FILE = "interface.log"
_LOG_BYTES = 1_000_000


@dataclass(frozen=True)
class SavedSearch:
    """A search under a name.

    Attributes:
        filters: The line of filters, as typed.
    """

    name: str
    query: str
    mode: str
    filters: str = ""


class Memory:
    """The state folder.

    Args:
        folder: Where it is; made when something is first remembered. None remembers nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    # Queries

    def history(self) -> list[str]:
        """Return earlier queries, the newest first, each once."""
        lines = self._read(_HISTORY_FILE).split("\n")
        return list(dict.fromkeys(line for line in reversed(lines) if line))

    def remember_query(self, query: str) -> None:
        """Add a query to the history."""
        query = " ".join(query.split())[:_LINE_CHARS]
        known = self.history()
        if query and known[:1] != [query]:
            kept = [query, *(old for old in known if old != query)][:HISTORY]
            self._keep(_HISTORY_FILE, "\n".join(reversed(kept)) + "\n")

    def saved(self) -> list[SavedSearch]:
        """Return saved searches by name."""
        found = []
        for entry in self._load(_SAVED_FILE, list):
            with suppress(TypeError):
                found.append(SavedSearch(**entry))
        return [one for one in found if all(isinstance(v, str) for v in asdict(one).values())]

    def save(self, search: SavedSearch) -> None:
        """Save a search, in place of any of that name.

        Raises:
            OutputError: It cannot be written.
        """
        kept = [one for one in self.saved() if one.name != search.name]
        ordered = sorted([*kept, search], key=lambda one: one.name.casefold())
        self._write(_SAVED_FILE, json.dumps([asdict(one) for one in ordered], indent=1))

    def drop(self, name: str) -> None:
        """Forget a saved search.

        Raises:
            OutputError: What is left cannot be written.
        """
        kept = [asdict(one) for one in self.saved() if one.name != name]
        self._write(_SAVED_FILE, json.dumps(kept, indent=1))

    # How it was left

    def state(self) -> dict[str, Any]:
        """Return how the interface was left."""
        return dict(self._load(_STATE_FILE, dict))

    def keep_state(self, state: Mapping[str, Any]) -> None:
        """Remember how the interface is left."""
        self._keep(_STATE_FILE, json.dumps(state, indent=1))

    def frame(self, key: str) -> list[Any] | None:
        """Return the frame that was kept under a key."""
        frame = self._load(_FRAMES_FILE, dict).get(key)
        return frame if isinstance(frame, list) else None

    def keep_frame(self, key: str, frame: Sequence[object]) -> None:
        """Keep a frame, and the latest of the others."""
        frames = self._load(_FRAMES_FILE, dict)
        if frames.get(key) != list(frame):
            latest = [(k, v) for k, v in frames.items() if k != key][1 - FRAMES :]
            self._keep(_FRAMES_FILE, json.dumps(dict([*latest, (key, list(frame))])))

    # Crashes

    def log(self, error: BaseException) -> Path | None:
        """Append an error with its traceback to the log, and return the log's path."""
        if self._folder is None:
            return None
        path = self._folder / LOG_FILE
        with suppress(OSError):
            if path.stat().st_size > _LOG_BYTES:
                path.replace(path.with_suffix(".old"))
        told = visible("".join(traceback.format_exception(error)))
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _private(path, os.O_APPEND) as stream:
                stream.write(f"{stamp}\n{told}\n".encode(errors="backslashreplace"))
        except OSError:
            return None
        return path

    def _read(self, name: str) -> str:
        if self._folder is None:
            return ""
        try:
            return (self._folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _load(self, name: str, kind: type[Any]) -> Any:
        try:
            value = json.loads(self._read(name) or "null")
        except ValueError:
            value = None
        return value if isinstance(value, kind) else kind()

    def _keep(self, name: str, text: str) -> None:
        with suppress(OutputError):
            self._write(name, text)

    def _write(self, name: str, text: str) -> None:
        if self._folder is None:
            raise OutputError("there is no state folder")
        temporary = self._folder / f".{name}.{os.getpid()}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _private(temporary, os.O_TRUNC) as stream:
                stream.write(text.encode("utf-8", "replace"))
            temporary.replace(self._folder / name)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise OutputError(f"{error.strerror}: {self._folder / name}") from error


def names_to_open(given: Sequence[str], left: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the collections to search: those given, else those of the last time.

    Args:
        left: How the interface was left.
    """
    return tuple(given) or names_left(left) or (DEFAULT,)


def names_left(left: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the collections that were searched the last time; empty where none are remembered."""
    before = left.get("names")
    known = [name for name in before if isinstance(name, str)] if isinstance(before, list) else []
    return tuple(known)


def _private(path: Path, flag: int) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600), "wb")
