"""`jtcse index --watch`: bring a collection up to date after every burst of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.cli import diagnostics
from app.cli.context import Context
from app.cli.diagnostics import ExitCode

if TYPE_CHECKING:
    from indexes.types import IndexReport


def watch(context: Context, collection: str, update: Callable[[], IndexReport]) -> ExitCode:
    """Update the collection whenever something changed, until it is interrupted."""
    from indexes.errors import Busy
    from indexes.watching import changes

    roots = [root.path for root in context.session.describe(collection).roots]
    diagnostics.note(f"watching {len(roots)} roots; Ctrl-C ends it")
    try:
        for _ in changes(roots, context.session.paths.data):
            try:
                update()
            except Busy as error:
                diagnostics.note(f"jtcse: {error.message}; trying again after the next change")
    except KeyboardInterrupt:
        diagnostics.note("jtcse: no longer watching")
    return ExitCode.INTERRUPTED
