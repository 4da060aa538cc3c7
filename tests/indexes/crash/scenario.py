"""A process that writes to a collection, to be killed: `python -m ... NAME PLACE`.

Batches are small and the graph is kept from the first vectors on, so that a run of a few
documents goes through every kind of commit, write and rename there is.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from indexes import batching, common_words, mending, portable
from indexes.catalog import Catalog
from indexes.collection import Collection
from indexes.errors import StorageFailed
from indexes.events import Committed, IndexEvent
from indexes.sealing import renew_seals
from indexes.types import Root
from tests.indexes.word_encoder import WordEncoder

NAME = "notes"
GRAPH_FROM = 4
SUBJECTS = ("bread", "boats", "bees", "bells", "birds", "books", "bones", "brass")


@dataclass(frozen=True)
class Place:
    """Where a scenario plays.

    Attributes:
        docs: The documents.
        home: The collections.
        archive: An exported collection.
    """

    docs: Path
    home: Path
    archive: Path

    @classmethod
    def under(cls, folder: Path) -> Place:
        return cls(folder / "docs", folder / "collections", folder / "kept.tar")

    @property
    def folder(self) -> Path:
        return self.home / NAME


def encoder() -> WordEncoder:
    return WordEncoder()


def other_encoder() -> WordEncoder:
    return WordEncoder(16, "others")


def text_of(subject: str, edition: str = "first") -> str:
    """Return a document's text: words that no other has, in its edition."""
    return f"{subject}{edition} and {subject}s of the {edition} kind, all about {subject}"


def write_docs(place: Place) -> None:
    place.docs.mkdir(parents=True)
    for subject in SUBJECTS:
        (place.docs / f"{subject}.txt").write_text(text_of(subject))


def edit_docs(place: Place) -> None:
    """Two documents change, two go, two come."""
    for subject in SUBJECTS[:2]:
        (place.docs / f"{subject}.txt").write_text(text_of(subject, "second"))
    for subject in SUBJECTS[2:4]:
        (place.docs / f"{subject}.txt").unlink()
    for subject in ("baths", "balls"):
        (place.docs / f"{subject}.txt").write_text(text_of(subject))


def index(place: Place) -> None:
    with small_lists():
        Collection(place.folder, GRAPH_FROM).index([Root(place.docs)], encoder(), on_event=tell)


@contextmanager
def small_lists() -> Iterator[None]:
    """Have lists of common words in a collection as small as these are."""
    limits = common_words.LEAST_COLLECTION, common_words.LEAST_PASSAGES
    common_words.LEAST_COLLECTION, common_words.LEAST_PASSAGES = 1, 2
    try:
        yield
    finally:
        common_words.LEAST_COLLECTION, common_words.LEAST_PASSAGES = limits


def tell(event: IndexEvent) -> None:
    """Say how many documents are safe, to whoever kills this process; nobody else listens."""
    if isinstance(event, Committed) and __name__ == "__main__":
        with suppress(OSError):  # a full disk may be everywhere
            os.write(1, b"c" * event.documents)


def rebuild(place: Place) -> None:
    for path in place.folder.glob("*.hnsw"):
        path.unlink()
    mending.repair(place.folder)


def reencode(place: Place) -> None:
    Collection(place.folder, GRAPH_FROM).reencode(other_encoder(), location="others")


def import_(place: Place) -> None:
    with Catalog(place.home).beside(NAME) as folder:
        portable.unpack(place.archive, folder, GRAPH_FROM, lambda fingerprint, location: location)


def remove(place: Place) -> None:
    Catalog(place.home).remove(NAME)


def compact(place: Place) -> None:
    Collection(place.folder, GRAPH_FROM).compact()


def reroot(place: Place) -> None:
    Collection(place.folder, GRAPH_FROM).reroot(place.docs, place.docs.with_name("moved"))


def upgrade(place: Place) -> None:
    """A collection that lacks the newest tables is opened by a writer."""
    index(place)


ACTIONS: dict[str, Callable[[Place], None]] = {
    "index": index,
    "update": index,
    "rebuild": rebuild,
    "reencode": reencode,
    "import": import_,
    "remove": remove,
    "compact": compact,
    "reroot": reroot,
    "upgrade": upgrade,
}


def downgrade(folder: Path) -> None:
    """Take away what the newest migration added, as if an older version had made it."""
    connection = sqlite3.connect(folder / "collection.db")
    connection.executescript(
        """
        DROP TABLE common_words;
        DELETE FROM meta WHERE key = 'common_words';
        DELETE FROM _sqlite_migrations WHERE name = '0004_common_words';
        PRAGMA user_version = 3;
        """
    )
    with connection:
        renew_seals(connection)
    connection.close()


REFUSED = 3
"""How it ends when the disk refused, which it cannot write anywhere when writing is refused."""


def main(name: str, folder: str) -> None:
    batching.BATCH_TEXTS = 2
    batching.BATCH_DOCUMENTS = 2
    try:
        ACTIONS[name](Place.under(Path(folder)))
    except StorageFailed:
        os._exit(REFUSED)


if __name__ == "__main__":
    main(*sys.argv[1:])
