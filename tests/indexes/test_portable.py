"""A collection as one file: whole, checked, and refused when it is anything else."""

import io
import json
import shutil
import sqlite3
import tarfile
from hashlib import sha256

import pytest

from indexes import portable
from indexes.catalog import Catalog
from indexes.collection import describe
from indexes.errors import BadArchive, CollectionExists, NewerFormat
from indexes.health import verify


@pytest.fixture
def archive(index, folder, tmp_path):
    index(graph_from=2)
    file = tmp_path / "notes.jtcse"
    portable.export(folder, file)
    return file


@pytest.fixture
def restored(folder):
    def run(archive, name="copy", graph_from=2):
        catalog = Catalog(folder.parent)
        with catalog.beside(name) as new:
            portable.unpack(archive, new, graph_from, lambda fingerprint, location: "here")
        return folder.parent / name

    return run


def rewritten(archive, change):
    """Return an archive whose members `change` has put its hand to, its checksum made right."""
    with tarfile.open(archive) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
    members = change(members) or members
    manifest = json.loads(members.get("manifest.json", b"{}"))
    data = members.get("collection.db", b"")
    if isinstance(manifest, dict) and manifest.pop("keep", None) is None:
        manifest |= {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    members["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(archive, "w") as tar:
        for name in ("manifest.json", *(n for n in members if n != "manifest.json")):
            member = tarfile.TarInfo(name)
            member.size = len(members[name])
            tar.addfile(member, io.BytesIO(members[name]))
    return archive


def with_sql(statement):
    def change(members):
        connection = sqlite3.connect(":memory:")
        connection.deserialize(members["collection.db"])
        connection.executescript(statement)
        members["collection.db"] = connection.serialize()

    return change


def test_what_was_exported_is_found_again(archive, restored, ask, folder):
    copy = restored(archive)
    assert verify(copy) == []
    before, after = describe(folder), describe(copy)
    assert (after.documents, after.passages, after.roots) == (
        before.documents, before.passages, before.roots,
    )  # fmt: skip
    assert after.graph is not None
    assert after.graph["vectors"] == 3


def test_the_encoder_is_looked_for_on_this_machine(archive, restored):
    copy = restored(archive)
    connection = sqlite3.connect(copy / "collection.db")
    assert connection.execute("SELECT location FROM encoders").fetchall() == [("here",)]


def test_an_archive_holds_no_graph(archive):
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["manifest.json", "collection.db"]


def test_the_copy_and_the_archive_are_the_owners_alone(archive, restored):
    copy = restored(archive)
    assert archive.stat().st_mode & 0o777 == 0o600
    assert copy.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in copy.iterdir()} == {0o600}


def test_a_name_that_is_taken_is_refused(archive, restored):
    with pytest.raises(CollectionExists):
        restored(archive, "notes")


def test_exporting_again_replaces_the_file_and_leaves_no_other(archive, folder):
    before = set(archive.parent.iterdir())
    portable.export(folder, archive)
    assert set(archive.parent.iterdir()) == before


CHANGES = {
    "a trigger": with_sql(
        "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM documents; END"
    ),
    "a view": with_sql("CREATE VIEW v AS SELECT 1"),
    "a table": with_sql("CREATE TABLE t (a)"),
    "no table of skips": with_sql("DROP TABLE skips"),
    "an index on an expression": with_sql("CREATE INDEX i ON meta(upper(value))"),
    "a changed text": with_sql("UPDATE passages SET text = 'false' WHERE id = 1"),
    "a changed setting": with_sql("UPDATE meta SET value = '9' WHERE key = 'encoder'"),
    "another application": with_sql("PRAGMA application_id = 7"),
    "no database": lambda members: {**members, "collection.db": b"SQLite format 3\0" + b"x" * 9000},
    "an empty database": lambda members: {**members, "collection.db": b""},
    "a file too many": lambda members: {**members, "vectors-1-1.hnsw": b"x" * 100},
    "a path out of the folder": lambda members: {
        "manifest.json": members["manifest.json"], "../collection.db": members["collection.db"],
    },
    "no manifest": lambda members: {"manifest.json": b"[]", "collection.db": b""},
    "a manifest without an end": lambda members: {
        **members, "manifest.json": json.dumps({"a": "x" * (1 << 17)}).encode(),
    },
    "another checksum": lambda members: {
        **members,
        "manifest.json": json.dumps(
            json.loads(members["manifest.json"]) | {"keep": 1, "sha256": "0" * 64}
        ).encode(),
    },
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_hostile_archive_is_refused_and_leaves_nothing(archive, restored, folder, change):
    rewritten(archive, CHANGES[change])
    before = sorted(folder.parent.iterdir())
    with pytest.raises(BadArchive):
        restored(archive)
    assert sorted(folder.parent.iterdir()) == before


def test_a_link_in_place_of_the_database_is_refused(archive, restored, tmp_path):
    target = tmp_path / "secret"
    target.write_text("secret")
    with tarfile.open(archive) as tar:
        manifest = tar.extractfile("manifest.json").read()
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        tar.addfile(member, io.BytesIO(manifest))
        link = tarfile.TarInfo("collection.db")
        link.type, link.linkname = tarfile.SYMTYPE, str(target)
        tar.addfile(link)
    with pytest.raises(BadArchive):
        restored(archive)


@pytest.mark.parametrize("cut", [0, 100, 600, 5_000, -40_000])
def test_a_cut_archive_is_refused(archive, restored, folder, cut):
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(BadArchive):
        restored(archive)
    assert [path.name for path in folder.parent.iterdir()] == ["notes"]


def test_an_archive_of_a_newer_version_is_refused(archive, restored):
    rewritten(archive, with_sql("PRAGMA user_version = 99"))
    with pytest.raises(NewerFormat):
        restored(archive)


def test_what_a_killed_import_left_is_swept_away(index, folder):
    index()
    left = folder.parent / ".incoming-999999999-copy"
    shutil.copytree(folder, left)
    Catalog(folder.parent).sweep()
    assert [path.name for path in folder.parent.iterdir()] == ["notes"]
