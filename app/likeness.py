"""Examples as a user names them: `PATH`, `PATH:LINE`, either with a weight, `PATH^2`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UsageError
from indexes import likeness
from indexes.errors import Damaged
from indexes.likeness import document_ids, example_from, paths_ending, place_of, spread
from indexes.query import parse
from indexes.textpaths import to_text
from indexes.types import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.caching import QueryCache
    from app.session import Session
    from indexes.types import Hit

UNLIKE_WEIGHT = 0.5
"""What is not wanted counts half: at full weight, whatever is far from it comes first."""

SHOWN_PATHS = 3
NUMBERS = "take one that a search shows"

_WEIGHT = re.compile(r"(?P<rest>.+)\^(?P<weight>\d+(?:\.\d*)?|\.\d+)")
_LINE = re.compile(r"(?P<rest>.+):(?P<line>\d+)")


def named_examples(
    session: Session, like: Sequence[str], unlike: Sequence[str], names: Sequence[str]
) -> tuple[Example, ...]:
    """Find the examples that were named on the command line.

    Args:
        session: Whose collections and files are meant.
        like: As a user names them.
        unlike: The same, of what is not wanted.
        names: Collections that are searched.

    Raises:
        UsageError: One is neither indexed nor a file with text, or several could be meant.
    """
    found = [_named(session, text, names) for text in like]
    found += [
        example._replace(weight=-UNLIKE_WEIGHT * example.weight)
        for example in (_named(session, text, names) for text in unlike)
    ]
    return tuple(found)


def example_of(session: Session, hit: Hit) -> Example:
    """Make an example of a hit.

    Raises:
        UsageError: Its document changed since the search.
    """
    reader = session.view(hit.collection).reader
    with reader.consistent():
        example = example_from(reader, hit.document_id, passage_id=hit.passage_id)
    if example is None:
        raise UsageError("the document changed since the search", "search again")
    return example._replace(line=hit.page or hit.line_start)


def direction(
    session: Session, name: str, query: str, like: Sequence[Example] = ()
) -> tuple[QueryCache, NDArray[np.float32]]:
    """Return a collection's encoder, and the unit vector (dim,) of what is looked for in it.

    Raises:
        Damaged: The collection has become empty.
    """
    reader = session.view(name).reader
    row = reader.encoder()
    if row is None:
        raise Damaged("the collection changed since the search", "search again")
    encoder = session.places.encoder(row)
    return encoder, likeness.direction(reader, row, encoder, parse(query), like)


def _named(session: Session, text: str, names: Sequence[str]) -> Example:
    """Try the whole as a path first, so that no character is lost to syntax."""
    spec, weight = text, 1.0
    line: int | None = None
    if not _exists(session, spec, names) and (match := _WEIGHT.fullmatch(spec)):
        spec, weight = match["rest"], float(match["weight"])
    if not _exists(session, spec, names) and (match := _LINE.fullmatch(spec)):
        spec, line = match["rest"], int(match["line"])
    return _find(session, spec, line, names)._replace(weight=weight)


def _exists(session: Session, spec: str, names: Sequence[str]) -> bool:
    return (
        _indexed(session, spec, names) is not None
        or Path(spec).expanduser().exists()
        or bool(_ending(session, spec, names))
    )


def _find(session: Session, spec: str, line: int | None, names: Sequence[str]) -> Example:
    """Look among the documents, then the files, then for documents whose path ends so."""
    indexed = _indexed(session, spec, names)
    file = Path(spec).expanduser()
    if indexed is None and file.is_file():
        return _from_file(session, file, line)
    ending = {} if indexed else _ending(session, spec, names)
    if len(ending) > 1:
        listed = ", ".join(list(ending)[:SHOWN_PATHS])
        raise UsageError(
            f"{spec} could be {len(ending)} documents: {listed}", "give more of the path"
        )
    for name, document_id in [indexed] if indexed else ending.values():
        reader = session.view(name).reader
        with reader.consistent():
            example = example_from(reader, document_id, line)
        if example is not None:
            return example
        if line is not None:
            raise UsageError(f"{spec} has no line or page {line}", NUMBERS)
    raise UsageError(f"{spec} is neither indexed nor a file", "check the path")


def _indexed(session: Session, spec: str, names: Sequence[str]) -> tuple[str, int] | None:
    """Return collection and id of the document of this very path."""
    file = Path(spec).expanduser()
    paths = dict.fromkeys([to_text(file.resolve()), to_text(file.absolute()), to_text(spec)])
    for name in names:
        reader = session.view(name).reader
        for path in paths:
            for id_ in document_ids(reader, path):
                return name, id_
    return None


def _ending(session: Session, spec: str, names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return collection and id by path of the documents whose path ends so."""
    end = to_text(spec).removeprefix("./").lstrip("/")
    found: dict[str, tuple[str, int]] = {}
    for name in names:
        reader = session.view(name).reader
        for path in paths_ending(reader, end):
            for id_ in document_ids(reader, path):
                found.setdefault(path, (name, id_))
    return found


def _from_file(session: Session, file: Path, line: int | None) -> Example:
    """Read and cut a file that is not indexed."""
    read = session.inspect(file)
    if read.extracted is None or not read.passages:
        raise UsageError(f"{file} has no text: {read.skip or 'it is empty'}", "name another")
    passages = spread(read.passages)
    if line is not None:
        place = place_of(read.passages, line)
        if place is None:
            raise UsageError(f"{file} has no line or page {line}", NUMBERS)
        passages = [read.passages[place]]
    whole = read.extracted
    from indexes.cutting import encoded_text

    texts = (encoded_text(whole.title, p.heading, whole.text[p.start : p.end]) for p in passages)
    return Example(tuple(texts), path=to_text(file.resolve()), line=line)
