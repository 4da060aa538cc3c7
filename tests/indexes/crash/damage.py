"""Damages a collection, a place at a time, and sees whether anything false comes of it.

`python -m tests.indexes.crash.damage FOLDER FILE STEP` flips a bit in every STEP bytes of a
file of the collection below FOLDER, and cuts the file there; a process of its own, as a crash
is one of the things it looks for. Prints a line for each damage that does harm.
"""

from __future__ import annotations

import random
import shutil
import sys
import traceback
from pathlib import Path

from indexes import mending
from indexes.errors import IndexesError
from indexes.health import verify
from indexes.reader import Reader
from indexes.search import search
from indexes.types import MODES, Filters, Request
from indexes.view import View
from tests.indexes.crash import scenario
from tests.indexes.crash.killing import encoder_of
from tests.indexes.crash.scenario import GRAPH_FROM, Place

Answers = dict[str, object]


def prepare(folder: Path) -> Place:
    """Make a collection with every kind of row: also facts, skips, headings, a graph, a log."""
    place = Place.under(folder)
    place.home.mkdir(parents=True)
    scenario.write_docs(place)
    (place.docs / "tagged.md").write_text(
        "---\ntags: [red, blue]\n---\n# Head\n\nA tagged page.\n\n## Under\n\nMore of the page.\n"
    )
    (place.docs / "binary.txt").write_bytes(b"\0\1\2\3" * 100)
    scenario.index(place)
    # A reader keeps the log from being folded into the database when the writer closes.
    reader = Reader(place.folder)
    with reader.consistent():
        (place.docs / "late.txt").write_text("a late page about nothing but lateness")
        scenario.index(place)
        kept = folder / "kept"
        shutil.copytree(place.folder, kept)
    reader.close()
    shutil.rmtree(place.folder)
    kept.rename(place.folder)
    return place


def answers(place: Place) -> Answers:
    """Return what the collection answers to many questions, errors of ours included."""
    found: Answers = {}
    try:
        view = View(place.folder, GRAPH_FROM)
    except IndexesError as error:
        return {"open": type(error)}
    try:
        for subject in (*scenario.SUBJECTS, "tagged page", "late lateness", "kind about"):
            for mode in MODES:
                request = Request(subject, mode, 20)
                found[f"{subject} {mode}"] = _answer(view, request)
        for filters in (Filters(types=("md",)), Filters(tags=("red",)), Filters(languages=("en",))):
            found[repr(filters)] = _answer(view, Request("page", "hybrid", 20, filters))
    finally:
        view.close()
    return found


def _answer(view: View, request: Request) -> object:
    try:
        answer = search([view], request, encoder_of)
    except IndexesError as error:
        return type(error)
    return [
        (h.path, h.title, h.type, h.heading, h.line_start, h.line_end, h.text, h.highlight,
         round(h.score, 4), None if h.match is None else round(h.match, 4))
        for h in answer.hits
    ]  # fmt: skip


def is_refused(answer: object) -> bool:
    return isinstance(answer, type)


def harm(place: Place, sound: Answers, *, mends: bool) -> str:
    """Return what is wrong with how a damaged collection behaves; empty when nothing is."""
    now = answers(place)
    told = is_told(place)
    if isinstance(told, str):
        return told
    changed = [
        question
        for question, answer in now.items()
        if not is_refused(answer) and answer != sound.get(question)
    ]
    if changed and not told:
        return f"changes the answer to {changed[0]!r} in silence"
    if not told and now != sound:
        return "makes answers fail, and verify says nothing"
    return mended(place, sound) if mends and told else ""


def is_told(place: Place) -> bool | str:
    """Whether verify speaks of damage; a text when it fails in a way that is none of ours."""
    try:
        return any(finding.severity == "damage" for finding in verify(place.folder))
    except IndexesError:
        return True
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"verify fails with {error!r}"


def mended(place: Place, sound: Answers) -> str:
    """Repair and index again: then all is as it was, or the repair has said that it cannot."""
    try:
        mending.repair(place.folder)
        if any(finding.severity == "damage" for finding in verify(place.folder)):
            return "is not mended by --repair, which says that it is"
        scenario.index(place)
    except IndexesError:
        return ""
    texts = {_texts(question, answer) for question, answer in answers(place).items()}
    wrong = texts - {_texts(question, answer) for question, answer in sound.items()}
    return f"leaves other answers after --repair: {sorted(wrong)[0]}"[:300] if wrong else ""


def _texts(question: str, answer: object) -> tuple[str, str]:
    """What was found, without its scores: what scores mean is measured again by a repair."""
    if is_refused(answer):
        return question, str(answer)
    return question, repr(sorted(hit[:7] for hit in answer))  # type: ignore[attr-defined]


def sweep(folder: Path, file: str, step: int, *, mends: bool) -> int:
    """Damage a file everywhere; returns how many damages there were."""
    prepared = folder.with_name("prepared")
    if not prepared.exists():
        prepare(folder)
        folder.rename(prepared)
    place = Place.under(folder)
    rng = random.Random(f"{file} {step}")

    def fresh() -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(prepared, folder)
        return next(place.folder.glob(file))

    fresh()
    sound = answers(place)
    assert not any(map(is_refused, sound.values()))
    size = fresh().stat().st_size
    count = 0
    for start in range(0, size, step):
        at = rng.randrange(start, min(start + step, size))
        for what in ("flip", "cut") if start // step % 8 == 0 else ("flip",):
            path = fresh()
            data = bytearray(path.read_bytes())
            if what == "flip":
                data[at] ^= 1 << rng.randrange(8)
            else:
                del data[at:]
            path.write_bytes(data)
            count += 1
            try:
                found = harm(place, sound, mends=mends)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                place_of = traceback.extract_tb(error.__traceback__)[-1]
                found = f"ends in {error!r} at {place_of.filename}:{place_of.lineno}"
            if found:
                sys.stdout.write(f"{what} of {path.name} at {at}: {found}\n")
    return count


if __name__ == "__main__":
    damages = sweep(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), mends=True)
    sys.stdout.write(f"damages: {damages}\n")
