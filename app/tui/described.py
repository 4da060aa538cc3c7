"""A collection in words: a row of the list of collections, and the facts below it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.keys import key
from app.paths import is_there
from app.status import size
from app.tui.fit import shorten
from app.tui.notices import plural
from app.tui.widgets.told import fact
from app.visible import visible_line

if TYPE_CHECKING:
    from indexes.types import CollectionInfo

UPDATED = 57
"""Cells of all columns but the name, the longest last one included."""

ROOMY = 76
"""Cells from which a row has all columns."""


def columns(width: int, name: str, documents: str, passages: str, taken: str, updated: str) -> str:
    """Return a row of the list, or its head, in so many cells."""
    if width < ROOMY:  # passages yield first: they matter least to the user
        return f"{shorten(name, 14):<14} {documents:>9} {taken:>8}  {updated}"
    room = min(28, width - UPDATED)
    return f"{shorten(name, room):<{room}} {documents:>10} {passages:>10} {taken:>9}  {updated}"


def row(info: CollectionInfo, width: int, *, watched: bool) -> str:
    """Return the row of a collection."""
    updated = _ago(info.updated) + (", watched" if watched else "")
    return columns(
        width, visible_line(info.name), f"{info.documents:,}", f"{info.passages:,}",
        size(info.bytes), updated,
    )  # fmt: skip


def facts(info: CollectionInfo, *, indexed: bool) -> str:
    """Say what a collection is; `indexed` while a run is at work on it or waits."""
    encoder = f"{info.encoder} ({info.fingerprint[:8]})" if info.encoder else "none yet"
    lines = [fact("encoder", encoder)]
    if info.unfinished and not indexed:
        lines.append(fact("last run", f"did not finish; {key('collections.update')} goes on"))
    if info.moving is not None:
        done = f"{info.moving['texts']:,} of {info.moving['of']:,} texts"
        goes_on = f"{key('collections.encoder')} goes on"
        lines.append(fact("moving", f"to {info.moving['encoder']}, {done}; {goes_on}"))
    for i, root in enumerate(info.roots):
        options = [f"only {glob}" for glob in root.include] + [f"not {g}" for g in root.exclude]
        gone = "" if is_there(root.path) else "  MISSING"
        told = f" ({', '.join(options)})" if options else ""
        lines.append(fact("" if i else "folders", f"{root.path}{told}{gone}"))
    if not info.roots:
        lines.append(fact("folders", f"none; {key('collections.add')} adds one"))
    lists = f"; {key('collections.skips')} lists them" if info.skipped else ""
    lines.append(fact("skipped", plural(info.skipped, "file") + lists))
    graph = "none: it is small, every search is exact"
    if info.graph is not None:
        graph = f"{info.graph['vectors']:,} vectors"
    lines.append(fact("graph", graph))
    return "\n".join(lines)


def _ago(when: float | None) -> str:
    if when is None:
        return "never"
    seconds = max(0.0, time.time() - when)
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return f"{plural(int(seconds // length), unit)} ago"
    return "just now"
