"""Is the collection what was written? Each finding says what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from indexes import checks
from indexes.database import storage_errors
from indexes.events import Checking
from indexes.leftovers import stray_files
from indexes.locking import writer_of
from indexes.mending import LOST, READ_AGAIN
from indexes.reader import EncoderRow, Reader
from indexes.reencoding import progress
from indexes.stamp import read_stamp
from indexes.types import Encoder, Finding

STEPS = 6


def verify(
    folder: Path,
    encoder_for: Callable[[EncoderRow], Encoder] | None = None,
    *,
    deep: bool = False,
    on_event: Callable[[Checking], None] = lambda event: None,
) -> list[Finding]:
    """Check a collection from its pages up to its graph.

    Args:
        on_event: Told of each step as it begins; what it raises ends the check.
        encoder_for: Gives the encoder at hand, to be compared with the collection's own.
        deep: Also encode a sample anew, and look for every text in the graph.

    Returns:
        What was found; a collection without a finding of severity `damage` is sound.

    Raises:
        CollectionNotFound: There is none.
        Damaged: The database cannot be opened at all.
    """
    step = _Steps(on_event)
    with storage_errors(folder), closing(Reader(folder)) as reader:
        stamp = read_stamp(folder)  # before the state is read, which is then no older
        with _one_state(reader):
            step("pages of the database")
            broken = [*checks.check_pages(reader.connection), *checks.check_seals(reader)]
            if broken:
                return broken
            findings = list(_check_contents(folder, reader, step, stamp))
        # Files beside the database are those of now.
        with _one_state(reader):
            step("graph and encoder")
            sound = not any(finding.severity == "damage" for finding in findings)
            findings += _check_use(folder, reader, encoder_for, sound=sound, deep=deep)
            findings += _leftovers(folder, reader)
        return findings


@contextmanager
def _one_state(reader: Reader) -> Iterator[None]:
    """Read inside one state of the collection, even of one whose seals are broken."""
    reader.connection.execute("BEGIN")
    try:
        yield
    finally:
        reader.connection.rollback()


class _Steps:
    """Tells of each step as it begins."""

    def __init__(self, on_event: Callable[[Checking], None]) -> None:
        self._on_event = on_event
        self._number = 0

    def __call__(self, what: str) -> None:
        self._number += 1
        self._on_event(Checking(what, self._number, STEPS))


def _check_contents(
    folder: Path, reader: Reader, step: _Steps, stamp: int | None
) -> Iterator[Finding]:
    yield from checks.check_stamp(folder, reader, stamp)
    step("rows")
    yield from checks.check_rows(reader)
    step("links between rows")
    yield from checks.check_links(reader, reader.encoder())
    step("words")
    yield from checks.check_words(folder)
    yield from checks.check_common_words(reader)
    step("vectors")
    yield from checks.check_vectors(reader)


def _check_use(
    folder: Path,
    reader: Reader,
    encoder_for: Callable[[EncoderRow], Encoder] | None,
    *,
    sound: bool,
    deep: bool,
) -> Iterator[Finding]:
    row = reader.encoder()
    if row is None:
        return
    if sound:
        yield from checks.check_graph(folder, reader, row, deep=deep)
    if encoder_for is not None:
        encoder = encoder_for(row)
        yield from checks.check_encoder(reader, row, encoder)
        if deep and sound:
            yield from checks.check_meaning(reader, row, encoder)


def _leftovers(folder: Path, reader: Reader) -> Iterator[Finding]:
    """What mends itself: unfinished work, rows and files that belong to nothing."""
    name = folder.name
    if reader.meta("unfinished"):
        writer = writer_of(folder)
        if writer is not None:
            yield Finding("note", f"it is being written by {writer}")
        else:
            resumes = f"jtcse index -c {name} resumes it"
            yield Finding("note", "an index run did not finish", resumes)
    moving = progress(reader)
    if moving is not None:
        row, done, total = moving
        yield Finding(
            "note",
            f"on the way to encoder {row.name}: {done:,} of {total:,} texts are encoded",
            f"jtcse models use {row.location} -c {name} --yes goes on",
        )
    yield from _unused(reader, moving[0] if moving else None)
    waiting = sum(skip.reason == READ_AGAIN for skip in reader.skips())
    if waiting:
        yield Finding(
            "note", f"{waiting} documents were damaged and dropped", f"jtcse index -c {name}"
        )
    lost = sum(skip.reason == LOST for skip in reader.skips())
    if lost:
        yield Finding("note", f"{lost} documents that came from no file were damaged and dropped")
    for path in stray_files(folder, reader):
        yield Finding("note", f"{path.name} belongs to nothing", "--repair removes it")


def _unused(reader: Reader, under_way: EncoderRow | None) -> Iterator[Finding]:
    unused = reader.connection.execute(
        "SELECT count(*) FROM texts WHERE id NOT IN (SELECT text_id FROM passages)"
    ).fetchone()[0]
    if unused:
        yield Finding("note", f"{unused} vectors belong to no passage", "--repair drops them")
    used = {row.id for row in (reader.encoder(), under_way) if row}
    old = sum(reader.count_vectors(row) for row in reader.encoders() if row.id not in used)
    if old:
        yield Finding(
            "note",
            f"{old} vectors are of an encoder no longer used",
            "the next jtcse index drops them",
        )
