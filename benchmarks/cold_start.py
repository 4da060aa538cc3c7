"""How long a user waits for a cold `jtcse search` and for `jtcse --help`: whole processes.

    python -m benchmarks.cold_start [--passages N] [--home DIR]

Makes a collection of N passages (10,000 by default; about a minute, once when `--home` is
given) from sentences that a seeded generator varies, then runs each command seven times and
prints the medians as a table and as JSON. Nothing is judged here.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.processes import user_environment
from indexes.sync import Record

RUNS = 7
PASSAGES_PER_DOCUMENT = 5

SUBJECTS = """the committee|an old fisherman|our supplier|the night train|a careful gardener|
the second experiment|this module|the mayor of a small town|her younger brother|the compiler|
a glacier|the orchestra|every new employee|the insurance company|a migrating crane|the bridge
""".replace("\n", "").split("|")
VERBS = """postponed|rebuilt|measured|forgot about|translated|carried|questioned|inherited|
painted|explained|lost|repaired|photographed|described|replaced|sold""".replace("\n", "").split("|")
OBJECTS = """the copper roof|a dictionary of dialects|the northern border|an unfinished letter|
the pressure valve|three crates of oranges|the harbour wall|a row of poplars|the tax return|
an inherited violin|the error handler|a bowl of soup|the telescope mirror|the minutes of May|
a flock of geese|the password file""".replace("\n", "").split("|")
TAILS = """before the first snow fell|although nobody had asked|because the old one leaked|
in the presence of two witnesses|without telling the others|on a Tuesday afternoon|
as the manual recommends|after eleven years of waiting|while the bakery was closed|
for less than half the price|near the mouth of the river|with surprising patience
""".replace("\n", "").split("|")
QUERIES = (
    "why was the copper roof rebuilt",
    "who repaired the telescope mirror",
    "letter that was never finished",
    "what did the glacier carry",
    "oranges bought cheaply",
    "harbour wall",
    "geese near the river",
)


def main() -> None:
    """Make the collection, run the commands, print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="keep the collection here for the next time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jtcse-cold-") as scratch:
        home = options.home or Path(scratch)
        passages = prepare(home, options.passages)
        results = {
            "help": measure(home, [["--help"]] * RUNS),
            "search": measure(home, [["search", query] for query in QUERIES]),
            "search --mode lexical": measure(
                home, [["search", "--mode", "lexical", query] for query in QUERIES]
            ),
        }
    medians = print_medians("command", results)
    print(json.dumps({"passages": passages, "runs": RUNS, "median_s": medians}))


def print_medians(heading: str, results: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Print median, lowest and highest of seconds by name, and return the medians."""
    print(f"{heading:<24}{'median s':>10}{'lowest':>10}{'highest':>10}")
    for name, seconds in results.items():
        row = (statistics.median(seconds), min(seconds), max(seconds))
        print(f"{name:<24}" + "".join(f"{value:>10.3f}" for value in row))
    return {name: round(statistics.median(seconds), 4) for name, seconds in results.items()}


def prepare(home: Path, passages: int) -> int:
    """Index generated documents through the session, unless the home holds them already."""
    from app.paths import find_paths
    from app.session import Session
    from app.settings import Settings

    session = Session(find_paths(home), Settings())
    try:
        if "default" not in session.catalog.names():
            print(f"indexing {passages:,} passages ...", file=sys.stderr)
            session.add_records(records(passages), "default")
        return session.describe("default").passages
    finally:
        session.close()


def records(passages: int) -> Iterator[Record]:
    """Generate documents of five sections, each of which becomes a passage of its own."""
    chance = random.Random(7)
    for number in range(-(-passages // PASSAGES_PER_DOCUMENT)):
        sections = (
            f"## Section {part}\n\n{' '.join(sentence(chance) for _ in range(9))}"
            for part in range(1, PASSAGES_PER_DOCUMENT + 1)
        )
        yield Record(f"{number:05}.md", f"Report {number}", "md", "\n\n".join(sections))


def sentence(chance: random.Random) -> str:
    """Return a sentence that is grammatical, and like no other but by chance."""
    subject, tail = chance.choice(SUBJECTS), chance.choice(TAILS)
    middle = f"{chance.choice(VERBS)} {chance.choice(OBJECTS)}"
    return f"{subject.capitalize()} {middle} {tail}, which cost {chance.randrange(9, 9999)}."


def measure(home: Path, commands: list[list[str]]) -> list[float]:
    """Return the wall time of each command as a process, after one that warms the disk."""
    environment = user_environment(JTCSE_HOME=str(home))
    seconds = []
    for arguments in [commands[0], *commands]:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


if __name__ == "__main__":
    main()
