"""The encoder that ships: against its base, against its own float32, and as a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from benchmarks.accept.claim import Claim, at_least
from benchmarks.shipping import STS_TESTS, compare_retrieval, compare_sts, mean_gap
from jtcse_core import load_encoder
from jtcse_core.evaluation.sts import read_sts
from jtcse_core.export.base import BASE_NAME
from jtcse_core.export.exporting import export_encoder
from jtcse_core.export.layers import LAYERS_FILE
from jtcse_core.full_checkpoint import DEFAULT_NAME, export_checkpoint

INT8_STS, INT8_NDCG = 0.3, 0.005
RUNTIME_MB, LAYERS_MB = 25, 22
SAME = 0.9999


def better_than_base(data: Path, scratch: Path) -> Iterator[Claim]:
    """Compare the default encoder with its base in int8."""
    base = str(export_encoder(BASE_NAME, scratch / "base").folder)
    session = Session(find_paths(scratch / "home"), Settings())
    try:
        sts = compare_sts(session, data, base, DEFAULT_NAME)
        assert sts.mean is not None
        yield at_least(
            f"mean of {len(STS_TESTS)} STS test files, lower end of the gain over the base",
            round(sts.mean.low, 2),
            0.01,
            tuple(
                f"{name}: {row.first:.2f} -> {row.second:.2f} ({row.low:+.2f} to {row.high:+.2f})"
                for name, row in {**sts.differences, "mean": sts.mean}.items()
            ),
        )
        dense = compare_retrieval(session, data, base, DEFAULT_NAME, ["dense"])["dense"]
        before, after = mean_gap(dense)
        yield at_least(
            "mean dense nDCG@10 of five collections, less that of the base",
            round(after - before, 4),
            0.0,
            tuple(f"{name}: {row.first:.4f} -> {row.second:.4f}" for name, row in dense.items()),
        )
    finally:
        session.close()


def int8_cost(data: Path, scratch: Path) -> Iterator[Claim]:
    """Compare the default encoder with its own weights in float32."""
    folder = str(export_checkpoint(DEFAULT_NAME, scratch / "full"))
    session = Session(find_paths(scratch / "home"), Settings())
    try:
        sts = compare_sts(session, data, folder, DEFAULT_NAME).mean
        assert sts is not None
        yield at_least("int8 less float32, STS mean", round(sts.value, 2), -INT8_STS)
        dense = compare_retrieval(session, data, folder, DEFAULT_NAME, ["dense"])["dense"]
        before, after = mean_gap(dense)
        yield at_least(
            "int8 less float32, mean dense nDCG@10",
            round(after - before, 4),
            -INT8_NDCG,
            tuple(f"{name}: {row.first:.4f} -> {row.second:.4f}" for name, row in dense.items()),
        )
    finally:
        session.close()


def folder(data: Path, scratch: Path) -> Iterator[Claim]:
    """Check sizes, and the float32 folder against sentence-transformers."""
    from sentence_transformers import SentenceTransformer

    from jtcse_core.torch_encoder import load_torch_encoder

    shipped = load_encoder().folder
    sizes = {path.name: path.stat().st_size / 1e6 for path in shipped.iterdir()}
    layers = sizes.pop(LAYERS_FILE, 0.0)
    yield Claim(
        "files that run the encoder",
        f"{sum(sizes.values()):.1f} MB",
        f"<= {RUNTIME_MB}",
        sum(sizes.values()) <= RUNTIME_MB,
    )
    yield Claim(
        "layers for training", f"{layers:.1f} MB", f"<= {LAYERS_MB}", 0 < layers <= LAYERS_MB
    )
    full = export_checkpoint(DEFAULT_NAME, scratch / "full")
    texts = [pair.a for pair in read_sts(data / "sts" / "STSB-dev.tsv")[:500]]
    theirs = np.asarray(SentenceTransformer(str(full), device="cpu").encode(texts))
    ours = load_torch_encoder(str(full)).encode(texts)
    lowest = float((ours * theirs).sum(axis=1).min())
    yield at_least("the folder in sentence-transformers, lowest cosine", round(lowest, 6), SAME)
