"""Export a trained checkpoint as the default encoder, measured against its base.

    python -m benchmarks.shipping CHECKPOINT DATA [OUT]

CHECKPOINT `default` is the one that ships, to be exported anew when the export has changed.
OUT is the package's own default unless it is given. The base is exported the same way; both
are measured in int8 on the STS test files and on the dense and hybrid search of the five
collections, with 95 % intervals of a paired bootstrap, and the figures go into the card.
Nothing measured here chose anything.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.evaluation import differences, evaluate_retrieval
from app.measuring import StsMeasure, measure_sts
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.types import Mode
from jtcse_core.card import read_card, write_card
from jtcse_core.evaluation.comparison import Difference
from jtcse_core.export.base import BASE_NAME
from jtcse_core.export.exporting import export_encoder
from jtcse_core.full_checkpoint import DEFAULT_NAME, export_checkpoint
from jtcse_core.packaged import packaged_encoder_folder

NAME = "jtcse-minilm-l6"
STS_TESTS = ("STSB-test", "STS12", "STS13", "SICK-test")
COLLECTIONS = ("cranfield", "scifact", "xquad-en", "cosqa", "stackfaq")
STS, MEAN = "sts", "mean"
MODES: Sequence[Mode] = ("dense", "hybrid")


def compare_sts(session: Session, data: Path, first: str, second: str) -> StsMeasure:
    """Compare two encoders on the STS test files."""
    with tempfile.TemporaryDirectory() as folder:
        for name in STS_TESTS:
            (Path(folder) / f"{name}.tsv").symlink_to((data / "sts" / f"{name}.tsv").resolve())
        return measure_sts(session, Path(folder), [first, second])


def compare_retrieval(
    session: Session, data: Path, first: str, second: str, modes: Sequence[Mode] = MODES
) -> dict[Mode, dict[str, Difference]]:
    """Compare nDCG@10 of two encoders, by mode and collection."""
    found: dict[Mode, dict[str, Difference]] = {mode: {} for mode in modes}
    for name in COLLECTIONS:
        base, ours = (
            evaluate_retrieval(session, data / "retrieval" / name, modes, encoder=encoder)
            for encoder in (first, second)
        )
        for mode, before, after in zip(modes, base, ours, strict=True):
            found[mode][name] = differences(after, before)["ndcg_10"]
    return found


def mean_gap(found: Mapping[str, Difference]) -> tuple[float, float]:
    """Return the two means over collections."""
    rows = list(found.values())
    return sum(d.first for d in rows) / len(rows), sum(d.second for d in rows) / len(rows)


def as_scores(measured: Mapping[str, Mapping[str, Difference]]) -> dict[str, Any]:
    """Return measures as a card says them: ours, the base's, and the interval of the gain."""
    base: dict[str, dict[str, float]] = {}
    gain: dict[str, dict[str, list[float]]] = {}
    scores: dict[str, Any] = {}
    for kind, rows in measured.items():
        digits = 2 if kind == STS else 4
        scores[kind] = {n: round(d.second, digits) for n, d in rows.items()}
        base[kind] = {n: round(d.first, digits) for n, d in rows.items()}
        gain[kind] = {n: [round(d.low, digits), round(d.high, digits)] for n, d in rows.items()}
        if MEAN not in rows:
            before, after = mean_gap(rows)
            scores[kind][MEAN], base[kind][MEAN] = round(after, digits), round(before, digits)
    return scores | {"base": base, "gain, 95 %": gain}


def main(checkpoint: str, data: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        if checkpoint == DEFAULT_NAME:
            checkpoint = str(export_checkpoint(DEFAULT_NAME, Path(scratch) / "full"))
        export_encoder(
            checkpoint,
            out,
            name=NAME,
            licence="Apache-2.0",
            with_layers=True,
            overwrite=True,
            on_step=print,
        )
        base = str(export_encoder(BASE_NAME, Path(scratch) / "base").folder)
        session = Session(find_paths(Path(scratch) / "home"), Settings())
        try:
            sts = compare_sts(session, data, base, str(out))
            retrieval = compare_retrieval(session, data, base, str(out))
        finally:
            session.close()
    card = read_card(out)
    rows = dict(sts.differences) | ({MEAN: sts.mean} if sts.mean else {})
    measured = {STS: rows, "retrieval": retrieval["dense"], "hybrid": retrieval["hybrid"]}
    scores = {**card.scores, **as_scores(measured)}
    write_card(out, replace(card, scores=scores))
    print(json.dumps(scores, indent=1))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(given[0], Path(given[1]), Path(given[2]) if given[2:] else packaged_encoder_folder())
