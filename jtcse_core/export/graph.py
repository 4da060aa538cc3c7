"""Trace a checkpoint to ONNX, and fuse its attention."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jtcse_core.errors import ExportError, MissingDependency
from jtcse_core.export.source import Source
from jtcse_core.onnx_encoder import POOLED_OUTPUT, TOKENS_OUTPUT

if TYPE_CHECKING:
    from torch import nn

OPSET = 17


def write_graph(pooled: nn.Module, source: Source, path: Path) -> None:
    """Trace the pooled model into an ONNX file with both outputs.

    `dynamo=False` and eager attention are what onnxruntime's optimiser can fuse.
    """
    try:
        import onnx  # noqa: F401 - torch's exporter needs it and says so badly
        import torch
    except ImportError as error:
        raise MissingDependency("an export needs onnx", "pip install 'jtcse[train]'") from error
    ids = torch.ones((2, 8), dtype=torch.int64)
    names = ["input_ids", "attention_mask"]
    if source.family == "bert":
        names.append("token_type_ids")
    inputs = (ids, torch.ones_like(ids), torch.zeros_like(ids))[: len(names)]
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")  # the tracing exporter warns that it is the old one
        torch.onnx.export(
            pooled,
            inputs,
            str(path),
            input_names=names,
            output_names=[TOKENS_OUTPUT, POOLED_OUTPUT],
            dynamic_axes={
                **dict.fromkeys(names, axes),
                TOKENS_OUTPUT: axes,
                POOLED_OUTPUT: {0: "batch"},
            },
            opset_version=OPSET,
            dynamo=False,
        )


def fuse_graph(raw: Path, fused: Path, source: Source) -> dict[str, int]:
    """Fuse attention and layer norms, and assert that every one was fused.

    Returns:
        Count of each fused operator.

    Raises:
        ExportError: An attention layer, or a BERT's embedding layer norm, was left unfused.
    """
    from onnxruntime.transformers import optimizer

    with _quiet():
        model = optimizer.optimize_model(
            str(raw), model_type="bert", num_heads=source.heads, hidden_size=source.hidden
        )
    counts = Counter(node.op_type for node in model.model.graph.node)
    kept = {
        name: counts[name]
        for name in ("Attention", "EmbedLayerNormalization", "SkipLayerNormalization")
    }
    if kept["Attention"] != source.layers:
        raise ExportError(
            f"{kept['Attention']} of {source.layers} attention layers were fused",
            "the installed torch or transformers traces differently; use the pinned versions",
        )
    if source.family == "bert" and kept["EmbedLayerNormalization"] != 1:
        raise ExportError(
            "the embedding layer norm was not fused",
            "the installed torch or transformers traces differently; use the pinned versions",
        )
    model.save_model_to_file(str(fused))
    return kept


def input_names(path: Path) -> frozenset[str]:
    """Return the names of a graph's inputs."""
    import onnx

    return frozenset(value.name for value in onnx.load(str(path)).graph.input)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' progress reports off the terminal while an export runs."""
    loggers: list[Any] = [logging.getLogger(), logging.getLogger("onnxruntime")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
