"""Work that runs ahead of whoever uses its results, in a thread, a bounded number ahead."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from indexes.threads import InBackground

T = TypeVar("T")

_POLL_S = 0.1


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(
    items: Iterable[T],
    depth: int,
    *,
    waiting: Callable[[], None] = lambda: None,
    abandon: Callable[[], None] = lambda: None,
) -> Generator[T, None, None]:
    """Yield the items, made by a thread that is at most `depth` of them ahead.

    An error of the maker is raised here. When the user stops early, so does the maker.

    Args:
        items: What is made.
        depth: How many wait at the most.
        waiting: Called now and then while there is none yet; what it raises stops all.
        abandon: Called at the end; has the maker give up what it is at.
    """
    ready: queue.Queue[T | _End] = queue.Queue(depth)
    stop = threading.Event()

    def hand_over(item: T | _End) -> None:
        while not stop.is_set():
            try:
                ready.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def make() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                hand_over(item)
                if stop.is_set():
                    return
        except BaseException as raised:  # noqa: BLE001 - raised again where the items are used
            error = raised
        hand_over(_End(error))

    with InBackground(make, "jtcse-read"):
        try:
            while not isinstance(item := _next(ready, waiting), _End):
                yield item
            if item.error is not None:
                raise item.error
        finally:
            stop.set()
            abandon()


def _next(ready: queue.Queue[T | _End], waiting: Callable[[], None]) -> T | _End:
    while True:
        try:
            return ready.get(timeout=_POLL_S)
        except queue.Empty:
            waiting()
