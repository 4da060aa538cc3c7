"""Open an encoder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jtcse_core.locations import resolve_encoder
from jtcse_core.onnx_encoder import DEFAULT_THREADS, OnnxEncoder


def load_encoder(
    name_or_path: str | Path | None = None,
    *,
    encoders: Path | None = None,
    threads: int = DEFAULT_THREADS,
    before_batch: Callable[[], None] | None = None,
) -> OnnxEncoder:
    """Open an encoder.

    Args:
        name_or_path: None for the default encoder, a name below `encoders`, or a path.
        encoders: Where installed encoders stand, one folder each.
        threads: Threads that encode side by side.
        before_batch: Called before each batch is encoded, or counted, by any thread.

    Raises:
        EncoderNotFound: Nothing stands there.
        EncoderDamaged: The folder cannot be used.
    """
    return OnnxEncoder(resolve_encoder(name_or_path, encoders), threads, before_batch)
