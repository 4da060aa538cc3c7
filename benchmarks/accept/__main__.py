"""`python -m benchmarks.accept DATA [NAME...]`: measure all claims, or those named."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.accept import encoder, explaining, formats, scoring, searching, shipped
from benchmarks.accept.claim import Measure

MEASURES: dict[str, Measure] = {
    "sts": encoder.sts,
    "batch": encoder.batch_invariance,
    "shipped": shipped.better_than_base,
    "shipped-int8": shipped.int8_cost,
    "shipped-folder": shipped.folder,
    "retrieval": searching.retrieval,
    "questions": searching.questions,
    "foreign": searching.foreign,
    "no-match": searching.no_match,
    "explanations": explaining.explanations,
    "pairs": scoring.scores,
    "scoring-cost": scoring.cost,
    "formats": formats.formats,
}


def main(arguments: list[str]) -> int:
    """Print one line a claim; returns 1 when one does not hold."""
    if not arguments or not Path(arguments[0]).is_dir():
        print(f"usage: python -m benchmarks.accept DATA [{' | '.join(MEASURES)}]...")
        return 2
    data, names = Path(arguments[0]), arguments[1:] or list(MEASURES)
    failed = 0
    for name in names:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="jtcse-accept-") as scratch:
            for claim in MEASURES[name](data, Path(scratch)):
                failed += not claim.holds
                verdict = "holds" if claim.holds else "FAILS"
                print(f"{verdict}  {claim.what}: {claim.value} ({claim.bound})", flush=True)
                for line in claim.detail:
                    print(f"         {line}")
        print(f"       ({name}: {time.monotonic() - began:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
