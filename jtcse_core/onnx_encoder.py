"""The inference runtime: onnxruntime and tokenizers, nothing else.

Texts of one length in tokens make a batch, so nothing is padded; two threads share the
batches, each driving one-thread runs. A batch needs activation scales that do not depend on
it. Encoders whose card does not say so (quantised dynamically, one scale a call) run one
text at a time, or a text's vector would depend on its neighbours.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from jtcse_core.card import (
    CARD_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    Described,
    EncoderCard,
    read_card,
)
from jtcse_core.errors import EncoderDamaged
from jtcse_core.packaged import renewal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jtcse_core.token_counting import TokenCounts

T = TypeVar("T")

POOLED_OUTPUT = "sentence_embedding"
TOKENS_OUTPUT = "token_embeddings"

DEFAULT_THREADS = 2

BATCH_TOKENS = 384
"""Tokens of a batch: enough to use each weight often, few enough to stay in the cache."""

ACTIVATIONS, FIXED = "activations", "fixed"
"""What a card says of an export whose activation scales do not depend on the batch."""

SMALLEST_NORM = 1e-12

Feeds = dict[str, "NDArray[np.int64]"]
"""Inputs of the graph by name, each int64 of shape (batch, tokens)."""


class OnnxEncoder(Described):
    """A sentence encoder read from an encoder folder.

    A text's vector depends on that text alone, whatever it is encoded with.

    Args:
        folder: An encoder folder (see `jtcse_core.card`).
        threads: Threads that encode side by side.
        before_batch: Called before each batch is encoded, or counted, by any thread.

    Raises:
        EncoderNotFound: The folder is no encoder.
        EncoderDamaged: A file in it is missing, truncated or unreadable.
    """

    def __init__(
        self,
        folder: Path,
        threads: int = DEFAULT_THREADS,
        before_batch: Callable[[], None] | None = None,
    ) -> None:
        self.folder = folder
        self._before_batch = before_batch or (lambda: None)
        self.card: EncoderCard = read_card(folder)
        self.threads = max(1, threads)
        self._tokenizer = load_tokenizer(folder, self.card.max_length)
        self._counts: TokenCounts | None = None  # 20 ms that a search does not need
        fixed = self.card.export.get(ACTIVATIONS) == FIXED
        self._batch_tokens = BATCH_TOKENS if fixed else 1
        self._session = _load_session(folder, finished=fixed)
        self._input_names = frozenset(node.name for node in self._session.get_inputs())
        self._check_outputs()

    def _check_outputs(self) -> None:
        """Refuse a graph that does not give the vectors that the card describes."""
        shapes = {node.name: node.shape for node in self._session.get_outputs()}
        if POOLED_OUTPUT not in shapes:
            raise EncoderDamaged(
                f"{self.folder / MODEL_FILE} has no output {POOLED_OUTPUT}", renewal(self.folder)
            )
        size = shapes[POOLED_OUTPUT][-1:]
        if any(isinstance(found, int) and found != self.dim for found in size):  # if it says so
            raise EncoderDamaged(
                f"{self.folder / MODEL_FILE} gives {size[0]} dimensions, {CARD_FILE} says "
                f"{self.dim}",
                renewal(self.folder),
            )

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode texts; equal texts are encoded once.

        Args:
            texts: n texts; what passes `max_length` tokens is cut.
            reached: Told after each batch, by any thread, how many of the distinct texts are done;
                what it raises ends this.

        Returns:
            float32, shape (n, dim), rows of unit length.
        """
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        # In an order of their own, so that the order they come in does not even change the last
        # digits: which texts share a batch does.
        distinct = sorted(set(texts))
        places = {text: place for place, text in enumerate(distinct)}
        return self._encode_distinct(distinct, reached)[[places[text] for text in texts]]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens."""
        self._before_batch()
        if self._counts is None:
            from jtcse_core.token_counting import TokenCounts

            self._counts = TokenCounts(load_tokenizer(self.folder, None))
        return self._counts.count(texts)

    def token_ids(self, text: str) -> list[int]:
        """Return the ids that the model reads for a text: cut, special tokens included."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids

    def token_states(self, text: str) -> tuple[list[tuple[int, int]], NDArray[np.float32]]:
        """Return the states that a text's vector is pooled from.

        Returns:
            For each of t tokens its span in `text`, code points, (0, 0) for special tokens;
            and the token states, float32 of shape (t, dim).
        """
        encoding = self._tokenizer.encode(text)
        inputs = feeds([encoding.ids], self._input_names)
        states = self._session.run([TOKENS_OUTPUT], inputs)[0][0]
        return list(encoding.offsets), states

    def _encode_distinct(
        self, texts: list[str], reached: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        out = np.empty((len(texts), self.dim), dtype=np.float32)
        done = _Count(reached or (lambda count: None))

        def run(batch: list[int]) -> None:
            self._before_batch()
            inputs = feeds([ids[i] for i in batch], self._input_names)
            out[batch] = self._session.run([POOLED_OUTPUT], inputs)[0]
            done.add(len(batch))

        batches = batches_of([len(tokens) for tokens in ids], self._batch_tokens, self.threads)
        _share(batches, run, min(self.threads, len(batches)))
        # The graph's own division leaves up to a millionth, which a text's score with itself shows.
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), SMALLEST_NORM)
        return out


def feeds(ids: Sequence[Sequence[int]], names: Collection[str]) -> Feeds:
    """Return what a graph is run on.

    Args:
        ids: Token ids of texts of one length.
        names: Inputs that the graph has.
    """
    tokens = np.array(ids, dtype=np.int64)
    inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
    if "token_type_ids" in names:
        inputs["token_type_ids"] = np.zeros_like(tokens)
    return inputs


def batches_of(lengths: Sequence[int], most_tokens: int, threads: int) -> list[list[int]]:
    """Put texts of one length together, the most work first, so that threads finish together.

    Args:
        lengths: Tokens of each text.
        most_tokens: Tokens of a batch, except where one text alone has more.
        threads: How many share the batches; few texts are spread over all of them.

    Returns:
        Indices of texts.
    """
    fair = -(-sum(lengths) // threads)
    by_length: dict[int, list[int]] = {}
    for i, length in enumerate(lengths):
        by_length.setdefault(length, []).append(i)
    batches = []
    for length, indices in by_length.items():
        size = max(1, min(most_tokens, fair) // max(length, 1))
        batches += [indices[i : i + size] for i in range(0, len(indices), size)]
    return sorted(batches, key=lambda batch: lengths[batch[0]] * len(batch), reverse=True)


class _Count:
    """Adds up what several threads have done, and tells the sum."""

    def __init__(self, reached: Callable[[int], None]) -> None:
        self._reached = reached
        self._lock = threading.Lock()
        self._done = 0

    def add(self, count: int) -> None:
        """So many more are done."""
        with self._lock:
            self._done += count
            self._reached(self._done)


class _Helper(threading.Thread):
    """A thread whose end is told by an event.

    Where an interrupt meets `Thread.join`, Python 3.11 takes the thread for ended (bpo-45274), and
    a thread that is left behind in onnxruntime aborts the process at its end.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._ended = threading.Event()

    def run(self) -> None:
        """Work."""
        try:
            self._work()
        finally:
            self._ended.set()

    def wait(self, interrupted: Callable[[BaseException], None]) -> None:
        """Wait for the end, through interrupts, which are told."""
        while not self._ended.is_set():
            try:
                self._ended.wait()
            except BaseException as error:  # noqa: BLE001 - whoever is told raises it
                interrupted(error)


def _share(items: list[T], work: Callable[[T], None], threads: int) -> None:
    """Run `work` over all items on this thread and `threads - 1` helpers.

    The first error, an interrupt included, stops the others and is raised here.
    """
    remaining = iter(items)  # next() on a list iterator is atomic under the interpreter lock
    stop = threading.Event()
    failures: list[BaseException] = []

    def fail(error: BaseException) -> None:
        failures.append(error)
        stop.set()

    def drain() -> None:
        try:
            for item in remaining:
                if stop.is_set():
                    return
                work(item)
        except BaseException as error:  # noqa: BLE001 - carried over to the calling thread
            fail(error)

    helpers = [_Helper(drain) for _ in range(threads - 1)]
    for helper in helpers:
        helper.start()
    drain()
    for helper in helpers:
        helper.wait(fail)
    if failures:
        raise failures[0]


def load_tokenizer(folder: Path, max_length: int | None) -> Tokenizer:
    """Load an encoder folder's tokenizer, which cuts at `max_length` tokens if that is given."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    except Exception as error:  # tokenizers raises bare Exception
        raise EncoderDamaged(
            f"{folder / TOKENIZER_FILE} cannot be read: {error}", renewal(folder)
        ) from error
    tokenizer.no_padding()
    if max_length is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(max_length)
    return tokenizer


def _load_session(folder: Path, *, finished: bool) -> onnxruntime.InferenceSession:
    """Load the graph; a finished one is run as it stands.

    onnxruntime would fuse skip connections with layer norms again, which is slower.
    """
    options = onnxruntime.SessionOptions()
    if finished:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # warnings are the library's own affair
    try:
        return onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's errors share no public root
        raise EncoderDamaged(
            f"{folder / MODEL_FILE} cannot be loaded: {error}", renewal(folder)
        ) from error
