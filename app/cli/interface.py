"""`jtcse tui`: the one place where the command line starts the interface."""

from __future__ import annotations

import gc
import sys

from app.cli.context import Context
from app.cli.diagnostics import ExitCode
from app.cli.options import SearchedOption
from app.errors import UsageError


def tui(context: Context, names: SearchedOption = None) -> ExitCode | None:
    """Open the terminal interface."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the interface needs a terminal", "in a script, use: jtcse search")
    gc.disable()  # until the first paint, which has nothing to throw away yet
    from app.memory import Memory
    from app.paths import find_paths
    from app.tui.start import start

    settings, paths = context.settings().settings, find_paths(context.home)
    return ExitCode(start(names or [], paths, settings, Memory(paths.state)))
