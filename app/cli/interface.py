"""The one place where the command line starts the interface.

It needs no parser: `jtcse` alone opens the interface before one is imported.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

from app.cli.calling import Context
from app.cli.diagnostics import ExitCode


def open_interface(context: Context, names: Sequence[str]) -> ExitCode:
    """Show the interface on collections, or on those of the last time, until the user quits."""
    gc.disable()  # until the first paint, which has nothing to throw away yet
    from app.memory import Memory
    from app.paths import find_paths
    from app.tui.start import start

    settings, paths = context.settings().settings, find_paths(context.home)
    return ExitCode(start(names, paths, settings, Memory(paths.state)))
