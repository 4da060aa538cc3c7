"""The encoder against published figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.accept.claim import Claim, at_least, near
from jtcse_core import load_encoder
from jtcse_core.evaluation.sts import read_sts, score_pairs

BASE = "all-MiniLM-L6-v2"
PUBLISHED = {"STSB-test": 82.03, "STS12": 72.36, "STS13": 80.60}
INT8_TOLERANCE = 0.3
SENTENCES = 500


def sts(data: Path, scratch: Path) -> Iterator[Claim]:
    """Compare the exported base with its published STS figures."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        from jtcse_core.export.exporting import export_encoder

        export_encoder("base", Path(folder) / "base")
        encoder = load_encoder(Path(folder) / "base")
        for name, target in PUBLISHED.items():
            value = round(score_pairs(encoder, read_sts(data / "sts" / f"{name}.tsv")), 2)
            yield near(f"{name} Spearman of {BASE} in int8", value, target, INT8_TOLERANCE)


def batch_invariance(data: Path, scratch: Path) -> Iterator[Claim]:
    """Compare texts encoded together with the same texts encoded alone."""
    encoder = load_encoder()
    texts = [pair.a for pair in read_sts(data / "sts" / "STS12.tsv")[:SENTENCES]]
    together = encoder.encode(texts)
    lowest = min(float(together[i] @ encoder.encode([text])[0]) for i, text in enumerate(texts))
    yield at_least(
        f"lowest cosine of {SENTENCES} texts with themselves encoded alone",
        round(lowest, 6),
        0.9999,
    )
