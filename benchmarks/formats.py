"""`python -m benchmarks.formats FOLDER`: what is read of a folder, and how fast, by format.

Nothing is encoded: files are read, extracted and cut, by one thread and its reader process.
`benchmarks/indexing.py` does all of it.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.memory import PeakMemory
from indexes.cutting import cut
from indexes.errors import SkipDocument
from indexes.extract.registry import type_of
from indexes.extract.sandbox import Sandbox
from indexes.textpaths import to_text
from indexes.types import Root, Skip
from indexes.walking import read_source, walk

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass
class Tally:
    """What became of the files of one format."""

    indexed: int = 0
    passages: int = 0
    bytes: int = 0
    read_s: float = 0.0
    cut_s: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


class Words:
    """Counts words and marks; close enough to the encoder's tokens for a measure of speed."""

    def count_tokens(self, texts):
        """Count each text's words and marks."""
        return [len(_WORD.findall(text)) for text in texts]


def main(arguments: list[str]) -> int:
    """Print both tables."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m benchmarks.formats FOLDER")
        return 2
    tallies: dict[str, Tally] = defaultdict(Tally)
    root = Root(Path(arguments[0]).resolve())
    with PeakMemory(os.getpid()) as memory, Sandbox() as sandbox:
        for item in walk(root, name_all=True):
            if isinstance(item, Skip):
                tallies["(not read)"].reasons[item.reason.split(";")[0]] += 1
            else:
                _take(item, sandbox, tallies)
    _print_counts(tallies)
    _print_speeds(tallies)
    print(f"\nat most {memory.peak / 1e6:.0f} MB, this process and its reader together")
    return 0


def _take(source, sandbox: Sandbox, tallies: dict[str, Tally]) -> None:
    extension = source.path.suffix[1:].lower()
    began = time.perf_counter()
    try:
        data, _ = read_source(source)
        extracted = sandbox.extract(data, extension)
    except SkipDocument as skip:
        tallies[to_text(Path(extension)) if extension else "(none)"].reasons[skip.message] += 1
        return
    read = time.perf_counter()
    passages = cut(extracted, Words())
    tally = tallies[type_of(extension, extracted)]
    tally.indexed += 1
    tally.passages += len(passages)
    tally.bytes += len(data)
    tally.read_s += read - began
    tally.cut_s += time.perf_counter() - read


def _print_counts(tallies: dict[str, Tally]) -> None:
    print("| format | files | indexed | passages | skipped | why |\n|---|---|---|---|---|---|")
    total = Tally()
    for name, tally in sorted(tallies.items()):
        skipped = tally.reasons.total()
        why = "; ".join(f"{reason} ({count})" for reason, count in tally.reasons.most_common())
        print(
            f"| {name} | {tally.indexed + skipped} | {tally.indexed} | {tally.passages} "
            f"| {skipped} | {why} |"
        )
        total.indexed += tally.indexed
        total.passages += tally.passages
        total.reasons += tally.reasons
    skipped = total.reasons.total()
    print(
        f"| **all** | {total.indexed + skipped} | {total.indexed} | {total.passages} "
        f"| {skipped} | |"
    )


def _print_speeds(tallies: dict[str, Tally]) -> None:
    print("\n| format | documents/s | MB/s | MB/s read | MB/s cut |\n|---|---|---|---|---|")
    total = Tally()
    for name, tally in sorted(tallies.items()):
        if tally.indexed >= 3 and tally.read_s:
            _print_speed(name, tally)
        total.indexed += tally.indexed
        total.bytes += tally.bytes
        total.read_s += tally.read_s
        total.cut_s += tally.cut_s
    _print_speed("**all**", total)


def _print_speed(name: str, tally: Tally) -> None:
    megabytes, seconds = tally.bytes / 1e6, tally.read_s + tally.cut_s
    print(
        f"| {name} | {tally.indexed / seconds:,.0f} | {megabytes / seconds:.2f} "
        f"| {megabytes / tally.read_s:.2f} | {megabytes / max(tally.cut_s, 1e-9):.2f} |"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
