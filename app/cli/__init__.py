"""The command line: Typer commands over the session."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.cli import diagnostics, process
from app.cli.arguments import DASHES, hides_option, named_command
from app.cli.diagnostics import ExitCode

if TYPE_CHECKING:
    from app.forked import ForkedLoader


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    try:
        process.prepare()
        code = _run_beside(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        code = diagnostics.interrupted()
    sys.exit(code)


def _run_beside(arguments: list[str]) -> int:
    """Run the command line, where a question is asked beside a process that will encode it."""
    loader = _second_process() if _searches(arguments) else None
    try:
        return run(arguments, loader)
    finally:
        if loader is not None:
            loader.close()


def _second_process() -> ForkedLoader | None:
    from app.forked import ForkedLoader

    return ForkedLoader.begin()


def _searches(arguments: Sequence[str]) -> bool:
    """Whether a question will have to be encoded."""
    return named_command(arguments) == "search" and not {"--help", "-h"} & {*arguments}


def run(arguments: list[str], loader: ForkedLoader | None = None) -> int:
    """Run the command line; returns the exit code.

    Args:
        loader: Loads encoders elsewhere.
    """
    try:
        if not arguments and process.on_terminal():
            return _open_interface()
        from app.cli.tree import build

        command, obj = build(arguments), {"loader": loader, "arguments": arguments}
        code: Any = command(arguments, prog_name="jtcse", standalone_mode=False, obj=obj)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return diagnostics.interrupted()
    except BrokenPipeError:
        process.abandon_stdout()
        return ExitCode.OK
    except SystemExit as end:
        # Typer ends so when nobody reads its help any more.
        if end.code != 1:
            raise
        process.abandon_stdout()
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - what Typer itself refuses ends here
        return _usage(error, arguments)
    return int(code or ExitCode.OK)


def _open_interface() -> int:
    """Open the interface, which needs no parser made ready first."""
    from app.cli.calling import Context, finish
    from app.cli.interface import open_interface

    context = Context()
    return finish(context, lambda: open_interface(context, []))


def _usage(error: Exception, arguments: Sequence[str]) -> int:
    """Report what the parser refused; its errors carry a message and a context."""
    describe = getattr(error, "format_message", None)
    if describe is None:
        return diagnostics.report(error, debug=False)
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "jtcse")
    message = " ".join(str(describe()).split()).rstrip(".")
    unknown = hasattr(error, "option_name")
    if path.endswith(" search") and (unknown or hides_option(arguments)):
        message += f"; {DASHES}"
    message = message[:1].lower() + message[1:].replace(". Did you mean", "; did you mean")
    diagnostics.note(f"jtcse: {message}{'' if message.endswith('?') else ';'} see: {path} --help")
    return ExitCode.USAGE
