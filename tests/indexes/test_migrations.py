"""Collections of every earlier format open, answer and upgrade."""

import sqlite3

import pytest
from sqlite_utils import Database

from indexes.collection import Collection, describe
from indexes.health import verify
from indexes.schema import collection_migrations, expected_objects, objects
from indexes.sealing import SEALED_FROM, renew_seals
from indexes.types import Root
from indexes.versions import SCHEMA_VERSION

NAMES = [m.name for m in collection_migrations.pending(Database(memory=True))]


def made_by(version: int, folder) -> None:
    """Rewrite a collection as an earlier version would have made it."""
    new = sqlite3.connect(folder / "collection.db")
    new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = sqlite3.connect(folder / "old.db")
    database = Database(old)
    collection_migrations.apply(database, stop_before=NAMES[version])
    for table in ("meta", "roots", "documents", "texts", "passages", "encoders", "vectors",
                  "skips", "facts"):  # fmt: skip
        columns = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
        if not columns:
            continue
        names = ", ".join(columns)
        rows = new.execute(f"SELECT {names} FROM {table}").fetchall()
        marks = ",".join("?" * len(columns))
        old.executemany(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", rows)
    old.execute("DELETE FROM meta WHERE key LIKE 'seal:%' OR key = 'common_words'")
    if version < SEALED_FROM:
        old.execute("DELETE FROM meta WHERE key = 'encoder'")
        old.execute("UPDATE meta SET key = 'background' WHERE key LIKE 'background:%'")
    old.execute("INSERT INTO words (words) VALUES ('rebuild')")
    if version >= SEALED_FROM:
        renew_seals(old)
    old.commit()
    new.close()
    old.close()
    for path in folder.glob("collection.db*"):
        path.unlink()
    (folder / "old.db").rename(folder / "collection.db")


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_earlier_collection_answers_as_it_is(index, folder, ask, version):
    index()
    made_by(version, folder)
    assert ask("honey").hits[0].path.endswith("bees.txt")
    assert ask("honey").good_match is not None
    assert describe(folder).documents == 3
    assert [f for f in verify(folder) if f.severity == "damage"] == []


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_earlier_collection_is_upgraded_by_the_next_run(
    index, folder, docs, encoder, ask, version
):
    index()
    made_by(version, folder)
    encoder.encoded.clear()
    report = Collection(folder).index([Root(docs)], encoder)
    assert report.added == 0
    assert encoder.encoded == []
    connection = sqlite3.connect(folder / "collection.db")
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert objects(connection) == expected_objects(SCHEMA_VERSION)
    connection.close()
    assert ask("honey").hits[0].path.endswith("bees.txt")
    assert verify(folder) == []
