"""The inference runtime: onnxruntime and tokenizers, nothing else.

One text a run: dynamic quantisation takes one activation scale a call, so a batch of
several texts would make a text's vector depend on its neighbours. Two threads share the
texts, each driving one-thread runs; nothing is padded.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from jtcse_core.card import MODEL_FILE, TOKENIZER_FILE, EncoderCard, read_card
from jtcse_core.errors import EncoderDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray

POOLED_OUTPUT = "sentence_embedding"
TOKENS_OUTPUT = "token_embeddings"

DEFAULT_THREADS = 2


class OnnxEncoder:
    """A sentence encoder read from an encoder folder.

    A text's vector depends on that text alone, whatever it is encoded with.

    Args:
        folder: An encoder folder (see `jtcse_core.card`).
        threads: Threads that encode side by side.

    Raises:
        EncoderNotFound: The folder is no encoder.
        EncoderDamaged: A file in it is missing, truncated or unreadable.
    """

    def __init__(self, folder: Path, threads: int = DEFAULT_THREADS) -> None:
        self.folder = folder
        self.card: EncoderCard = read_card(folder)
        self.threads = max(1, threads)
        self._tokenizer = _load_tokenizer(folder, self.card.max_length)
        self._counter: Tokenizer | None = None  # 20 ms that a search does not need
        self._session = _load_session(folder)
        self._input_names = frozenset(node.name for node in self._session.get_inputs())

    @property
    def name(self) -> str:
        """What the encoder is called in messages."""
        return self.card.name

    @property
    def dim(self) -> int:
        """Components of a vector."""
        return self.card.dim

    @property
    def max_length(self) -> int:
        """Tokens read from a text, special tokens included."""
        return self.card.max_length

    @property
    def fingerprint(self) -> str:
        """Hash over weights, tokenizer and encoding settings."""
        return self.card.fingerprint

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that it was made for; empty for every language."""
        return tuple(self.card.languages)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts; equal texts are encoded once.

        Args:
            texts: n texts; what passes `max_length` tokens is cut.

        Returns:
            float32, shape (n, dim), rows of unit length.
        """
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        slots: dict[str, int] = {}
        rows = [slots.setdefault(text, len(slots)) for text in texts]
        vectors = self._encode_distinct(list(slots))
        return vectors if len(slots) == len(texts) else vectors[rows]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens."""
        if self._counter is None:
            self._counter = _load_tokenizer(self.folder, None)
        encodings = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

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
        states = self._session.run([TOKENS_OUTPUT], self._feeds(encoding))[0][0]
        return list(encoding.offsets), states

    def _encode_distinct(self, texts: list[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch_fast(texts)
        out = np.empty((len(texts), self.dim), dtype=np.float32)
        # Longest first, so that the threads finish together.
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i]), reverse=True)
        if len(texts) == 1 or self.threads == 1:
            for i in order:
                out[i] = self._run(encodings[i])
            return out
        _share(order, lambda i: out.__setitem__(i, self._run(encodings[i])), self.threads)
        return out

    def _run(self, encoding: Any) -> NDArray[np.float32]:
        pooled: NDArray[np.float32] = self._session.run([POOLED_OUTPUT], self._feeds(encoding))[0][
            0
        ]
        return pooled

    def _feeds(self, encoding: Any) -> dict[str, NDArray[np.int64]]:
        ids = np.array([encoding.ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        if "token_type_ids" in self._input_names:
            feeds["token_type_ids"] = np.zeros_like(ids)
        return feeds


def _share(order: list[int], work: Any, threads: int) -> None:
    """Run `work` over all indices on this thread and `threads - 1` helpers.

    The first error, an interrupt included, stops the others and is raised here.
    """
    indices = iter(order)  # next() on a list iterator is atomic under the interpreter lock
    stop = threading.Event()
    failures: list[BaseException] = []

    def drain() -> None:
        try:
            for i in indices:
                if stop.is_set():
                    return
                work(i)
        except BaseException as error:  # noqa: BLE001 - carried over to the calling thread
            failures.append(error)
            stop.set()

    helpers = [threading.Thread(target=drain, daemon=True) for _ in range(threads - 1)]
    for helper in helpers:
        helper.start()
    drain()
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[0]


def _load_tokenizer(folder: Path, max_length: int | None) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    except Exception as error:  # tokenizers raises bare Exception
        raise EncoderDamaged(
            f"{folder / TOKENIZER_FILE} cannot be read: {error}", "export the encoder again"
        ) from error
    tokenizer.no_padding()
    if max_length is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(max_length)
    return tokenizer


def _load_session(folder: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # warnings are the library's own affair
    try:
        return onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's errors share no public root
        raise EncoderDamaged(
            f"{folder / MODEL_FILE} cannot be loaded: {error}", "export the encoder again"
        ) from error
