"""The tables of a collection, as a series of named migrations.

`documents` and `passages` are what the user has; `texts` are the distinct encoded texts and
`vectors` their vectors under one encoder, so equal texts share a vector and a graph label.
Labels are ids of `texts`, which are never reused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from indexes.rows import skip_checksum
from indexes.sealing import renew_seals
from indexes.versions import SCHEMA_VERSION, TOKENIZER

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

APPLICATION_ID = 0x4A544353  # "JTCS"

PAGE_SIZE = 8192
"""Five 384-component vectors fill a page to 98 %; 4096 would waste a quarter."""

_FOREIGN = ("words_", "_sqlite_migrations", "sqlite_")

collection_migrations = Migrations("jtcse.collection")

_VERSION_1 = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE roots (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        include TEXT NOT NULL,
        exclude TEXT NOT NULL)""",
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        root_id INTEGER REFERENCES roots(id),
        path TEXT NOT NULL UNIQUE,
        stem TEXT NOT NULL,
        title TEXT NOT NULL,
        context TEXT NOT NULL,
        type TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        content_hash BLOB NOT NULL,
        tail TEXT NOT NULL,
        indexed_at REAL NOT NULL,
        checksum INTEGER NOT NULL)""",
    "CREATE INDEX documents_root ON documents(root_id)",
    "CREATE TABLE texts (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE)",
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER NOT NULL REFERENCES documents(id),
        ordinal INTEGER NOT NULL,
        text_id INTEGER NOT NULL REFERENCES texts(id),
        lead TEXT NOT NULL,
        text TEXT NOT NULL,
        heading TEXT NOT NULL,
        start INTEGER NOT NULL,
        line_start INTEGER NOT NULL,
        line_end INTEGER NOT NULL,
        page INTEGER,
        checksum INTEGER NOT NULL,
        UNIQUE (document_id, ordinal))""",
    "CREATE INDEX passages_text ON passages(text_id)",
    """CREATE TABLE encoders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        fingerprint TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        location TEXT NOT NULL,
        dim INTEGER NOT NULL)""",
    """CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        encoder_id INTEGER NOT NULL REFERENCES encoders(id),
        text_id INTEGER NOT NULL REFERENCES texts(id),
        vector BLOB NOT NULL,
        checksum INTEGER NOT NULL,
        UNIQUE (encoder_id, text_id))""",
    """CREATE TABLE skips (
        path TEXT PRIMARY KEY,
        root_id INTEGER REFERENCES roots(id),
        reason TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE snapshots (
        encoder_id INTEGER PRIMARY KEY REFERENCES encoders(id),
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        dim INTEGER NOT NULL,
        count INTEGER NOT NULL,
        last_text_id INTEGER NOT NULL,
        generation INTEGER NOT NULL)""",
    """CREATE VIEW passage_words AS
        SELECT p.id AS id, d.title || ' ' || d.stem AS title, p.heading AS heading, p.text AS text
        FROM passages p JOIN documents d ON d.id = p.document_id""",
    f"""CREATE VIRTUAL TABLE words USING fts5(
        title, heading, text, content='passage_words', content_rowid='id',
        tokenize='{TOKENIZER}')""",
    "INSERT INTO meta VALUES ('generation', '0')",
)


@collection_migrations(name="0001_first")
def _first(db: Database) -> None:
    for statement in _VERSION_1:
        db.conn.execute(statement)
    db.conn.execute("PRAGMA user_version = 1")
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@collection_migrations(name="0002_facts")
def _facts(db: Database) -> None:
    # A table of its own, so that collections of version 1 can still be searched as they are.
    db.conn.execute(
        """CREATE TABLE facts (
            document_id INTEGER PRIMARY KEY REFERENCES documents(id),
            language TEXT NOT NULL,
            tags TEXT NOT NULL,
            dated REAL,
            checksum INTEGER NOT NULL)"""
    )
    db.conn.execute("CREATE INDEX facts_language ON facts(language)")
    db.conn.execute("PRAGMA user_version = 2")


@collection_migrations(name="0003_seals")
def _seals(db: Database) -> None:
    """One encoder is in use, another may be under way; graphs say how well they find."""
    connection = db.conn
    connection.execute("INSERT INTO meta SELECT 'encoder', min(id) FROM encoders HAVING min(id)")
    connection.execute(
        "UPDATE meta SET key = 'background:' || (SELECT value FROM meta WHERE key = 'encoder') "
        "WHERE key = 'background' AND EXISTS (SELECT 1 FROM meta WHERE key = 'encoder')"
    )
    connection.execute("ALTER TABLE snapshots ADD COLUMN ef INTEGER")
    connection.execute("ALTER TABLE snapshots ADD COLUMN recall REAL")
    connection.execute("ALTER TABLE skips ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    for path, reason, size, mtime_ns in connection.execute(
        "SELECT path, reason, size, mtime_ns FROM skips"
    ).fetchall():
        connection.execute(
            "UPDATE skips SET checksum = ? WHERE path = ?",
            (skip_checksum(path, reason, size, mtime_ns), path),
        )
    connection.execute("PRAGMA user_version = 3")


@collection_migrations(name="0004_common_words")
def _common_words(db: Database) -> None:
    """Lists of common words' passages, which the next index run makes."""
    db.conn.execute(
        """CREATE TABLE common_words (
            term TEXT PRIMARY KEY,
            passages BLOB NOT NULL,
            counts BLOB NOT NULL,
            checksum INTEGER NOT NULL)"""
    )
    db.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    renew_seals(db.conn)


def expected_objects(version: int) -> set[tuple[str, str, str, str | None]]:
    """Return type, name, table and SQL of all that a collection of a version has in it."""
    import sqlite3

    from sqlite_utils import Database

    names = [migration.name for migration in collection_migrations.pending(Database(memory=True))]
    database = Database(sqlite3.connect(":memory:"))
    collection_migrations.apply(database, stop_before=names[version : version + 1])
    return objects(database.conn)


def objects(connection: sqlite3.Connection) -> set[tuple[str, str, str, str | None]]:
    """Return type, name, table and SQL of all that a database has in it.

    Without the SQL of tables that SQLite's word index and sqlite-utils make for themselves,
    as it differs between their versions.
    """
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return {
        (kind, name, table, None if kind == "table" and name.startswith(_FOREIGN) else sql)
        for kind, name, table, sql in rows
    }
