"""`jtcse tui`."""

from __future__ import annotations

from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.cli.interface import open_interface
from app.cli.options import SearchedOption
from app.cli.process import on_terminal
from app.errors import UsageError


def tui(context: Context, names: SearchedOption = None) -> ExitCode:
    """Open the terminal interface."""
    if not on_terminal():
        raise UsageError("the interface needs a terminal", "in a script, use: jtcse search")
    return open_interface(context, names or [])
