"""Whole collections: moved folders, compaction, locks, stamps, seals, and what a repair keeps."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from indexes.catalog import Catalog
from indexes.collection import Collection, describe
from indexes.database import BUSY_TIMEOUT_S
from indexes.errors import Busy, CollectionExists, Damaged, SourceMissing
from indexes.health import verify
from indexes.locking import LOCK_FILE, writer_lock, writer_of
from indexes.mending import READ_AGAIN, repair
from indexes.reader import Reader
from indexes.search import search
from indexes.stamp import STAMP_FILE, read_stamp, write_stamp
from indexes.store import Store
from indexes.types import Request, Root
from indexes.view import View


def severities(folder: Path) -> list[str]:
    return [finding.severity for finding in verify(folder)]


def execute(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "collection.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


# A folder of documents was moved


def test_a_moved_folder_is_followed_without_encoding(index, folder, docs, encoder, ask):
    index()
    encoder.encoded.clear()
    new = docs.with_name("elsewhere")
    docs.rename(new)
    assert Collection(folder).reroot(docs, new) == 3
    assert ask("honey").hits[0].path == str(new / "bees.txt")
    assert Collection(folder).index([], encoder).unchanged == 3
    assert encoder.encoded == ["honey"]
    assert verify(folder) == []


def test_a_folder_around_the_root_can_be_followed(index, folder, docs, tmp_path, ask):
    index()
    Collection(folder).reroot(tmp_path, Path("/away"))
    assert ask("honey").hits[0].path == "/away/docs/bees.txt"


def test_skipped_files_move_along(index, folder, docs):
    (docs / "x.bin").write_bytes(b"\0\1\2")
    (docs / "x.txt").write_bytes(b"\0\1\2")
    index()
    Collection(folder).reroot(docs, Path("/away"))
    assert {Path(skip.path).parent for skip in Reader(folder).skips()} == {Path("/away")}
    assert verify(folder) == []


def test_a_folder_that_is_no_root_is_refused(index, folder, tmp_path):
    index()
    with pytest.raises(SourceMissing):
        Collection(folder).reroot(tmp_path / "other", Path("/away"))


def test_a_place_that_is_indexed_already_is_refused_and_nothing_moves(index, folder, docs):
    other = docs.with_name("other")
    shutil.copytree(docs, other)
    index(docs, other)
    with pytest.raises(CollectionExists):
        Collection(folder).reroot(docs, other)
    assert describe(folder).documents == 6
    assert verify(folder) == []


# Space


def test_compaction_gives_back_what_removed_documents_held(index, folder, docs, ask):
    for i in range(200):
        (docs / f"long{i}.txt").write_text(f"{i} " + "long words " * 300)
    index()
    for path in docs.glob("long*"):
        path.unlink()
    index()
    before = describe(folder)
    assert before.reclaimable > 100_000
    freed = Collection(folder).compact()
    after = describe(folder)
    assert after.reclaimable == 0
    assert freed >= before.reclaimable * 0.9
    assert ask("honey").hits[0].path.endswith("bees.txt")
    assert verify(folder) == []


# Locks


def test_a_lock_whose_holder_is_dead_holds_nobody_up(index, folder):
    index()
    note = {"pid": 999_999_999, "command": "jtcse index", "since": 0}
    (folder / LOCK_FILE).write_text(json.dumps(note))
    assert index().unchanged == 3


def test_a_lock_names_its_holder(folder):
    folder.mkdir(parents=True)
    code = (
        "import sys, time; from pathlib import Path; from indexes.locking import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=root, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Busy, match=str(holder.pid)), writer_lock(folder):
            pass
        holder.kill()
    with writer_lock(folder):
        pass


def test_whoever_writes_is_known_without_asking_for_the_lock(folder):
    folder.mkdir(parents=True)
    assert writer_of(folder) is None
    with writer_lock(folder):
        assert writer_of(folder) is None  # it is this process
    note = {"pid": os.getppid(), "command": "a window of jtcse", "since": 0}
    (folder / LOCK_FILE).write_text(json.dumps(note))
    assert "(a window of jtcse)" in (writer_of(folder) or "")
    (folder / LOCK_FILE).write_text(json.dumps({**note, "pid": 999_999_999}))
    assert writer_of(folder) is None


def test_the_lock_of_a_collection_that_was_replaced_is_not_taken_for_the_new_one(
    folder, monkeypatch
):
    """A writer that opened the file before a removal must not write beside the next one."""
    folder.mkdir(parents=True)
    real = fcntl.flock

    def removed_meanwhile(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        shutil.rmtree(folder)
        folder.mkdir()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    with writer_lock(folder):
        held = os.open(folder / LOCK_FILE, os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(held)


def test_readers_outlive_a_removal_and_a_rename(index, folder, encoder):
    index()
    view = View(folder, 10_000)
    catalog = Catalog(folder.parent)
    catalog.rename("notes", "papers")
    assert not view.reader.is_current()
    assert search([view], Request("honey"), lambda row: encoder).hits
    catalog.remove("papers")
    assert search([view], Request("honey"), lambda row: encoder).hits
    view.close()
    assert list(folder.parent.iterdir()) == []


def test_a_reader_sees_that_another_collection_took_the_place(index, folder):
    index()
    reader = Reader(folder)
    assert reader.is_current()
    Catalog(folder.parent).remove("notes")
    index()
    assert not reader.is_current()


# The stamp outside the database


def test_each_commit_is_stamped(index, folder):
    index()
    assert read_stamp(folder) == describe(folder).generation


def test_commits_that_the_database_lost_are_damage_until_they_are_mended(index, folder, encoder):
    index()
    write_stamp(folder, describe(folder).generation + 3)
    (finding,) = verify(folder)
    assert (finding.severity, "3 commits" in finding.what) == ("damage", True)
    repair(folder)
    assert severities(folder) == []


def test_commits_that_were_in_a_damaged_log_are_missed(index, folder, docs):
    index()
    reader = Reader(folder)
    with reader.consistent():  # keeps the log from being folded in
        (docs / "late.txt").write_text("late words")
        index()
        kept = folder.with_name("kept")
        shutil.copytree(folder, kept)
    log = kept / "collection.db-wal"
    data = bytearray(log.read_bytes())
    data[100] ^= 1
    log.write_bytes(data)
    assert "damage" in severities(kept)


def test_a_run_leaves_no_log_behind_though_a_reader_stays(index, folder, docs):
    index()
    log = folder / "collection.db-wal"
    with closing(Reader(folder)) as reader:
        reader.count("documents")
        (docs / "late.txt").write_text("late words")
        index()
        assert log.stat().st_size == 0
        with reader.consistent():  # a reading one keeps it, and keeps nobody waiting
            (docs / "later.txt").write_text("later words")
            began = time.monotonic()
            index()
            assert time.monotonic() - began < BUSY_TIMEOUT_S / 2
            assert log.stat().st_size > 0
    index()
    assert not log.exists() or log.stat().st_size == 0


@pytest.mark.parametrize("content", [b"", b"x", b"00000000000000000099 00000000\n"])
def test_a_stamp_that_cannot_be_believed_says_nothing(index, folder, content):
    index()
    (folder / STAMP_FILE).write_bytes(content)
    assert verify(folder) == []


# Seals over the small tables


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = '{}' WHERE key LIKE 'background:%'",
        "UPDATE encoders SET dim = 8",
        "UPDATE roots SET path = '/elsewhere'",
        "INSERT INTO snapshots VALUES (1, 'x', '', 1, 1, 1, 1, 1, 1, 1)",
        "PRAGMA user_version = 3",
    ],
)
def test_what_was_not_written_by_us_is_refused(index, folder, ask, statement):
    index()
    execute(folder, statement)
    with pytest.raises(Exception, match=r"damaged|newer"):
        ask("honey")
    with pytest.raises(Exception, match=r"damaged|newer"):
        index()


def test_a_changed_schema_is_refused(index, folder, ask):
    """One bit in the name of an option of the word index changes what words are found."""
    index()
    file = folder / "collection.db"
    data = file.read_bytes()
    assert data.count(b"remove_diacritics 2'") == 1
    file.write_bytes(data.replace(b"remove_diacritics 2'", b"remove_diacritics 0'"))
    with pytest.raises(Damaged, match="schema"):
        ask("honey")
    assert severities(folder) == ["damage"]
    with pytest.raises(Damaged, match="schema"):
        repair(folder)


def test_a_changed_record_of_migrations_is_refused(index, folder):
    index()
    file = folder / "collection.db"
    data = file.read_bytes()
    assert b"[applied_at]" in data or b'"applied_at"' in data
    file.write_bytes(data.replace(b"applied_at", b"applied_au"))
    with pytest.raises(Damaged, match="schema"):
        index()
    with pytest.raises(Damaged, match="schema"):
        repair(folder)


def test_damaged_settings_are_set_anew(index, folder, ask):
    index()
    execute(folder, "UPDATE meta SET value = 'x' WHERE key IN ('generation', 'encoder')")
    assert [f.severity for f in verify(folder)] == ["damage"]
    repair(folder)
    assert "damage" not in severities(folder)
    assert ask("honey").hits[0].path.endswith("bees.txt")
    assert index().updated == 3
    assert severities(folder) == []


def test_damaged_roots_cannot_be_derived(index, folder):
    index()
    execute(folder, "UPDATE roots SET path = '/elsewhere'")
    with pytest.raises(Damaged, match="roots"):
        repair(folder)


# What a repair keeps


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET text = 'false' WHERE text LIKE '%honey%'",
        "UPDATE documents SET title = 'false' WHERE path LIKE '%bees.txt'",
        "UPDATE facts SET language = 'xx' WHERE document_id = "
        "(SELECT id FROM documents WHERE path LIKE '%bees.txt')",
        "UPDATE vectors SET vector = zeroblob(128) WHERE text_id = "
        "(SELECT text_id FROM passages WHERE text LIKE '%honey%')",
        "UPDATE texts SET hash = x'00' WHERE id = "
        "(SELECT text_id FROM passages WHERE text LIKE '%honey%')",
    ],
)
def test_a_damaged_document_goes_and_comes_back_with_the_next_run(
    index, folder, ask, encoder, statement
):
    index(graph_from=2)
    execute(folder, statement)
    assert "damage" in severities(folder)
    repair(folder)
    assert severities(folder) == ["note"]
    (skip,) = Reader(folder).skips()
    assert (Path(skip.path).name, skip.reason) == ("bees.txt", READ_AGAIN)
    assert ask("bake the dough").hits[0].path.endswith("bread.md")
    encoder.encoded.clear()
    report = index(graph_from=2)
    assert (report.added, report.unchanged) == (1, 2)
    assert len(encoder.encoded) <= 1 + 95  # the text, and the questions that scores are set by
    assert verify(folder) == []
    assert ask("honey").hits[0].path.endswith("bees.txt")


def test_a_damaged_document_whose_file_is_out_of_reach_is_named(index, folder, docs, ask):
    index()
    execute(folder, "UPDATE documents SET title = 'false' WHERE path LIKE '%bees.txt'")
    away = docs.with_name("away")
    docs.rename(away)
    repair(folder)
    (skip,) = Reader(folder).skips()
    assert (Path(skip.path), skip.reason) == (docs / "bees.txt", READ_AGAIN)
    away.rename(docs)
    assert index().added == 1
    assert ask("honey").hits[0].path.endswith("bees.txt")
    assert verify(folder) == []


def test_a_damaged_document_whose_file_is_gone_is_named_until_the_next_run(index, folder, docs):
    index()
    execute(folder, "UPDATE documents SET title = 'false' WHERE path LIKE '%bees.txt'")
    (docs / "bees.txt").unlink()
    repair(folder)
    assert len(Reader(folder).skips()) == 1
    index()
    assert Reader(folder).skips() == []
    assert verify(folder) == []


@pytest.mark.parametrize(
    "path",
    ["'x' || path", "replace(path, 'bees', 'be' || char(0))", "x'ff'", "CAST(x'ff' AS TEXT)"],
)
def test_a_document_whose_path_is_damaged_is_named_by_its_root(index, folder, docs, path):
    index()
    execute(folder, f"UPDATE documents SET path = {path} WHERE path LIKE '%bees.txt'")
    repair(folder)
    (skip,) = Reader(folder).skips()
    assert (Path(skip.path), skip.reason) == (docs, READ_AGAIN)
    assert index().added == 1
    assert Reader(folder).skips() == []
    assert verify(folder) == []


def test_a_word_index_that_lacks_a_word_is_found_and_rebuilt(index, folder, ask):
    index()
    execute(folder, "DELETE FROM words_data WHERE id > 10")
    assert "damage" in severities(folder)
    repair(folder)
    assert verify(folder) == []
    assert ask("honey", "lexical").hits


def test_a_damaged_skip_is_forgotten(index, folder, docs):
    (docs / "x.txt").write_bytes(b"\0\1\2")
    index()
    execute(folder, "UPDATE skips SET reason = 'false'")
    assert "damage" in severities(folder)
    repair(folder)
    assert "damage" not in severities(folder)
    index()
    assert len(Reader(folder).skips()) == 1


def test_deep_verification_finds_vectors_of_another_text(index, folder, encoder):
    index()
    store = Store(folder)
    from indexes.rows import vector_checksum

    (first, vector), (second, _) = store.connection.execute(
        "SELECT text_id, vector FROM vectors LIMIT 2"
    ).fetchall()
    with store.transaction():
        store.connection.execute(
            "UPDATE vectors SET vector = ?, checksum = ? WHERE text_id = ?",
            (vector, vector_checksum(second, vector), second),
        )
    store.close()
    assert first != second
    assert verify(folder) == []
    assert [f.severity for f in verify(folder, lambda row: encoder, deep=True)] == ["damage"]


def test_an_encoder_that_is_no_longer_the_same_is_damage(index, folder):
    from tests.indexes.word_encoder import WordEncoder

    index()
    (finding,) = verify(folder, lambda row: WordEncoder(name="changed"))
    assert "changed-32"[:8] in finding.what


def test_everything_is_the_owners_alone(index, folder, docs):
    index(graph_from=2)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_roots_survive_an_interrupted_creation(folder, docs, encoder):
    folder.mkdir(parents=True)
    (folder / "unfinished.db").write_bytes(b"half a database")
    (folder / "unfinished.db-wal").write_bytes(b"and its log")
    assert Collection(folder).index([Root(docs)], encoder).added == 3
    assert verify(folder) == []
