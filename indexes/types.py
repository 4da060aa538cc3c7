"""What moves between the parts of the storage room, all of it immutable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Mode = Literal["hybrid", "dense", "lexical"]
BlockKind = Literal["heading", "paragraph", "code", "table", "record", "row"]
MODES: tuple[Mode, ...] = ("hybrid", "dense", "lexical")


class TokenCounter(Protocol):
    """Counts tokens the way the encoder will."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens."""
        ...


class Encoder(TokenCounter, Protocol):
    """What the engine needs of an encoder; `jtcse_core` has one."""

    @property
    def name(self) -> str:
        """What the encoder is called in messages."""
        ...

    @property
    def dim(self) -> int:
        """Components of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Equal for two encoders exactly when they give the same vectors."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode n texts as unit rows, shape (n, dim)."""
        ...


class IndexingEncoder(Encoder, Protocol):
    """What long work needs of it beside that: to hear how far it is, and to stop."""

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts as unit rows, shape (n, dim).

        Args:
            texts: What is encoded.
            reached: Told now and then, by any thread, how many texts are done; what it raises
                ends this.
        """
        ...


class Block(NamedTuple):
    """A structural unit of an extracted text.

    Attributes:
        start: First code point in the extracted text.
        end: One past the last.
        kind: `heading`, `paragraph`, `code`, `table` for the row of a table, `record` for
            what is a passage of its own, `row` for a record that shares one with its neighbours.
        level: Depth of a heading, 1 the highest; 0 for all else.
        page: Page, slide, chapter, row and the like; None where there are none.
        line: First line in the source, 1-based; None when the extracted text is the source.
        label: A heading's words without its markup, the name of a unit of code, or the names
            of the columns that a row stands under.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    level: int = 0
    page: int | None = None
    line: int | None = None
    label: str = ""


class Extracted(NamedTuple):
    """The text of a document, with the structure a reader would see.

    The blocks are in order, do not overlap, and cover all that is not white space.

    Attributes:
        format: What the bytes were, whatever the file's name says: `pdf`, `docx`, `text`...
        tags: What its author filed it under.
        date: Seconds since the epoch when it was sent, for mail; None for all else.
        language: Two letters, `xx` when there are words but they are not known, or empty.
    """

    text: str
    blocks: Sequence[Block]
    title: str = ""
    format: str = ""
    tags: tuple[str, ...] = ()
    date: float | None = None
    language: str = ""


class Passage(NamedTuple):
    """A piece of a document that is found and shown as one.

    Attributes:
        start: First code point in the extracted text.
        end: One past the last.
        line_start: First line, 1-based.
        line_end: Last line.
        page: Page of its beginning, or None.
        heading: The path of headings that it stands under, `A > B`.
    """

    start: int
    end: int
    line_start: int
    line_end: int
    page: int | None = None
    heading: str = ""


class SourceFile(NamedTuple):
    """A file found by a walk.

    Attributes:
        path: Absolute path.
        size: Bytes.
        mtime_ns: Modification time.
        named: Whether the user named it, so that a link in its place is followed.
    """

    path: Path
    size: int
    mtime_ns: int
    named: bool = False


class Root(NamedTuple):
    """A folder or file that a collection follows, with the options it was added with."""

    path: Path
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Filters(NamedTuple):
    """What a hit must satisfy, applied before the top k are taken.

    Attributes:
        path: Glob over the absolute path, or a part of it when it holds no wildcard.
        types: File extensions, lower case, without the dot.
        since: Earliest time it was sent, for mail, or changed, seconds since the epoch.
        before: The first such time that is too late.
        tags: Tags that it must all bear.
        languages: Languages, two letters each, one of which it must be in.
    """

    path: str | None = None
    types: tuple[str, ...] = ()
    since: float | None = None
    before: float | None = None
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


class Example(NamedTuple):
    """A passage or a document that results should be like, or unlike.

    Attributes:
        texts: Its passages as the encoder reads them, one at least.
        weight: Against that of the query, which is 1; below 0 for unlike.
        path: Its document as collections name it, which is no result itself.
        line: Line or page of the passage, where only that was named.
    """

    texts: tuple[str, ...]
    weight: float = 1.0
    path: str = ""
    line: int | None = None


class Request(NamedTuple):
    """A search.

    Attributes:
        text: What the user typed; may be blank where there are examples.
        mode: Which side ranks.
        k: Documents wanted.
        filters: Conditions on the documents.
        like: What results should be like, or unlike.
        collapse: Whether documents that say the same make one hit, which names the others.
    """

    text: str
    mode: Mode = "hybrid"
    k: int = 10
    filters: Filters = Filters()
    like: tuple[Example, ...] = ()
    collapse: bool = False


class Duplicate(NamedTuple):
    """Another place where what a hit says is said again, or nearly."""

    collection: str
    path: str
    line_start: int
    page: int | None
    type: str

    @property
    def line(self) -> int:
        """The line to open it at."""
        return self.line_start


class Hit(NamedTuple):
    """A passage that answers, the best of its document.

    Attributes:
        score: What ranked it.
        cosine: Raw cosine with the query; None in lexical mode.
        bm25: Lexical score, higher is better; None in dense mode, 0 where no word matches.
        dense_part: Share of `score` that the dense side gave.
        lexical_part: Share of `score` that the lexical side gave.
        highlight: Spans into `text`, code points.
        terms: Query words that matched.
        elsewhere: Those of `terms` that `text` lacks, each with where it stands: `heading`,
            `title` or `file name`.
        match: Estimated share of unrelated questions whose best hit in the collection scores
            below this one; None where that was never measured.
        duplicates: Documents that say the same, when they are collapsed; the next best first.
        sentence: Span of the sentence of `text` that answers best; None where that was not
            asked for.
    """

    rank: int
    score: float
    cosine: float | None
    bm25: float | None
    collection: str
    path: str
    title: str
    type: str
    heading: str
    line_start: int
    line_end: int
    page: int | None
    text: str
    highlight: tuple[tuple[int, int], ...]
    passage_id: int
    document_id: int
    dense_part: float = 0.0
    lexical_part: float = 0.0
    terms: tuple[str, ...] = ()
    match: float | None = None
    sentence: tuple[int, int] | None = None
    duplicates: tuple[Duplicate, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> int:
        """The line to open it at: its best sentence's if no line was left out, else its first."""
        as_it_stands = self.line_end - self.line_start == self.text.count("\n")
        if self.sentence is None or not as_it_stands:
            return self.line_start
        return self.line_start + self.text.count("\n", 0, self.sentence[0])


class Answer(NamedTuple):
    """The outcome of a search.

    Attributes:
        total: Passages that were considered.
        took_ms: Wall time, encoding of the query included.
        good_match: Whether the best hit is better than those of unrelated questions; None
            where that was never measured.
        like: The examples that it was searched with.
        unknown_languages: Languages of its hits that the encoder was not made for; there the
            words count for more.
    """

    query: str
    mode: Mode
    collections: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    took_ms: float
    good_match: bool | None = None
    like: tuple[Example, ...] = ()
    unknown_languages: tuple[str, ...] = ()


class Skip(NamedTuple):
    """A file that is not searchable, and why."""

    path: str
    reason: str


class KnownDocument(NamedTuple):
    """What the collection recorded of a document."""

    size: int
    mtime_ns: int
    content_hash: bytes
    root: str | None


@dataclass(frozen=True)
class IndexReport:
    """What an index run did; counts are documents unless they say otherwise."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: int = 0
    passages: int = 0
    encoded: int = 0
    seconds: float = 0.0
    skips: tuple[Skip, ...] = ()
    unreachable: tuple[str, ...] = ()
    """Folders that are missing, empty at once or closed; nothing under them was pruned."""

    passed_over: tuple[Skip, ...] = ()
    """What was left out because it is hidden, ignored or a link; a folder counts as one."""

    languages: Mapping[str, int] = field(default_factory=dict)
    """Documents of the whole collection by language."""

    unknown_languages: Mapping[str, int] = field(default_factory=dict)
    """Those of them in languages that the encoder was not made for."""


@dataclass(frozen=True)
class CollectionInfo:
    """What a collection holds.

    Attributes:
        graph: Vectors in it, its bytes, the breadth of its searches (`ef`) and its measured
            `recall`; None when there is none.
        reclaimable: Bytes that compaction would give back to the disk.
        moving: The encoder that it is moving to, and how far it is; None when it is not.
        unfinished: Whether an index run did not finish, and no other process is at work on it.
    """

    name: str
    documents: int
    passages: int
    bytes: int
    encoder: str
    fingerprint: str
    roots: tuple[Root, ...]
    updated: float | None
    generation: int
    skipped: int
    graph: Mapping[str, object] | None = None
    reclaimable: int = 0
    moving: Mapping[str, object] | None = None
    unfinished: bool = False


class DocumentView(NamedTuple):
    """A document as the preview shows it: its text, and where a passage stands in it."""

    path: str
    title: str
    type: str
    text: str
    start: int
    end: int
    first_line: int


class Finding(NamedTuple):
    """Something that a check found.

    Attributes:
        severity: `note` for what mends itself or can be rebuilt; `damage` for what is not sound.
        what: One line.
        repair: What `--repair` would do, or what the user has to do.
    """

    severity: Literal["note", "damage"]
    what: str
    repair: str = ""
