"""`python -m benchmarks.fuzz FOLDER [COUNT] [SEED]`: damaged copies of real files, one by one.

Every input must be read or refused with a reason, within the limits. Prints what became of
them; exits with 1 when one took longer than the limits or did anything else.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path

from indexes.cutting import cut
from indexes.errors import SkipDocument
from indexes.extract.sandbox import Limits, Sandbox
from indexes.types import Root, Skip
from indexes.walking import walk
from tests.indexes.word_encoder import WordEncoder
from tests.mutations import mutated

COUNT = 20_000
LIMITS = Limits(seconds=10, memory_mb=1024)
GRACE_S = 3
MAX_BYTES = 200_000
PER_FORMAT = 12


def main(arguments: list[str]) -> int:
    """Run and report."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m benchmarks.fuzz FOLDER [COUNT] [SEED]")
        return 2
    count = int(arguments[1]) if len(arguments) > 1 else COUNT
    rng = random.Random(int(arguments[2]) if len(arguments) > 2 else 0)
    seeds = _seeds(Path(arguments[0]).resolve(), rng)
    others = [data for _, data in seeds]
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    counter = WordEncoder()
    began = time.monotonic()
    with Sandbox(LIMITS) as sandbox:
        for number in range(count):
            extension, data = seeds[number % len(seeds)]
            damaged = mutated(data, others, rng)
            started = time.monotonic()
            try:
                cut(sandbox.extract(damaged, extension), counter)
                outcomes["read"] += 1
            except SkipDocument as skip:
                outcomes[skip.message.split(":")[0][:40]] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                failures.append(f"{number} ({extension}): {type(error).__name__}: {error}")
            took = time.monotonic() - started
            if took > LIMITS.seconds + GRACE_S:
                failures.append(f"{number} ({extension}): took {took:.0f} s")
    print(f"{count} inputs from {len(seeds)} files, {time.monotonic() - began:.0f} s")
    for outcome, times in outcomes.most_common():
        print(f"  {times:6}  {outcome}")
    for failure in failures[:50]:
        print(f"FAILED {failure}")
    return 1 if failures else 0


def _seeds(folder: Path, rng: random.Random) -> list[tuple[str, bytes]]:
    """Return extension and bytes of some files of each kind."""
    kinds: dict[str, list[Path]] = {}
    for item in walk(Root(folder)):
        if not isinstance(item, Skip) and item.size <= MAX_BYTES:
            kinds.setdefault(item.path.suffix[1:].lower(), []).append(item.path)
    return [
        (kind, path.read_bytes())
        for kind, paths in sorted(kinds.items())
        for path in rng.sample(paths, min(len(paths), PER_FORMAT))
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
