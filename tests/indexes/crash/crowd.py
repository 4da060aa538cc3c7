"""One of many processes at a collection: `python -m ... write|search PLACE SECONDS SEED`.

Writers give documents new editions and index them; searchers see to it that every answer is
whole and true. Prints how much it did, and what was wrong.
"""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

from indexes.collection import Collection
from indexes.errors import Busy
from indexes.search import search
from indexes.types import Request, Root
from indexes.view import View
from tests.indexes.crash.scenario import GRAPH_FROM, SUBJECTS, Place, encoder

ROWS = 4
_EDITION = re.compile(r"edition\d+")


def table(subject: str, edition: int) -> str:
    """Return a document of several passages, a row each, all of one edition."""
    rows = [f"{subject}{row},edition{edition},about {subject} and row{row}" for row in range(ROWS)]
    return "\n".join(["name,edition,what", *rows]) + "\n"


def write_all(place: Place) -> None:
    place.docs.mkdir(parents=True)
    for subject in SUBJECTS:
        (place.docs / f"{subject}.csv").write_text(table(subject, 0))


def write(place: Place, until: float, rng: random.Random) -> tuple[int, int]:
    done = busy = 0
    while time.monotonic() < until:
        subject = rng.choice(SUBJECTS)
        temporary = place.docs.parent / f"{subject}.{rng.random()}"
        temporary.write_text(table(subject, rng.randrange(10**6)))
        temporary.replace(place.docs / f"{subject}.csv")
        try:
            Collection(place.folder, GRAPH_FROM).index([Root(place.docs)], encoder())
            done += 1
        except Busy:
            busy += 1
            time.sleep(rng.random() * 0.05)
    return done, busy


def look(place: Place, until: float, rng: random.Random) -> tuple[int, int]:
    words = encoder()
    done = 0
    view = View(place.folder, GRAPH_FROM)
    while time.monotonic() < until:
        if rng.random() < 0.1:
            view.close()
            view = View(place.folder, GRAPH_FROM)
        text = f"{rng.choice(SUBJECTS)} row{rng.randrange(ROWS)}"
        answer = search([view], Request(text, "dense", 20), lambda row: words)
        query = words.encode([text])[0]
        paths = {Path(hit.path).stem for hit in answer.hits}
        assert paths == set(SUBJECTS), f"missing: {set(SUBJECTS) - paths}"
        for hit in answer.hits:
            own = Path(hit.path).stem in hit.text or hit.text.startswith("name |")
            assert own, f"{hit.path} has the text of another"
            true = float(words.encode([hit.text])[0] @ query)
            assert hit.cosine is not None
            assert abs(hit.cosine - true) < 1e-4, f"{hit.path} has the vector of another text"
        _same_edition(view)
        done += 1
    view.close()
    return done, 0


def _same_edition(view: View) -> None:
    with view.reader.consistent():
        rows = view.reader.connection.execute("SELECT document_id, text FROM passages").fetchall()
    editions: dict[int, set[str]] = {}
    for document, text in rows:
        editions.setdefault(document, set()).update(_EDITION.findall(text))
    assert [len(found) for found in editions.values()] == [1] * len(SUBJECTS), editions
    assert len(rows) == (1 + ROWS) * len(SUBJECTS)  # the names of the columns are one too


def main(role: str, folder: str, seconds: str, seed: str) -> None:
    work = {"write": write, "search": look}[role]
    until = time.monotonic() + float(seconds)
    done, busy = work(Place.under(Path(folder)), until, random.Random(int(seed)))
    sys.stdout.write(f"{done} {busy}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
