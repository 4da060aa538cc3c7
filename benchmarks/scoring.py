"""`python -m benchmarks.scoring [DATA]`: how fast and in how much memory a file is scored.

Throughput is taken in turns with bare encoding of the same distinct texts, so that a busy
machine slows both. Memory is that of the whole process, `jtcse score --file`, at its peak.
"""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.scoring.files import score_file
from app.scoring.pairs import PairFile
from jtcse_core import load_encoder
from jtcse_core.background import unrelated_sentences
from jtcse_core.onnx_encoder import OnnxEncoder

ROUNDS = 5
TEXTS = 1500
SIZES = (10_000, 1_000_000)
_MEASURED_PROCESS = """
import resource, sys
from app.cli import run
code = run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Throughput:
    """Scoring beside bare encoding, each by its best round: a busy machine only ever slows.

    Attributes:
        wall: Speed of scoring as a share of that of bare encoding.
        cpu: The same by processor time, which a busy machine disturbs less.
    """

    wall: float
    cpu: float


def throughput(encoder: OnnxEncoder, pairs: list[tuple[str, str]]) -> Throughput:
    """Measure both on the same distinct texts, in turns."""
    data = "".join(f"{a}\t{b}\n" for a, b in pairs).encode()
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    encoder.encode(texts[:50])
    bare, scoring = [], []
    for _ in range(ROUNDS):
        bare.append(_timed(lambda: encoder.encode(texts)))
        scoring.append(
            _timed(lambda: score_file(encoder, PairFile(io.BytesIO(data), (0, 1), False)))
        )
    walls, cpus = (
        [min(taken[i] for taken in turns) for turns in (bare, scoring)] for i in range(2)
    )
    return Throughput(walls[0] / walls[1], cpus[0] / cpus[1])


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that something takes, and those of all processors together."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def write_pairs(path: Path, count: int) -> None:
    """Write pairs with gold of 1,500 short texts, which come again and again."""
    rng = random.Random(0)
    words = [word for sentence in unrelated_sentences() for word in sentence.split()]
    texts = [" ".join(rng.sample(words, 3)) for _ in range(TEXTS)]
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(count):
            stream.write(f"{rng.choice(texts)}\t{rng.choice(texts)}\t{rng.random():.3f}\n")


def peak_memory(path: Path, *options: str) -> tuple[int, float]:
    """Score a file in a process of its own; returns its peak memory in bytes, and seconds."""
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED_PROCESS, "score", "--file", str(path), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        text=True,
    )
    unit = 1 if sys.platform == "darwin" else 1024
    return int(ended.stderr.split()[-1]) * unit, time.perf_counter() - began


def memory(scratch: Path) -> Iterator[tuple[int, str, int, float]]:
    """Yield pairs, kind of output, peak bytes and seconds."""
    for count in SIZES:
        path = scratch / f"{count}.tsv"
        write_pairs(path, count)
        for kind in ("", "--json"):
            yield count, kind, *peak_memory(path, *filter(None, [kind]))


def main(arguments: list[str]) -> None:
    """Print both."""
    encoder = load_encoder()
    if arguments:
        rows = [
            line.split("\t")
            for line in (Path(arguments[0]) / "sts" / "STSB-test.tsv").read_text().splitlines()
        ]
        pairs = [(row[1], row[2]) for row in rows]
    else:
        texts = unrelated_sentences()
        pairs = [(a, f"{b} {a}") for a in texts[:40] for b in texts[40:65]]
    speed = throughput(encoder, pairs)
    print(f"scoring a file at {speed.wall:.1%} of bare encoding ({speed.cpu:.1%} by CPU time)")
    with tempfile.TemporaryDirectory() as scratch:
        for count, kind, peak, seconds in memory(Path(scratch)):
            print(f"{count:>9,} pairs {kind:<6}  {peak >> 20} MiB at its peak  {seconds:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
