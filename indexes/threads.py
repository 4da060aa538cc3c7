"""Work of another library done beside our own, for as long as one call takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

Value = TypeVar("Value")


class InBackground(Generic[Value]):
    """A function that runs in a thread of its own from now on.

    It must touch nothing that belongs to the thread that asks, a connection above all. As a
    context it is waited out at the end, so that an error leaves nothing running behind it.
    `concurrent.futures` does as much, and costs every cold start its imports.

    Args:
        function: What to run.
        name: The thread's.
    """

    def __init__(self, function: Callable[[], Value], name: str = "jtcse-background") -> None:
        self._function = function
        self._values: list[Value] = []
        self._error: BaseException | None = None
        # Where an interrupt meets `Thread.join`, Python 3.11 takes the thread for ended
        # (bpo-45274), and one that is left behind in a library aborts the process at its end.
        self._ended = threading.Event()
        threading.Thread(target=self._run, daemon=True, name=name).start()

    def _run(self) -> None:
        try:
            self._values.append(self._function())
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            self._error = error
        finally:
            self._ended.set()

    def __enter__(self) -> InBackground[Value]:
        return self

    def __exit__(self, *raised: object) -> None:
        self.wait_out()

    @property
    def done(self) -> bool:
        """Whether the value can be had without waiting."""
        return self._ended.is_set()

    def wait(self, seconds: float | None) -> bool:
        """Wait until the function has ended, but no longer than this; say whether it has."""
        return self._ended.wait(seconds)

    def wait_out(self) -> None:
        """Wait until the function has ended, which is soon, however often a user interrupts."""
        while not self.done:
            with suppress(KeyboardInterrupt):
                self._ended.wait()

    def result(self) -> Value:
        """Wait for the function and return its value, or raise what it raised."""
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._values[0]
