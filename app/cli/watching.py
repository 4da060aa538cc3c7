"""`jtcse index --watch`: bring a collection up to date after every burst of changes."""

from __future__ import annotations

from collections.abc import Callable

from app.cli import diagnostics
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode


def watch(context: Context, collection: str, update: Callable[[], None]) -> ExitCode:
    """Update the collection whenever something changed, until it is interrupted.

    A run that fails, as for a full disk or another writer, is told once and tried again.
    """
    from indexes.errors import IndexesError
    from indexes.watching import changes

    roots = [root.path for root in context.session.describe(collection).roots]
    diagnostics.note(f"watching {len(roots)} roots; Ctrl-C ends it")
    due = True  # what changed before the watch began
    told = ""
    try:
        for count in changes(roots, context.session.paths.data):
            if not (count or due):
                continue
            try:
                update()
                due, told = False, ""
            except IndexesError as error:
                due = True
                if error.message != told:
                    told = error.message
                    diagnostics.note(f"jtcse: {told}; it is tried again")
    except KeyboardInterrupt:
        diagnostics.note("jtcse: no longer watching")
    return ExitCode.INTERRUPTED
