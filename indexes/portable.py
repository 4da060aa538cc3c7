"""A collection as one file: to keep as a backup, or to take to another machine.

A tar archive of a manifest and the database, copied in one consistent state. The graph stays
out: it can be built again, and a file that someone else made must never reach hnswlib.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from indexes import graph
from indexes.database import DATABASE_FILE, check_version, open_reader, storage_errors
from indexes.errors import BadArchive, Damaged, StorageFailed
from indexes.events import IndexEvent
from indexes.health import verify
from indexes.schema import APPLICATION_ID, expected_objects, objects
from indexes.snapshots import sha256
from indexes.syncing import sync
from indexes.writing import writing

MANIFEST_FILE = "manifest.json"
MAX_MANIFEST_BYTES = 1 << 16
FORMAT = 1
_CHUNK = 1 << 20
_NOT_OURS = "export it again with: jtcse collections export"


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself."""

    format: int
    name: str
    bytes: int
    sha256: str


def export(folder: Path, target: Path) -> int:
    """Write a collection into an archive, in place of what stood there; returns its bytes.

    Raises:
        CollectionNotFound: There is none.
        StorageFailed: There is no such folder, or the disk refuses.
    """
    if not target.parent.is_dir():
        raise StorageFailed(f"{target.parent} is no folder", "check the path")
    copy = target.with_name(f".{target.name}.{os.getpid()}.db")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with storage_errors(folder):
            connection = open_reader(folder)
            try:
                connection.execute("PRAGMA query_only = OFF")
                os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                connection.execute("VACUUM INTO ?", (copy.absolute().as_uri(),))  # any bytes
            finally:
                connection.close()
            manifest = Manifest(FORMAT, folder.name, copy.stat().st_size, sha256(copy))
            _pack(temporary, copy, manifest)
            sync(temporary)
            temporary.replace(target)
            sync(target.parent)
            return target.stat().st_size
    finally:
        for path in (copy, temporary):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _pack(archive: Path, database: Path, manifest: Manifest) -> None:
    data = json.dumps(asdict(manifest), indent=1).encode()
    descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for name, size in ((MANIFEST_FILE, len(data)), (DATABASE_FILE, manifest.bytes)):
            member = tarfile.TarInfo(name)
            member.size, member.mode = size, 0o600
            if name == MANIFEST_FILE:
                tar.addfile(member, io.BytesIO(data))
            else:
                with database.open("rb") as source:
                    tar.addfile(member, source)


def read_manifest(archive: Path) -> Manifest:
    """Return what an archive says of itself.

    Raises:
        BadArchive: It is no archive of a collection.
    """
    with _opened(archive) as tar:
        return _manifest(tar)


def unpack(
    archive: Path,
    folder: Path,
    graph_from: int,
    locate: Callable[[str, str], str],
    on_event: Callable[[IndexEvent], None] = lambda event: None,
) -> None:
    """Make a collection of an archive in a folder that is empty, and check all of it.

    Args:
        locate: Returns where the encoder of a fingerprint stands on this machine, given also
            where it stood on the other.

    Raises:
        BadArchive: It is none, or not what was exported.
        NewerFormat: A newer version made it.
        StorageFailed: The disk refuses.
    """
    database = folder / DATABASE_FILE
    with storage_errors(folder), _opened(archive) as tar:
        manifest = _manifest(tar)
        if shutil.disk_usage(folder).free < manifest.bytes:
            raise StorageFailed(
                f"{archive.name} needs {manifest.bytes >> 20} MB", "free some disk space"
            )
        member = tar.next()
        if member is None or member.name != DATABASE_FILE or member.size != manifest.bytes:
            raise BadArchive(f"{archive.name} holds no collection", _NOT_OURS)
        _copy(tar, member, database, manifest, archive.name)
        if tar.next() is not None:
            raise BadArchive(f"{archive.name} holds more than a collection", _NOT_OURS)
    _check_database(database, archive.name)
    _settle(folder, graph_from, locate, on_event)
    damage = [finding for finding in verify(folder) if finding.severity == "damage"]
    if damage:
        raise BadArchive(f"{archive.name} is not sound: {damage[0].what}", _NOT_OURS)


@contextlib.contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with archive.open("rb") as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            yield tar
    except tarfile.TarError as error:
        raise BadArchive(f"{archive.name} is no archive of a collection", _NOT_OURS) from error
    except OSError as error:
        if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
            raise BadArchive(f"{archive}: {error.strerror}", "check the path") from error
        raise


def _manifest(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    name = Path(str(tar.name or "the file")).name
    if (
        member is None
        or member.name != MANIFEST_FILE
        or not member.isreg()
        or member.size > MAX_MANIFEST_BYTES
    ):
        raise BadArchive(f"{name} is no archive of a collection", _NOT_OURS)
    stream = tar.extractfile(member)
    assert stream is not None
    try:
        found = json.loads(stream.read())
        manifest = Manifest(
            int(found["format"]), str(found["name"]), int(found["bytes"]), str(found["sha256"])
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadArchive(f"{name}: its manifest cannot be read", _NOT_OURS) from error
    if manifest.format > FORMAT:
        raise BadArchive(f"{name} was made by a newer jtcse", "upgrade jtcse")
    return manifest


def _copy(
    tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, manifest: Manifest, name: str
) -> None:
    if not member.isreg():
        raise BadArchive(f"{name} holds no collection", _NOT_OURS)
    source: IO[bytes] | None = tar.extractfile(member)
    assert source is not None
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != manifest.sha256:
        raise BadArchive(f"{name} is not what was exported (its checksum differs)", _NOT_OURS)


def _check_database(path: Path, name: str) -> None:
    """Refuse a database that has anything in it that ours do not have, before it is used."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            check_version(path.parent, connection)
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise BadArchive(f"{name} holds no collection", _NOT_OURS)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if objects(connection) != expected_objects(version):
                raise BadArchive(f"{name} holds tables that no collection has", _NOT_OURS)
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problem != "ok":
                raise BadArchive(f"{name} is damaged: {problem}", _NOT_OURS)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise BadArchive(f"{name} is damaged: {error}", _NOT_OURS) from error


def _settle(
    folder: Path,
    graph_from: int,
    locate: Callable[[str, str], str],
    on_event: Callable[[IndexEvent], None],
) -> None:
    """Find the encoder on this machine, and build the graph."""
    try:
        with writing(folder) as (store, reader):
            with store.transaction():
                store.connection.execute("DELETE FROM snapshots")
                for row in reader.encoders():
                    location = locate(row.fingerprint, row.location)
                    store.connection.execute(
                        "UPDATE encoders SET location = ? WHERE id = ?", (location, row.id)
                    )
            encoder = reader.encoder()
            if encoder is not None and reader.count_vectors(encoder) >= graph_from:
                graph.refresh(folder, store, reader, encoder, on_event, anew=True)
    except Damaged as error:
        raise BadArchive(error.message, _NOT_OURS) from error
