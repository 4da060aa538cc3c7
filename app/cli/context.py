"""What every command shares: the options that stand everywhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.calling import Context, finish
from app.cli.diagnostics import ExitCode
from app.errors import UsageError

HomeOption = Annotated[
    str | None, typer.Option("--home", metavar="DIR", help="Keep collections and encoders here.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", metavar="N", help="Threads that encode.")
]

_COMMON: dict[str, tuple[Any, Any]] = {
    "home": (HomeOption, None),
    "debug": (DebugOption, False),
    "threads": (ThreadsOption, None),
}


def command(
    function: Callable[..., ExitCode | None],
) -> Callable[..., None]:
    """Give a command the options that stand everywhere, and one way to end.

    The command gets a `Context` first; its other parameters are its own options. Errors
    become one line and an exit code, a closed pipe ends it quietly.
    """
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _COMMON.items()
    ]
    caller = inspect.Parameter(
        "caller", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    @wraps(function)
    def run(caller: typer.Context, **values: Any) -> None:
        context = _context(caller, values)
        raise typer.Exit(finish(context, lambda: function(context, **values)))

    parameters = [caller, *own, *extra]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _context(caller: typer.Context, values: dict[str, Any]) -> Context:
    """Take the shared options, those after the command before those in front of it."""
    given = {name: values.pop(name) for name in _COMMON}
    before: dict[str, Any] = caller.find_object(dict) or {}
    home = before.get("home") if given["home"] is None else given["home"]
    if home == "":  # an unset variable of a script, which must not make the current folder the home
        raise UsageError("--home is empty", "give a folder, or leave it out")
    return Context(
        None if home is None else Path(home),
        given["debug"] or bool(before.get("debug")),
        given["threads"] if given["threads"] is not None else before.get("threads"),
        before.get("loader"),
        before.get("arguments", ()),
    )
