"""Pair scoring against the evaluation, bare encoding, and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.accept.claim import Claim, at_least, near
from benchmarks.scoring import memory, throughput
from jtcse_core import load_encoder
from jtcse_core.evaluation.sts import read_sts

STS = ("STSB-test", "STS12", "SICK-trial")
PAIRS = "mrpc-test"
SAMPLED = 100
MEMORY_GROWTH_MIB = 32
"""Of a million pairs over ten thousand: their scores and gold, and what ranking them takes."""


def scores(data: Path, scratch: Path) -> Iterator[Claim]:
    """Compare what `score --file` gives with what `eval` and single pairs give."""
    for name in STS:
        path = data / "sts" / f"{name}.tsv"
        scored = _jtcse("score", "--file", path, "--columns", "2,3,1")
        measured = _jtcse("eval", "sts", path)["avg"]
        value = round(100 * scored["spearman"], 3)
        yield near(f"Spearman of score --file on {name}, as eval sts has it", value, measured, 0.01)
    path = data / "pairs" / f"{PAIRS}.tsv"
    options = ("--columns", "2,3,1", "--header")
    scored, measures = (_jtcse(*command, path, *options) for command in
                        (("score", "--file"), ("eval", "pairs")))  # fmt: skip
    for name in ("spearman", "auc"):
        what = f"{name} of score --file on {PAIRS}, as eval pairs has it"
        yield near(what, scored[name], measures[name], 1e-4)
    swapped = _jtcse("score", "--file", path, "--columns", "3,2,1", "--header")
    same = swapped["scores"] == scored["scores"]
    yield Claim("scores with A and B exchanged", "the same" if same else "others", "the same", same)
    yield _alone(path, scored["scores"])


def _alone(path: Path, together: list[float]) -> Claim:
    """Encode sampled pairs one text at a time."""
    encoder = load_encoder()
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    step = max(len(rows) // SAMPLED, 1)
    apart = [
        abs(float(encoder.encode([a])[0] @ encoder.encode([b])[0]) - together[i])
        for i, (_, a, b) in list(enumerate(rows))[::step]
    ]
    what = f"largest difference of {len(apart)} lines from the pair alone"
    return Claim(what, f"{max(apart):.6f}", "<= 0.002", max(apart) <= 0.002)


def cost(data: Path, scratch: Path) -> Iterator[Claim]:
    """Measure throughput against bare encoding, and memory against the number of pairs."""
    pairs = [(pair.a, pair.b) for pair in read_sts(data / "sts" / "STSB-test.tsv")]
    speed = throughput(load_encoder(), pairs)
    what = "speed of score --file as a share of bare encoding"
    yield at_least(what, round(speed.wall, 3), 0.9)
    yield at_least(f"{what}, by CPU time", round(speed.cpu, 3), 0.9)
    peaks = {(count, kind): peak >> 20 for count, kind, peak, _ in memory(scratch)}
    for kind in ("", "--json"):
        (small, first), (large, last) = [(c, p) for (c, k), p in peaks.items() if k == kind]
        grown = last - first
        yield Claim(
            f"memory of {large:,} pairs over {small:,}{', as JSON' if kind else ''}",
            f"{first} MiB and {grown} more",
            f"<= {MEMORY_GROWTH_MIB} more",
            grown <= MEMORY_GROWTH_MIB,
        )


def _jtcse(*arguments: object) -> dict[str, Any]:
    """Run a command as a user would, and read its JSON."""
    ended = subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments), "--json"],
        capture_output=True,
        check=True,
    )
    value: dict[str, Any] = json.loads(ended.stdout)
    return value
