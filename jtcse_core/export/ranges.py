"""What the activations of a graph range over, channel by channel, on real sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jtcse_core.background import unrelated_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jtcse_core.onnx_encoder import Feeds

SENTENCES_A_PASSAGE = 8


def calibration_texts() -> list[str]:
    """Return sentences, alone and as passages, that no export is verified on."""
    sentences = unrelated_sentences()
    starts = range(0, len(sentences), SENTENCES_A_PASSAGE)
    return [*sentences, *(" ".join(sentences[i : i + SENTENCES_A_PASSAGE]) for i in starts)]


def measure_ranges(
    graph: Path, names: Sequence[str], texts: Iterable[Feeds]
) -> dict[str, NDArray[np.float32]]:
    """Return the largest magnitude in each channel of intermediate values.

    Args:
        graph: An ONNX file.
        names: Values inside it, each of shape (batch, tokens, channels).
        texts: What the graph is run on.

    Returns:
        float32 (channels,) by name.
    """
    import onnx
    import onnxruntime

    model = onnx.load(str(graph))
    for name in names:
        model.graph.output.append(
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session: Any = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    highest: dict[str, NDArray[np.float32]] = {}
    for feeds in texts:
        for name, value in zip(names, session.run(list(names), feeds), strict=True):
            found = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            highest[name] = np.maximum(highest.get(name, found), found)
    return highest
