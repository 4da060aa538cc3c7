"""Open any encoder to measure it: ours, a checkpoint, an ensemble, a hub model already here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jtcse_core.card import CARD_FILE
from jtcse_core.encoding import IndexingEncoder
from jtcse_core.errors import ConfigError, EncoderDamaged, MissingDependency
from jtcse_core.loading import load_encoder
from jtcse_core.onnx_encoder import DEFAULT_THREADS

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_A_TIME = 64
"""Texts given to sentence-transformers, which does not tell how far it is."""


def open_any(
    spec: str | None,
    *,
    encoders: Path | None = None,
    threads: int = DEFAULT_THREADS,
    pooling: str | None = None,
    max_length: int | None = None,
    allow_download: bool = False,
) -> IndexingEncoder:
    """Open an encoder by what it is.

    An encoder folder (`encoder.json`), or the name of an installed one, runs as it will in
    use: int8, without torch. Everything else runs in torch, in float32: `base`, transformers
    and sentence-transformers folders, folders with `ensemble.json`, sums such as `A + B` or
    `0.3*A + 0.3*B + 0.7*C`, and hub ids whose files are on this machine.

    Args:
        spec: What to open; None for the default encoder.
        encoders: Where installed encoders stand.
        threads: Threads that encode.
        pooling: `mean` or `cls`, where a checkpoint does not say.
        max_length: Tokens to read, where that should differ from what a checkpoint says.
        allow_download: Whether a hub id may be fetched.

    Raises:
        EncoderNotFound: There is none.
        EncoderDamaged: It cannot be used.
        ConfigError: A setting is wrong, or the members do not fit together.
        MissingDependency: It needs torch, which is not installed.
    """
    if spec is None or is_exported(spec, encoders):
        if pooling or max_length:
            raise ConfigError(
                "pooling and max length of an exported encoder are fixed",
                "leave the option out, or measure the checkpoint it was made from",
            )
        return load_encoder(spec, encoders=encoders, threads=threads)
    if find_spec("torch") is None:
        raise MissingDependency(f"{spec} needs torch to run", "pip install 'jtcse[train]'")
    import torch

    torch.set_num_threads(threads)
    return _open_checkpoint(spec, pooling, max_length, allow_download)


def is_exported(spec: str, encoders: Path | None) -> bool:
    """Tell whether a name or path is that of an encoder folder."""
    if spec == "default":
        return True
    installed = encoders is not None and (encoders / spec / CARD_FILE).is_file()
    return installed or (Path(spec).expanduser() / CARD_FILE).is_file()


def _open_checkpoint(
    spec: str, pooling: str | None, max_length: int | None, allow_download: bool
) -> IndexingEncoder:
    from jtcse_core.export.base import find_base
    from jtcse_core.torch_encoder import load_torch_encoder

    try:
        return load_torch_encoder(
            spec, pooling=pooling, max_length=max_length, allow_download=allow_download
        )
    except ConfigError:
        if "+" in spec and not Path(spec).expanduser().exists():
            raise
        folder = find_base(spec, allow_download=allow_download)
        if not (folder / "modules.json").is_file():
            raise
        # Of another family, or with modules of its own: its own library knows how to run it.
        return LibraryEncoder(folder)


class LibraryEncoder:
    """A sentence-transformers model that our towers are not: measured, never trained.

    Args:
        folder: A sentence-transformers folder.

    Raises:
        EncoderDamaged: It cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(str(folder), local_files_only=True)
        except Exception as error:  # the library's errors share no root
            raise EncoderDamaged(
                f"{folder} cannot be loaded: {str(error).splitlines()[0]}", "fetch it again"
            ) from error
        self._folder = folder
        self.name = folder.name
        self.dim = int(self._model.get_embedding_dimension())

    @property
    def fingerprint(self) -> str:
        """Hash over the weights."""
        import hashlib

        digest = hashlib.blake2b(digest_size=16)
        for path in sorted(self._folder.rglob("*.safetensors")):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts into unit rows, float32 of shape (n, dim).

        Args:
            texts: What is encoded.
            reached: Told now and then how many texts are done; what it raises ends this.
        """
        parts = [np.zeros((0, self.dim), dtype=np.float32)]
        for start in range(0, len(texts), AT_A_TIME):
            part = list(texts[start : start + AT_A_TIME])
            parts.append(
                self._model.encode(part, normalize_embeddings=True, show_progress_bar=False)
            )
            if reached:
                reached(start + len(part))
        return np.concatenate(parts)

    @property
    def max_length(self) -> int:
        """Tokens read from a text, special tokens included."""
        return int(self._model.max_seq_length)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens."""
        ids = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(row) for row in ids["input_ids"]]
