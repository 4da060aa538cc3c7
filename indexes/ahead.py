"""Work that runs ahead of whoever uses its results, in a thread, a bounded number ahead."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.1


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterable[T], depth: int) -> Generator[T, None, None]:
    """Yield the items, made by a thread that is at most `depth` of them ahead.

    An error of the maker is raised here. When the user stops early, so does the maker.
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

    maker = threading.Thread(target=make, name="jtcse-read", daemon=True)
    maker.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        maker.join()
