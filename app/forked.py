"""An encoder in a process of its own, which gets ready beside the rest of a cold search.

Half of what a search from a shell takes is loading: Python's modules, onnxruntime, the tokenizer,
the weights. All of them hold Python's lock while they load, so threads gain nothing; two processes
share two cores. The other one is forked before anything large is imported, loads the encoder that
most collections have, and encodes. Should it end, for whatever reason, this process loads the
encoder itself, and meets the error if there is one.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from app.cores import usable_cores
from jtcse_core.card import Described, EncoderCard, read_card
from jtcse_core.locations import resolve_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jtcse_core.onnx_encoder import OnnxEncoder


class ForkedLoader:
    """Opens encoders in a process that was forked for it.

    Args:
        process: The process.
        calls: Takes what is asked of it.
        answers: Gives back vectors.
    """

    def __init__(self, process: int, calls: BinaryIO, answers: BinaryIO) -> None:
        self._process = process
        self._calls = calls
        self._answers = answers
        self._lock = threading.Lock()

    @classmethod
    def begin(cls) -> ForkedLoader | None:
        """Fork; to be called early, while there is one thread. None where that gains nothing."""
        # macOS has libraries that do not bear it.
        if sys.platform != "linux" or usable_cores() < 2:
            return None
        import numpy  # noqa: F401 - both need it, and so it is loaded once

        calls, ask = os.pipe()
        tell, answers = os.pipe()
        try:
            process = os.fork()
        except OSError:  # no more processes, or no memory for one
            for end in (calls, ask, tell, answers):
                os.close(end)
            return None
        if process == 0:
            os.close(ask)
            os.close(tell)
            _serve(calls, answers)
        os.close(calls)
        os.close(answers)
        return cls(process, os.fdopen(ask, "wb"), os.fdopen(tell, "rb"))

    def load(
        self,
        name_or_path: str,
        *,
        encoders: Path,
        threads: int,
        before_batch: Callable[[], None],
    ) -> ForkedEncoder:
        """Open an encoder; see `jtcse_core.loading.load_encoder`."""
        folder = resolve_encoder(name_or_path, encoders)
        card = read_card(folder)
        self._ask(folder, threads, ())

        def here() -> OnnxEncoder:
            from jtcse_core.loading import load_encoder

            return load_encoder(folder, threads=threads, before_batch=before_batch)

        return ForkedEncoder(self, folder, threads, card, here)

    def encode(
        self, folder: Path, threads: int, texts: Sequence[str], dim: int
    ) -> NDArray[np.float32] | None:
        """Have n texts encoded, float32 of shape (n, dim); None when the process is no more."""
        import numpy as np

        size = 4 * len(texts) * dim
        with self._lock:
            self._ask(folder, threads, texts)
            answer = self._answers.read(size)
        if len(answer) < size:
            return None
        return np.frombuffer(answer, dtype=np.float32).reshape(len(texts), dim).copy()

    def _ask(self, folder: Path, threads: int, texts: Sequence[str]) -> None:
        """Ask for vectors; without texts, that an encoder be loaded, and for no answer."""
        # Where nobody reads any more, the answer will be missing.
        with contextlib.suppress(BrokenPipeError):
            self._calls.write(json.dumps([str(folder), threads, texts]).encode() + b"\n")
            self._calls.flush()

    def end(self) -> None:
        """End the process, whatever it is at: it holds nothing that could be lost."""
        os.kill(self._process, signal.SIGKILL)

    def close(self) -> None:
        """End the process, and wait until it has."""
        self.end()
        with contextlib.suppress(BrokenPipeError):
            self._calls.close()
        self._answers.close()
        os.waitpid(self._process, 0)


class ForkedEncoder(Described):
    """An encoder that encodes in the other process, and is opened here when that is no more.

    Args:
        loader: Has the process.
        folder: The encoder's.
        threads: Threads that encode side by side there.
        card: Describes it.
        here: Opens it in this process.
    """

    def __init__(
        self,
        loader: ForkedLoader,
        folder: Path,
        threads: int,
        card: EncoderCard,
        here: Callable[[], OnnxEncoder],
    ) -> None:
        self._loader = loader
        self._folder = folder
        self._threads = threads
        self._open = here
        self.card = card

    @cached_property
    def here(self) -> OnnxEncoder:
        """The encoder in this process.

        Raises:
            EncoderDamaged: It cannot be used.
        """
        return self._open()

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts as unit rows, float32 of shape (n, dim).

        Args:
            texts: What is encoded.
            reached: Told now and then how many are done, which the other process cannot.
        """
        if texts and reached is None and "here" not in self.__dict__:
            vectors = self._loader.encode(self._folder, self._threads, texts, self.dim)
            if vectors is not None:
                return vectors
        return self.here.encode(texts, reached)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens."""
        return self.here.count_tokens(texts)


def _serve(calls: int, answers: int) -> NoReturn:
    """Encode until the calls end; in the forked process, which says nothing and never returns."""
    try:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_DFL)
        # Whoever reads what the search prints waits until nobody can write to it any more.
        silent = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(silent, number)
        _answer(os.fdopen(calls, "rb"), os.fdopen(answers, "wb"))
    except BaseException:  # noqa: BLE001 - the other process sees the end, and does it itself
        pass
    finally:
        os._exit(0)


def _answer(calls: BinaryIO, answers: BinaryIO) -> None:
    from jtcse_core.errors import CoreError
    from jtcse_core.loading import load_encoder

    opened = {}
    with contextlib.suppress(CoreError):  # perhaps nobody asks for it
        default = load_encoder()
        opened[default.folder] = default
    for line in calls:
        named, threads, texts = json.loads(line)
        folder = Path(named)
        if folder not in opened:
            opened[folder] = load_encoder(folder)
        if texts:
            opened[folder].threads = threads
            answers.write(opened[folder].encode(texts).tobytes())
            answers.flush()
