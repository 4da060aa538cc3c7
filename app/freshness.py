"""Are the files of these hits still what was indexed? One `stat` each, nothing is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from indexes.textpaths import from_text

if TYPE_CHECKING:
    from indexes.reader import Reader
    from indexes.types import Hit


def changed_paths(reader: Reader, hits: Sequence[Hit]) -> Iterator[str]:
    """Yield the paths whose size or time is not the recorded one, or that are gone."""
    documents = reader.documents([hit.document_id for hit in hits])
    for hit in hits:
        document = documents.get(hit.document_id)
        if document is None or document.root_id is None:
            continue  # it did not come from a file
        try:
            status = from_text(hit.path).stat()
        except OSError:
            yield hit.path
            continue
        if (status.st_size, status.st_mtime_ns) != (document.size, document.mtime_ns):
            yield hit.path
