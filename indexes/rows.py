"""The rows of documents and passages, and the checksums that go with them."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from indexes.checksums import row_checksum
from indexes.errors import Damaged


def columns(kind: type[NamedTuple]) -> str:
    """Return the columns that a kind of row has, for a query."""
    return ", ".join(kind._fields)


class DocumentRow(NamedTuple):
    """A row of `documents`.

    `content_hash` is over the file's bytes; `context` is the title as it was encoded with the
    passages, empty where `title` is only the file's name.
    """

    id: int
    root_id: int | None
    path: str
    stem: str
    title: str
    context: str
    type: str
    size: int
    mtime_ns: int
    content_hash: bytes
    tail: str
    indexed_at: float
    checksum: int

    def expected_checksum(self) -> int:
        """Return the checksum that goes with the row's values."""
        return document_checksum(
            self.path, self.stem, self.title, self.context, self.type, self.size, self.mtime_ns,
            self.content_hash, self.tail,
        )  # fmt: skip

    def verify(self) -> None:
        """Raise Damaged unless the row is what was written."""
        if self.checksum != self.expected_checksum():
            raise Damaged(f"the record of {self.path!r} is damaged", "see: jtcse verify")


class FactsRow(NamedTuple):
    """A row of `facts`: what filters ask of a document; `tags` are lower case, a JSON list."""

    document_id: int
    language: str
    tags: str
    dated: float | None
    checksum: int

    def verify(self) -> None:
        """Raise Damaged unless the row is what was written."""
        if self.checksum != facts_checksum(self.document_id, self.language, self.tags, self.dated):
            raise Damaged(
                f"the facts of document {self.document_id} are damaged", "see: jtcse verify"
            )


class PassageRow(NamedTuple):
    """A row of `passages`; `lead` is the white space between it and its predecessor."""

    id: int
    document_id: int
    ordinal: int
    text_id: int
    lead: str
    text: str
    heading: str
    start: int
    line_start: int
    line_end: int
    page: int | None
    checksum: int

    def verify(self) -> None:
        """Raise Damaged unless the row is what was written."""
        if self.checksum != passage_checksum(
            self.document_id, self.ordinal, self.text_id, self.lead, self.text, self.heading,
            self.start, self.line_start, self.line_end, self.page,
        ):  # fmt: skip
            raise Damaged(f"passage {self.id} is damaged", "see: jtcse verify")


def document_checksum(
    path: str,
    stem: str,
    title: str,
    context: str,
    type_: str,
    size: int,
    mtime_ns: int,
    content_hash: bytes,
    tail: str,
) -> int:
    """Checksum of a document's row; ids of roots may be reassigned and are left out."""
    return row_checksum(path, stem, title, context, type_, size, mtime_ns, content_hash, tail)


def facts_checksum(document_id: int, language: str, tags: str, dated: float | None) -> int:
    """Checksum of a row of facts."""
    return row_checksum(document_id, language, tags, "" if dated is None else repr(dated))


def passage_checksum(
    document_id: int,
    ordinal: int,
    text_id: int,
    lead: str,
    text: str,
    heading: str,
    start: int,
    line_start: int,
    line_end: int,
    page: int | None,
) -> int:
    """Checksum of a passage's row."""
    return row_checksum(
        document_id, ordinal, text_id, lead, text, heading, start, line_start, line_end, page
    )


class SkipRow(NamedTuple):
    """A row of `skips`: a file that is not searchable."""

    path: str
    reason: str
    size: int
    mtime_ns: int
    checksum: int

    def verify(self) -> None:
        """Raise Damaged unless the row is what was written."""
        if self.checksum != skip_checksum(self.path, self.reason, self.size, self.mtime_ns):
            raise Damaged(f"the skip of {self.path!r} is damaged", "see: jtcse verify")


def skip_checksum(path: str, reason: str, size: int, mtime_ns: int) -> int:
    """Checksum of a skipped file's row."""
    return row_checksum(path, reason, size, mtime_ns)


def vector_checksum(text_id: int, vector: bytes) -> int:
    """Checksum of a vector's row: one call, as an exact search tests every vector it reads."""
    return crc32(vector, text_id & 0xFFFFFFFF)
