"""Read ahead on another thread, so that an encoder never waits for a disk or a pipe."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import Full, Queue
from typing import TypeVar

T = TypeVar("T")

_STOP_POLL_S = 0.2


class _End:
    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def read_ahead(items: Iterable[T], depth: int = 2) -> Iterator[T]:
    """Yield items while the next `depth` are made on another thread.

    What fails there is raised here. When the consumer stops early, the thread ends with the
    item that it is at.
    """
    queue: Queue[T | _End] = Queue(depth)
    stop = threading.Event()
    # A daemon: a read from a terminal that nobody answers must not keep the program alive.
    threading.Thread(
        target=_fill, args=(queue, items, stop), daemon=True, name="read-ahead"
    ).start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()


def _fill(queue: Queue[T | _End], items: Iterable[T], stop: threading.Event) -> None:
    end = _End()
    try:
        for item in items:
            if not _put(queue, item, stop):
                return
    except BaseException as error:  # noqa: BLE001 - carried over to the consumer
        end = _End(error)
    _put(queue, end, stop)


def _put(queue: Queue[T | _End], item: T | _End, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            queue.put(item, timeout=_STOP_POLL_S)
        except Full:
            continue
        return True
    return False
