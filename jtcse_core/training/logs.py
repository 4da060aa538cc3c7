"""TensorBoard logs that fail quietly: the run that they describe says what is wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


@contextmanager
def tensorboard_writer(folder: Path) -> Iterator[Any]:
    """Give a TensorBoard writer for a block.

    It writes from a thread of its own, which dies of a full disk with a traceback; the run
    meets the same disk, and reports it once.
    """
    from torch.utils.tensorboard import SummaryWriter

    before = threading.excepthook

    def swallow(args: threading.ExceptHookArgs) -> None:
        if not isinstance(args.exc_value, OSError):
            before(args)

    threading.excepthook = swallow
    writer = SummaryWriter(str(folder))
    try:
        yield writer
    finally:
        with suppress(OSError):
            writer.close()
        threading.excepthook = before
